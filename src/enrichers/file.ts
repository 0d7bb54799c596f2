import type { DefenderEndpoint, DefenderFile, DefenderFileHere } from '../azure/defender-endpoint.ts';
import {
  type Enrichment,
  type EnrichmentFact,
  nothingKnown,
  type Trait,
  type Verdict,
} from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';

export interface FileOptions {
  defender: DefenderEndpoint;
  /** `https://security.microsoft.com`, or that of a sovereign cloud. */
  portal: string;
}

/** What Microsoft thinks of a file, who signed it, and on how many of our machines it is. */
export function createFile({ defender, portal }: FileOptions): Enricher {
  return {
    name: 'file',
    title: 'File',
    question: 'Is this file known, whose is it, and on how many of our machines is it?',
    about: ['file'],
    concerns: (subject) => subject.kind === 'file' && sha256.test(subject.sha256),
    side: 'defender-endpoint',
    calls: 2,
    api: 'Defender for Endpoint: /api/files/{sha256}, /api/files/{sha256}/stats',
    permission: 'File.Read.All (application, WindowsDefenderATP)',
    lifetimeSeconds: 3_600,
    deadlineMs: 10_000,
    limits:
      '100 calls a minute, 1,500 an hour (https://learn.microsoft.com/defender-endpoint/api/get-file-information).',
    async enrich(subject, { signal }) {
      if (subject.kind !== 'file') return nothingKnown;
      const [file, here] = await Promise.all([
        defender.file(subject.sha256, signal),
        defender.fileHere(subject.sha256, signal),
      ]);
      if (!file && !here) return nothingKnown;
      const url = `${portal}/file/${encodeURIComponent(subject.sha256)}/`;
      return describe(file, here, { label: 'Open in Defender', url });
    },
  };
}

const sha256 = /^[0-9a-f]{64}$/;

function describe(
  file: DefenderFile | undefined,
  here: DefenderFileHere | undefined,
  link: Enrichment['link'] & object,
): Enrichment {
  const verdict = file && verdictOf(file);
  return {
    facts: [...(file ? factsOf(file) : []), ...(here ? factsHere(here) : [])],
    traits: traitsOf(verdict, here),
    ...(verdict && { verdict }),
    link,
  };
}

/** The type is one word of few, the value a threat's name: `Pua`, `PUA:Win32/FusionCore`. */
function verdictOf({
  determinationType,
  determinationValue,
  signer,
  isValidCertificate,
}: DefenderFile): Verdict {
  const by = 'Microsoft Defender';
  const threat = determinationValue || determinationType;
  switch (determinationType.toLowerCase()) {
    case 'malware':
    case 'malicious':
      return { level: 'malicious', by, says: threat };
    case 'pua':
    case 'suspicious':
      return { level: 'suspicious', by, says: threat };
    case 'clean':
      return {
        level: 'harmless',
        by,
        says: signer && isValidCertificate ? `signed by ${signer}` : 'known as clean',
      };
    default:
      return { level: 'unknown', by, says: 'no verdict' };
  }
}

/** That it is bad, and who says so, the verdict tells by itself. */
function traitsOf(verdict: Verdict | undefined, here: DefenderFileHere | undefined): Trait[] {
  const isBad = verdict?.level === 'malicious' || verdict?.level === 'suspicious';
  const machines = here?.machines ?? 0;
  return isBad && machines > 1
    ? [{ chip: `on ${machines} machines`, says: `is on ${machines} of our machines`, tone: 'warning' }]
    : [];
}

function factsOf(file: DefenderFile): EnrichmentFact[] {
  const signature = file.signer && `${file.signer} (${file.isValidCertificate ? 'valid' : 'not valid'})`;
  return [
    ...told('Determination', [file.determinationType, file.determinationValue].filter(Boolean).join(': ')),
    ...told('Signed by', signature || 'nobody'),
    ...told('Publisher', file.filePublisher),
    ...told('Product', file.fileProductName),
    ...told('Type', file.fileType),
    ...told('Machines worldwide', file.globalPrevalence?.toString() ?? ''),
    ...moment('First seen worldwide', file.globalFirstObserved),
  ];
}

function factsHere({
  machines,
  orgFirstSeen,
  orgLastSeen,
  topFileNames,
}: DefenderFileHere): EnrichmentFact[] {
  return [
    ...told('Machines of ours, 30 days', machines?.toString() ?? ''),
    ...moment('First seen here', orgFirstSeen),
    ...moment('Last seen here', orgLastSeen),
    ...told('Also called', topFileNames.slice(0, 5).join(', ')),
  ];
}

const told = (label: string, value: string): EnrichmentFact[] => (value ? [{ label, value }] : []);
const moment = (label: string, at: string): EnrichmentFact[] => (at ? [{ label, value: '', at }] : []);
