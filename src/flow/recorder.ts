import type { Instant } from '../incident/alert.ts';

/** What goes on the record beside the events of incidents. */
export interface RecordEntry {
  at: Instant;
  /** Who did it or tried to, as far as we know: the chat user before they are recognised, the person after. */
  by: { kind: 'person' | 'chat-user' | 'sender' | 'bot'; id: string; name: string };
  type: RecordType;
  incident?: number | undefined;
  data: Record<string, unknown>;
}

export type RecordType =
  /** Somebody was refused: `data` has deed, reason, path and channel. */
  | 'denied'
  /** Requests that nobody believed: `data` has edge, status, reason and how many in that minute. */
  | 'requests-refused'
  | 'linked'
  | 'unlinked'
  | 'signed-in'
  | 'sign-in-failed'
  /** Somebody was shown a restricted incident. */
  | 'viewed'
  | 'secret-rotated'
  /** Logs were asked: `data` has a hash of the text, tables, workspaces, time range, rows and how long it took. */
  | 'queried'
  /** The guard refused a text: `data` has its hash and the rule. */
  | 'query-refused'
  /** A scheduled hunt ran, or could not: `data` has hunt, time range and rows, or the failure. */
  | 'hunted'
  | 'hunt-failed'
  /** Rules run nothing any more, or again: `data` has why. */
  | 'automation-stopped'
  | 'automation-started'
  /** Somebody else is on call than before: `data` has what, rota, layer and times. */
  | 'on-call-changed'
  /** A handover between shifts was signed, or answered: `data` has its number, from whom, to whom, and its incidents. */
  | 'handover-signed'
  | 'handover-accepted'
  | 'handover-declined'
  | 'handover-withdrawn'
  /** A drill began, or somebody ended it: `data` has its number. */
  | 'drill-started'
  | 'drill-stopped'
  /** `data` has its number, what it matches, until when and why. */
  | 'silence-created'
  | 'silence-extended'
  | 'silence-ended'
  | 'archived'
  | 'started';

/** Writes the record. */
export interface Recorder {
  /** Durable when it settles. Never throws: what cannot be written is logged. */
  note(entry: RecordEntry): Promise<void>;
  /** Counts what an edge refused: one entry a minute for each edge, status and reason. */
  count(edge: string, status: number, reason: string, sender: string): void;
}
