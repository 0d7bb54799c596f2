import { resource } from '../logs/samples/estate.ts';

/** A Logic App of Contoso: what makes it run, and what it does then, a step after the other. */
export interface LogicApp {
  id: string;
  state: 'Enabled' | 'Disabled';
  trigger: { name: string; kind: 'Request' | 'Sentinel' | 'Recurrence' };
  /** Whether it can be called at a signed address. */
  sas?: 'Disabled';
  /** Whether its runs tell what their trigger was given. */
  isSecure?: true;
  steps: Step[];
}

/** `deed` is what it changes; one that `fails` changes nothing, and ends the run. */
export interface Step {
  name: string;
  deed?: 'block' | 'unblock' | 'comment';
  fails?: { code: string; message: string };
}

const app = (name: string, more: Omit<LogicApp, 'id' | 'state'> & Partial<LogicApp>): LogicApp => ({
  id: resource('shared', 'rg-security', 'Microsoft.Logic/workflows', name),
  state: 'Enabled',
  ...more,
});
const called: LogicApp['trigger'] = { name: 'manual', kind: 'Request' };
const byIncident: LogicApp['trigger'] = { name: 'Microsoft_Sentinel_incident', kind: 'Sentinel' };

export const logicApps: readonly LogicApp[] = [
  app('block-in-proxy', {
    trigger: called,
    steps: [{ name: 'Add_to_block_list', deed: 'block' }, { name: 'Tell_network_team' }],
  }),
  app('unblock-in-proxy', {
    trigger: called,
    steps: [{ name: 'Take_from_block_list', deed: 'unblock' }, { name: 'Tell_network_team' }],
  }),
  // The second till server has been gone for a month, and nobody has changed the Logic App.
  app('lock-tills', {
    trigger: called,
    steps: [
      { name: 'Lock_till_server_1' },
      {
        name: 'Lock_till_server_2',
        fails: { code: 'BadGateway', message: 'The server till-02.contoso.com did not answer.' },
      },
    ],
  }),
  app('old-block', { state: 'Disabled', trigger: called, steps: [{ name: 'Block', deed: 'block' }] }),
  app('block-by-entra', { trigger: called, sas: 'Disabled', steps: [{ name: 'Block', deed: 'block' }] }),
  app('collect-evidence', {
    trigger: byIncident,
    steps: [{ name: 'Export_logs' }, { name: 'Add_comment_to_incident', deed: 'comment' }],
  }),
  app('collect-quietly', {
    trigger: byIncident,
    isSecure: true,
    steps: [{ name: 'Add_comment_to_incident', deed: 'comment' }],
  }),
  app('nightly-report', { trigger: { name: 'Recurrence', kind: 'Recurrence' }, steps: [{ name: 'Send' }] }),
];

export const nameOf = ({ id }: LogicApp): string => id.split('/').at(-1) ?? '';

/** The definition as Resource Manager and Resource Graph show it. */
export function definitionOf({ trigger, steps }: LogicApp): Record<string, unknown> {
  return {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    triggers: { [trigger.name]: triggers[trigger.kind] },
    actions: Object.fromEntries(
      steps.map(({ name }, at) => [
        name,
        { type: 'Http', runAfter: at === 0 ? {} : { [steps[at - 1]?.name ?? '']: ['Succeeded'] } },
      ]),
    ),
    outputs: {},
  };
}

const triggers = {
  Request: { type: 'Request', kind: 'Http', inputs: { schema: {} } },
  Sentinel: {
    type: 'ApiConnectionWebhook',
    inputs: {
      body: { callback_url: '@{listCallbackUrl()}' },
      host: { connection: { name: "@parameters('$connections')['azuresentinel']['connectionId']" } },
      path: '/incident-creation',
    },
  },
  Recurrence: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } },
};
