import { closest, distance } from 'fastest-levenshtein';

/** MITRE ATT&CK's tactics, as Microsoft writes them. */
const tactics = [
  'Reconnaissance',
  'ResourceDevelopment',
  'InitialAccess',
  'Execution',
  'Persistence',
  'PrivilegeEscalation',
  'DefenseEvasion',
  'CredentialAccess',
  'Discovery',
  'LateralMovement',
  'Collection',
  'CommandAndControl',
  'Exfiltration',
  'Impact',
  'PreAttack',
  'ImpairProcessControl',
  'InhibitResponseFunction',
];
const known = new Map(tactics.map((tactic) => [plain(tactic), tactic]));

/** `Lateral Movement`, `lateral-movement` and `Lateralmovment` are one; what nobody knows stays as it is. */
export function tacticName(written: string): string {
  const word = plain(written);
  const near = closest(word, [...known.keys()]);
  return (distance(word, near) <= 2 && known.get(near)) || written.trim();
}

/** `CredentialAccess` as people read it: `Credential access`. */
export function tacticInWords(tactic: string): string {
  return tactic.replace(/(?<=\p{Ll})\p{Lu}(?=\p{Ll})/gu, (letter) => ` ${letter.toLowerCase()}`);
}

/** `T1078`, `T1078.004`, upper case; `undefined` where it is nothing of the kind. */
export function techniqueName(written: string): string | undefined {
  return written
    .trim()
    .match(/^T\d{4}(\.\d{3})?$/i)?.[0]
    .toUpperCase();
}

function plain(written: string): string {
  return written.toLowerCase().replace(/[^a-z]/g, '');
}
