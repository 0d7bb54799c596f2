import { createHash } from 'node:crypto';
import type { FarSideReason } from '../errors.ts';
import type { Instant } from './alert.ts';

/** Whom or what something is known about: an entity of an incident as enrichers ask about it, or the incident itself. */
export type Subject =
  | { kind: 'account'; name: string; upn: string; oid: string }
  /** `resourceId` is empty where it is not known to stand in Azure. */
  | { kind: 'machine'; name: string; resourceId: string }
  | { kind: 'resource'; name: string; resourceId: string }
  | { kind: 'ip'; address: string }
  | { kind: 'domain'; name: string }
  | { kind: 'url'; url: string }
  /** `sha256` in lower case; empty where no hash is known. */
  | { kind: 'file'; name: string; sha256: string }
  | { kind: 'mailbox'; address: string }
  /** Can `from` reach `to`? `from` is an address; `to` the Resource Manager id of a machine. */
  | { kind: 'path'; from: string; to: string; port: number; protocol: 'tcp' | 'udp' }
  | { kind: 'incident'; id: number };

export type SubjectKind = Subject['kind'];

/**
 * What one enricher knows of one subject. Every text of it may hold what far sides said: untrusted, cleaned where it is
 * drawn. Nothing at all known is an `Enrichment` with nothing in it.
 */
export interface Enrichment {
  /** At most 30, most telling first. */
  facts: EnrichmentFact[];
  /** What matters at a glance, most telling first; of more than 4 those are kept that weigh most. */
  traits: Trait[];
  verdict?: Verdict;
  /** A whole sentence for the card, of what is known of the incident itself: `This rule was seen 9 times before in 90 days: 8 benign.`. */
  sentence?: string;
  /** Where to read on; https, built by us and never taken from an answer. */
  link?: { label: string; url: string };
  chart?: Series;
  /** What hangs together with what, to be drawn as a picture. */
  map?: Topology;
}

/** `value` may be empty where `at` says it all. `long` has a line of its own. */
export interface EnrichmentFact {
  label: string;
  value: string;
  at?: Instant;
  long?: true;
}

/** Something telling about a subject: a chip beside its name and, where it adds to the value, a reason why it matters. */
export interface Trait {
  /** `no MFA`; at most `longestChip`. */
  chip: string;
  /** Goes on after the subject's name: `is Global Administrator`. */
  says: string;
  tone: Tone;
  /** What it makes of the subject's worth. */
  mark?: Mark;
  /** It is the name of something of ours, which no alert need have named: rooms that hide hosts do not show it. */
  isOurName?: true;
}

/** In code points: three beside a name still fit into one line. */
export const longestChip = 24;

/** How it bears on the subject; said in words too, colour alone tells nothing. */
export type Tone = 'bad' | 'warning' | 'good' | 'neutral';

/** What makes an incident weigh more, as somebody else knows it. */
export const marks = [
  'privileged',
  'crown-jewel',
  'exposed',
  'leaked',
  'at-risk',
  'malicious',
  'vulnerable',
] as const;
export type Mark = (typeof marks)[number];

/** What one source thinks of an address, name or file, and on what grounds: `12 of 94 engines`. */
export interface Verdict {
  level: VerdictLevel;
  /** Who says so: `VirusTotal`. */
  by: string;
  says: string;
}

/** From the worst to the least telling. */
export const verdictLevels = ['malicious', 'suspicious', 'harmless', 'unknown'] as const;
export type VerdictLevel = (typeof verdictLevels)[number];

/** One line over time, at most 60 points, oldest first. */
export interface Series {
  title: string;
  /** `requests`, `%`. */
  unit: string;
  points: { at: Instant; value: number }[];
}

/** At most 24 nodes. */
export interface Topology {
  title: string;
  nodes: { id: string; label: string; kind: TopologyKind; tone: Tone }[];
  edges: { from: string; to: string; label: string }[];
}
export type TopologyKind =
  | 'internet'
  | 'public-ip'
  | 'gateway'
  | 'network'
  | 'subnet'
  | 'nic'
  | 'rules'
  | 'machine'
  | 'peer';

/** What of an enrichment a card shows. */
export type Glance = Pick<Enrichment, 'traits' | 'verdict' | 'sentence'>;

/** How far one enricher is with one subject. */
export interface Known<Answer extends Glance = Glance> {
  enricher: string;
  subject: Subject;
  /** The newest there is, which may be older than its lifetime while it is asked for anew. */
  answer: Answer | undefined;
  answeredAt: Instant | undefined;
  /**
   * `answered`; `asking`, for a moment; `late`, where it waits for its turn or its side for longer than a moment; `failed`, with
   * the reason; then it is tried again where `isTriedAgain`.
   */
  state: 'answered' | 'asking' | 'late' | 'failed';
  failure: FarSideReason | undefined;
  isTriedAgain: boolean;
}

export const nothingKnown: Enrichment = { facts: [], traits: [] };

/** What tells one subject from another, whichever alert names it: `account adam@contoso.com`. At most 500 bytes. */
export function subjectKey(subject: Subject): string {
  return boundedKey(wholeKey(subject));
}

/** A database indexes no text of any length (PostgreSQL: 2,704 bytes), and alerts name what they like. */
const longestKey = 500;

/** A key as it is, or of a long one the kind and a digest: `url sha256:9f86d0…`. */
export function boundedKey(key: string): string {
  if (Buffer.byteLength(key) <= longestKey) return key;
  return `${key.split(' ', 1)[0]} sha256:${createHash('sha256').update(key).digest('hex')}`;
}

function wholeKey(subject: Subject): string {
  switch (subject.kind) {
    case 'account':
      return `account ${(subject.upn || subject.oid || subject.name).toLowerCase()}`;
    case 'machine':
    case 'resource':
      return `${subject.kind} ${(subject.resourceId || subject.name).toLowerCase()}`;
    case 'ip':
      return `ip ${subject.address}`;
    case 'domain':
      return `domain ${subject.name.toLowerCase()}`;
    case 'url':
      return `url ${subject.url}`;
    case 'file':
      return `file ${subject.sha256 || subject.name.toLowerCase()}`;
    case 'mailbox':
      return `mailbox ${subject.address.toLowerCase()}`;
    case 'path':
      return `path ${subject.from} ${subject.to.toLowerCase()} ${subject.protocol} ${subject.port}`;
    case 'incident':
      return `incident ${subject.id}`;
  }
}

/** The one word by which people know it. */
export function subjectName(subject: Subject): string {
  switch (subject.kind) {
    case 'account':
      return subject.upn || subject.name || subject.oid;
    case 'machine':
    case 'resource':
    case 'domain':
      return subject.name;
    case 'file':
      return subject.name || subject.sha256;
    case 'ip':
    case 'mailbox':
      return subject.address;
    case 'url':
      return subject.url;
    case 'path':
      return `${subject.from} to ${subject.to.split('/').at(-1)}:${subject.port}`;
    case 'incident':
      return `INC-${subject.id}`;
  }
}
