import type { Classification, Status } from '../incident/alert.ts';
import { standingInWords, standingOf } from '../incident/attack/nist-csf.ts';
import {
  type AttackNames,
  eitherInWords,
  nameInWords,
  ownNames,
  type Tactic,
  type Technique,
  tacticsMeant,
  tacticUrl,
  tacticWords,
  techniqueId,
  techniqueUrl,
} from '../incident/attack.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown } from '../incident/enrichment.ts';
import { readBundle } from './attack/read-bundle.ts';
import type { Enricher } from './enricher.ts';
import { keepFile } from './kept-file.ts';
import { bounded } from './said.ts';

/** What an incident's alerts say of how it is done, and how far we are with it. */
export interface AttackedIncident {
  /** As the sources wrote them: `CredentialAccess`, `PreAttack, Probing`. */
  tactics: string[];
  /** `T1110.003`. */
  techniques: string[];
  status: Status;
  classification?: Classification;
}

export interface AttackOptions {
  /** `undefined` where there is no such incident. */
  incidents: { incident(id: number): Promise<AttackedIncident | undefined> };
  /** Path of MITRE's `enterprise-attack.json`, whose names go before those that come with us. */
  file?: string;
  /** Hears that the file cannot be read; what stood in it before, or what comes with us, answers. */
  failed: (path: string, why: string) => void;
}

/** In one fact; those beyond are counted. */
const mostTechniques = 10;
const mostUnknown = 5;

/** What the attacker is after and by which means, in ATT&CK's words, and where the incident stands in NIST's. */
export function createAttack({ incidents, file, failed }: AttackOptions): Enricher {
  const newer = file === undefined ? undefined : keepFile(file, readBundle, failed);
  return {
    name: 'attack',
    title: 'MITRE ATT&CK and NIST CSF',
    question: 'What is the attacker after, by which means, and where do we stand?',
    about: ['incident'],
    side: 'here',
    calls: 1,
    api: 'MITRE ATT&CK 18.0, or the STIX 2.1 bundle of your own; NIST CSF 2.0',
    permission: 'nothing',
    // Where the incident stands may change at any moment.
    lifetimeSeconds: 300,
    deadlineMs: 10_000,
    limits: 'what the alerts name; nothing is concluded from it',
    async enrich(subject, { now }) {
      if (subject.kind !== 'incident') return nothingKnown;
      const [incident, names] = await Promise.all([incidents.incident(subject.id), newer?.get(now)]);
      return incident ? tell(incident, names ?? ownNames) : nothingKnown;
    },
  };
}

function tell(incident: AttackedIncident, names: AttackNames): Enrichment {
  const techniques = readTechniques(incident.techniques, names);
  const words = tacticWords(incident.tactics);
  const aims = aimsOf(words, techniques, names);
  const others = techniques.filter((one) => !aims.some(({ by }) => by.includes(one)));
  const unknown = words.filter((word) => tacticsMeant(word, names).length === 0);
  const link = linkOf([...aims.flatMap(({ by }) => by), ...others][0], aims[0]?.tactics[0]);
  return {
    facts: [
      ...aims.map(aimFact),
      ...unknown.slice(0, mostUnknown).map(unknownFact),
      ...otherFacts(others, aims.length > 0, names),
      { label: 'NIST CSF 2.0', value: standingInWords(standingOf(incident)) },
    ],
    traits: [],
    ...(link && { link }),
  };
}

/** What the attacker is after, as far as one word of an alert tells, and those of the techniques that serve it. */
interface Aim {
  /** More than one where the word leaves it open. */
  tactics: Tactic[];
  by: Technique[];
}

/** As an attack goes through them, each once. */
function aimsOf(words: string[], techniques: Technique[], names: AttackNames): Aim[] {
  const order = [...names.tactics.keys()];
  const meant = words.map((word) => tacticsMeant(word, names)).filter((tactics) => tactics.length > 0);
  const aims = new Map(meant.map((tactics) => [tactics.map(({ id }) => id).join(' '), tactics]));
  return [...aims.values()]
    .sort(([a], [b]) => order.indexOf(a?.id ?? '') - order.indexOf(b?.id ?? ''))
    .map((tactics) => ({
      tactics,
      by: techniques.filter((technique) => tactics.some(({ id }) => technique.tactics.includes(id))),
    }));
}

/** Each once; what nobody knows has its id for a name. What is no id is left out: nobody can look it up. */
function readTechniques(written: string[], { techniques }: AttackNames): Technique[] {
  const ids = new Set(written.flatMap((one) => techniqueId(one) ?? []));
  return [...ids].map((id) => techniques.get(id) ?? { id, name: '', tactics: [] });
}

/** `Credential access (TA0006): Brute force (T1110), Password spraying (T1110.003)`. */
function aimFact({ tactics, by }: Aim): EnrichmentFact {
  const name = `${eitherInWords(tactics)} (${tactics.map(({ id }) => id).join(', ')})`;
  return { label: 'Tactic', value: by.length > 0 ? `${name}: ${firstTechniques(by.map(inWords))}` : name };
}

function unknownFact(word: string): EnrichmentFact {
  return { label: 'Tactic', value: `${bounded(word, 60)}, which ATT&CK does not have` };
}

/** Those that serve nothing that the alerts name, with what they do serve: `Brute force (T1110): credential access`. */
function otherFacts(others: Technique[], hasAims: boolean, names: AttackNames): EnrichmentFact[] {
  if (others.length === 0) return [];
  const told = others.map((one) => inWords(one) + serves(one, names));
  return [{ label: hasAims ? 'Other techniques' : 'Techniques', value: firstTechniques(told, '; ') }];
}

function serves({ tactics }: Technique, names: AttackNames): string {
  const words = tactics
    .flatMap((id) => names.tactics.get(id) ?? [])
    .map((one) => nameInWords(one).toLowerCase());
  return words.length > 0 ? `: ${words.join(', ')}` : '';
}

/** `Web shell (T1100, now T1505.003)`. */
function inWords(technique: Technique): string {
  const { id, name, now } = technique;
  return name === '' ? id : `${nameInWords(technique)} (${id}${now ? `, now ${now}` : ''})`;
}

function firstTechniques(all: string[], between = ', '): string {
  const more = all.length > mostTechniques ? [`${all.length - mostTechniques} more`] : [];
  return [...all.slice(0, mostTechniques), ...more].join(between);
}

function linkOf(technique: Technique | undefined, tactic: Tactic | undefined): Enrichment['link'] {
  const id = technique ? (technique.now ?? technique.id) : (tactic?.id ?? '');
  const url = technique ? techniqueUrl(id) : tacticUrl(id);
  return url === undefined ? undefined : { label: `${id} in ATT&CK`, url };
}
