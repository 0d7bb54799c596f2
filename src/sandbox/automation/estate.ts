import { resource } from '../logs/samples/estate.ts';

/** A runbook of Contoso's one Automation account. */
export interface Runbook {
  name: string;
  type: string;
  state: 'New' | 'Edit' | 'Published';
  parameters: Record<string, { type: string; isMandatory: boolean }>;
  /** What it writes, line by line; `{Target}` is a parameter. */
  says: string[];
  /** How it fails. */
  exception?: string;
}

export const account = resource(
  'shared',
  'rg-security',
  'Microsoft.Automation/automationAccounts',
  'aa-security',
);

const text = (isMandatory: boolean) => ({ type: 'System.String', isMandatory });

export const runbooks: readonly Runbook[] = [
  {
    name: 'Collect-Triage',
    type: 'PowerShell72',
    state: 'Published',
    parameters: { Target: text(true), Scope: text(false), Note: text(false) },
    says: [
      'Collecting {Scope} from {Target}',
      '214 processes, 61 connections, 18 autostarts',
      'Kept as triage-{Target}.zip',
    ],
  },
  {
    name: 'Reset-TillAccounts',
    type: 'PowerShell',
    state: 'Published',
    parameters: { Target: text(true), Store: text(true) },
    says: ['till-01: reset', 'till-02: reset'],
    exception: 'The account till-03@contoso.com does not exist. (Resource request-id is missing.)',
  },
  { name: 'Stop-Everything', type: 'PowerShell72', state: 'New', parameters: {}, says: [] },
  { name: 'collect_triage', type: 'Python3', state: 'Published', parameters: {}, says: [] },
];
