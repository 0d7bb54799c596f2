/**
 * An alert, normalised: what a source asks us to look at. One Defender for Cloud alert is an alert; so is
 * one Sentinel incident, which may contain Defender alerts by their ids.
 */
export interface Alert {
  source: SourceName;
  /**
   * The source's own id, lower case: the system alert id of a Defender alert (a push does not carry more),
   * the Resource Manager id of a Sentinel incident.
   */
  sourceId: string;
  /** Resource Manager path to read it and write back to; empty until the source has told it. */
  address: string;
  /** Number or name that people say in the portal, where there is one: `4711`. */
  label: string;
  title: string;
  description: string;
  severity: Severity;
  /** Defender `alertType`, or the analytics rule of a Sentinel incident; alike alerts share it. */
  type: string;
  product: string;
  entities: Entity[];
  /** Name of what is attacked, as the source gives it; empty where it does not say. */
  target: string;
  tactics: string[];
  techniques: string[];
  /** Resource tags, Sentinel labels: `crown-jewel`, `environment=production`. */
  tags: string[];
  subscription: string;
  /** Log Analytics workspace name; empty where there is none. */
  workspace: string;
  firstActivityAt: Instant;
  lastActivityAt: Instant;
  /** When the source last changed it, as far as it says: Defender gives only the time of its making. */
  modifiedAt: Instant;
  /** Sentinel's optimistic lock; empty elsewhere. */
  etag: string;
  /** Source ids (lower case) of the Defender alerts inside a Sentinel incident. */
  contains: string[];
  /** Comments that people wrote at the source, oldest first; never the one that we keep there. */
  notes: Note[];
  /** https link into the portal, built or checked by us. */
  portalUrl: string;
  remediation: string[];
  /** What the source says of its handling. */
  handling: Handling;
  /** Of an alert that we made up ourselves; absent of what happened. */
  exercise?: Exercise;
}

/** Why an alert was made up, and where that is shown. */
export interface Exercise {
  /** `drill-7`: its alerts are one story, and join nothing else. */
  id: string;
  /** Where its cards go; empty where they go as real ones would. */
  rooms: { channel: 'slack' | 'teams'; conversation: string }[];
}

/**
 * `watchfloor` is ourselves: our own troubles are alerts too. `hunt` is what our scheduled hunts find. `drill` is what is
 * played to practise, `proof` what is made up to prove that alerts arrive: see exercise.ts.
 */
export type SourceName = 'defender' | 'sentinel' | 'watchfloor' | 'hunt' | 'drill' | 'proof';

/** Sentinel's four. */
export type Severity = 'high' | 'medium' | 'low' | 'informational';
export const severities = ['high', 'medium', 'low', 'informational'] as const satisfies Severity[];

/** Sentinel's three. */
export type Status = 'new' | 'active' | 'closed';

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it, so that it sorts as text. */
export type Instant = string;

export interface Note {
  id: string;
  at: Instant;
  by: string;
  text: string;
}

/** What the source knows about who handles the alert and how it ended. */
export interface Handling {
  status: Status;
  owner: Owner | undefined;
  closing: Closing | undefined;
  /** Who changed it last, in the source's words; empty where it does not say. */
  changedBy: string;
}

/** Somebody responsible. `id` is the Entra object id; `upn` may be empty where the source gives only a name. */
export interface Owner {
  id: string;
  name: string;
  upn: string;
}

/** Azure may know an owner by name only, and writes object ids in either case. */
export function isSameOwner(a: Owner | undefined, b: Owner | undefined): boolean {
  if (!a || !b) return a === b;
  if (a.id && b.id) return a.id.toLowerCase() === b.id.toLowerCase();
  if (a.upn && b.upn) return a.upn.toLowerCase() === b.upn.toLowerCase();
  return a.name === b.name;
}

/** Sentinel's classifications with their reasons. https://learn.microsoft.com/azure/sentinel/investigate-cases */
export type Classification = 'true-positive' | 'benign-positive' | 'false-positive' | 'undetermined';
export type ClassificationReason =
  | 'suspicious-activity'
  | 'suspicious-but-expected'
  | 'incorrect-alert-logic'
  | 'inaccurate-data';

export interface Closing {
  classification: Classification;
  reason: ClassificationReason | undefined;
  comment: string;
}

/** Which reasons belong to which classification; `undetermined` has none. */
export const reasonsOf: Record<Classification, ClassificationReason[]> = {
  'true-positive': ['suspicious-activity'],
  'benign-positive': ['suspicious-but-expected'],
  'false-positive': ['incorrect-alert-logic', 'inaccurate-data'],
  undetermined: [],
};

/** Sentinel's entity kinds, as far as we show them by their own words. */
export type Entity =
  | { kind: 'account'; name: string; upn: string; oid: string }
  | { kind: 'host'; name: string; resourceId: string }
  | { kind: 'ip'; address: string; country: string }
  | { kind: 'url'; url: string }
  | { kind: 'domain'; name: string }
  /** `sha256` in lower case; absent where the source gives none. */
  | { kind: 'file'; name: string; directory: string; sha256?: string }
  | { kind: 'process'; name: string; commandLine: string }
  | { kind: 'resource'; name: string; resourceId: string }
  | { kind: 'mailbox'; address: string }
  | { kind: 'other'; type: string; name: string };

/** The one word by which people know the entity. */
export function nameOf(entity: Entity): string {
  switch (entity.kind) {
    case 'account':
      return entity.upn || entity.name;
    case 'host':
    case 'domain':
    case 'resource':
    case 'process':
    case 'other':
      return entity.name;
    case 'file':
      return entity.name;
    case 'ip':
    case 'mailbox':
      return entity.address;
    case 'url':
      return entity.url;
  }
}

/** `true positive, suspicious activity`. */
export function closingInWords(closing: Closing): string {
  const words = closing.reason ? [closing.classification, closing.reason] : [closing.classification];
  return words.join(', ').replaceAll('-', ' ');
}
