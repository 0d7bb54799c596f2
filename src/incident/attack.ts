import { formerTechniqueTable } from './attack/former-techniques.ts';
import { inSentenceCase } from './attack/sentence-case.ts';
import { subTechniqueTable } from './attack/sub-techniques.ts';
import { microsoftsOwn, tacticTable } from './attack/tactics.ts';
import { techniqueTable } from './attack/techniques.ts';

/** What MITRE ATT&CK calls things, by their ids. */
export interface AttackNames {
  /** As an attack goes through them. */
  tactics: ReadonlyMap<string, Tactic>;
  techniques: ReadonlyMap<string, Technique>;
}

export interface Tactic {
  /** `TA0006`. */
  id: string;
  /** `Credential Access`. */
  name: string;
}

export interface Technique {
  /** `T1110`, `T1110.003`. */
  id: string;
  /** Of a sub-technique its own alone: `Password Spraying`. */
  name: string;
  /** Ids of the tactics that it serves. */
  tactics: readonly string[];
  /** The id that has taken its place. */
  now?: string;
}

/** ATT&CK 18.0, which comes with us. */
export const ownNames: AttackNames = {
  tactics: new Map(tacticTable.map((tactic) => [tactic.id, tactic])),
  techniques: new Map([...techniquesOfTable()].map((technique) => [technique.id, technique])),
};

function* techniquesOfTable(): Generator<Technique> {
  for (const [id, [name, ...tactics]] of Object.entries(techniqueTable)) {
    yield { id, name, tactics };
    for (const [number, own] of Object.entries(subTechniqueTable[id] ?? {})) {
      yield { id: `${id}.${number}`, name: own, tactics };
    }
  }
  for (const [id, [name, now]] of Object.entries(formerTechniqueTable)) {
    const [, ...tactics] = techniqueTable[now?.slice(0, 5) ?? ''] ?? [''];
    yield { id, name, tactics, ...(now && { now }) };
  }
}

/** The tactics as Microsoft writes them, as far as rules and hunts may name them: `CredentialAccess`. */
export const tacticsAsWritten = [...tacticTable.map(({ name }) => joined(name)), 'PreAttack'];

/**
 * What each word for a tactic means. No newer release changes it: Microsoft writes `DefenseEvasion`, which ATT&CK 19 has
 * split in two.
 */
const meanings = new Map([
  ...tacticTable.map(({ id, name }) => [plain(name), [id]] as const),
  ...Object.entries(microsoftsOwn).map(([word, ids]) => [plain(word), ids] as const),
]);

/** The tactics that a word means, however it is spaced; `PreAttack` means two. None where ATT&CK has no such tactic. */
export function tacticsMeant(written: string, names: AttackNames = ownNames): Tactic[] {
  const word = plain(written);
  const ids: readonly string[] | undefined = meanings.get(word);
  if (ids) return ids.flatMap((id) => ownNames.tactics.get(id) ?? []);
  return [...names.tactics.values()].filter(({ name }) => plain(name) === word);
}

/** Single words of what alerts say, each once; `Probing, Unknown` is one, as Unknown says nothing. */
export function tacticWords(written: readonly string[]): string[] {
  const words = written.flatMap((one) => one.split(/[,;]/)).map((word) => word.trim());
  return [...new Set(words)].filter((word) => !['', 'unknown'].includes(plain(word)));
}

/** `CredentialAccess` as people read it: `Credential access`. What ATT&CK does not know stays as it is, spaced. */
export function tacticInWords(written: string): string {
  const meant = tacticsMeant(written);
  if (meant.length > 0) return eitherInWords(meant);
  return written.trim().replace(/(?<=\p{Ll})\p{Lu}(?=\p{Ll})/gu, (letter) => ` ${letter.toLowerCase()}`);
}

/** `Reconnaissance or resource development`. */
export function eitherInWords([first, ...others]: Tactic[]): string {
  if (!first) return '';
  return [nameInWords(first), ...others.map((one) => nameInWords(one).toLowerCase())].join(' or ');
}

/** What all of an incident's alerts say, each tactic once: `Initial access`, `Credential access`. */
export function tacticsInWords(written: readonly string[]): string[] {
  return [...new Set(tacticWords(written).map(tacticInWords))];
}

/** `T1078`, `T1078.004`, upper case; `undefined` where it is nothing of the kind. */
export function techniqueId(written: string): string | undefined {
  return written
    .trim()
    .match(/^T\d{4}(\.\d{3})?$/i)?.[0]
    .toUpperCase();
}

/** `T1110.003 Password spraying`; the id alone where nobody knows it, and what is no id as it is. */
export function techniqueInWords(written: string): string {
  const id = techniqueId(written);
  const technique = id && ownNames.techniques.get(id);
  if (!technique) return id ?? written.trim();
  return `${id} ${nameInWords(technique)}${technique.now ? ` (now ${technique.now})` : ''}`;
}

/** `Password spraying`, `Credential access`. */
export function nameInWords({ name }: Tactic | Technique): string {
  return inSentenceCase(name);
}

/** `https://attack.mitre.org/techniques/T1110/003/`; `undefined` where it is no id. */
export function techniqueUrl(written: string): string | undefined {
  const id = techniqueId(written);
  return id && `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`;
}

/** `https://attack.mitre.org/tactics/TA0006/`; `undefined` where it is no id. */
export function tacticUrl(id: string): string | undefined {
  return /^TA\d{4}$/.test(id) ? `https://attack.mitre.org/tactics/${id}/` : undefined;
}

/** Letters alone, so that `Lateral Movement` and `lateral-movement` are one. */
function plain(written: string): string {
  return written.toLowerCase().replace(/[^a-z]/g, '');
}

function joined(name: string): string {
  return name.replace(/(?:^|\s)(\S)/g, (_spaced, letter: string) => letter.toUpperCase());
}
