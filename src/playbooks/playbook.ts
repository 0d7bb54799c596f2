import type { Subject, SubjectKind } from '../incident/enrichment.ts';
import type { Risk } from '../incident/run.ts';

/**
 * A plug-in that changes the world on purpose. It holds nothing between two calls: whoever runs it keeps what it found
 * and what it left, so that another process can go on after a crash. It does not decide who may.
 */
export interface Playbook {
  /** A word, as it is typed and stored: `isolate-machine`. */
  name: string;
  /** What one would say to a colleague: `Isolate a machine`. */
  title: string;
  /** What it may be done to. */
  about: readonly SubjectKind[];
  /** Of these, which it can be done to. All where absent. */
  concerns?(target: Subject): boolean;
  /** ATT&CK tactics that it answers best, in Defender's words: `LateralMovement`; any where empty. */
  tactics: readonly string[];
  risk: Risk;
  /** What follows, as one sentence about the target: `vm-pay-web-01 reaches nothing but Defender for Endpoint.` */
  effect(target: Subject, parameters: Parameters): string;
  /** How it is taken back; absent where nothing takes it back. */
  reverse?: { title: string; effect(target: Subject): string };
  /** It is meant to end by itself after so many minutes; absent where it stands until somebody ends it. */
  lasts?: { minutes: number; mostMinutes: number };
  /** What has to be said beside the target. */
  parameters: readonly Parameter[];
  /** The API, by its name and version: `Microsoft Graph v1.0: PATCH /users/{id}`. */
  api: string;
  /** The least that it needs there: `User.EnableDisableAccount.All (application)`. */
  permission: string;
  /**
   * Reads only: how it is now, and whether it can be done. Throws `Refused`, with a sentence that a person can act on,
   * where it cannot; `FarSideError` where nobody knows.
   */
  look(order: Order, context: PlayContext): Promise<Prospect>;
  /**
   * Does it, or goes on with it: called again with what it left until it is no longer under way. It may have been called
   * before for the same run without anybody knowing, and then finds what it began rather than beginning anew. Throws
   * `Refused` where the far side says no for good, `FarSideError` where it may say yes later.
   */
  act(order: Order, context: PlayContext): Promise<Step>;
  /** Takes it back in the same way; done where there is nothing to take back. Present where `reverse` is. */
  undo?(order: Order, context: PlayContext): Promise<Step>;
}

export type Parameters = Readonly<Record<string, string>>;

/** One thing that has to be said; values are texts, checked here before a playbook sees them. */
export interface Parameter {
  /** `port`. */
  name: string;
  /** `Port`. */
  label: string;
  required: boolean;
  /** What is filled in at first; may be empty. */
  usual: string;
  /** The only values there are, each with what people read; any text where absent. */
  choices?: readonly { value: string; label: string }[];
  /** What a text has to be like, and how to say so: `a number from 1 to 65535`. */
  like?: { pattern: RegExp; says: string };
}

/** One execution, as the playbook sees it. */
export interface Order {
  /** UUID; far sides that take an id of ours are given this one. */
  run: string;
  /** `RUN-7`. */
  name: string;
  target: Subject;
  parameters: Parameters;
  /** How long it is to last; `undefined` where nobody said. */
  minutes: number | undefined;
  /** Resource Manager addresses of the incident's alerts at Sentinel, which are incidents there; absent where none is. */
  addresses?: readonly string[];
  /** For Azure's own records: run, incident, who asked, who approved and why. At most 250 code points. */
  note: string;
  /** What `look` found and `act` added for `undo`; JSON. `undefined` before the look. */
  memory: unknown;
  /** When it began to be taken back, which may be tried again; `undefined` before. */
  undoAt?: string | undefined;
  /** What the last step left while it was under way; JSON. `undefined` at first, and again at the beginning of `undo`. */
  handle: unknown;
}

export interface PlayContext {
  now: Date;
  signal: AbortSignal;
}

/** What a look finds. Texts may hold what far sides said: untrusted, cleaned where they are drawn. */
export interface Prospect {
  /** How it is now, most telling first, at most six: `Account: enabled`, `Last seen: 2 minutes ago`. */
  facts: { label: string; value: string }[];
  /** What one should know before: `It is a domain controller.` Empty where nothing. */
  warning: string;
  /** Kept for `act` and `undo`: how it was. JSON of at most 32 kB. */
  memory: unknown;
}

export type Step =
  /** Looked at again after so many milliseconds, or with growing pauses where absent. */
  | { state: 'under-way'; says: string; handle: unknown; againMs?: number }
  /** `memory` replaces what is kept for `undo`. */
  | { state: 'done'; says: string; outputs?: Output[]; memory?: unknown }
  /** The far side took it on and did not do it; `says` what to do now. */
  | { state: 'failed'; says: string; outputs?: Output[]; memory?: unknown };

/** What it gave back; untrusted, cut at 4,000 code points. A link is https, and built by us. */
export type Output = { label: string; text: string } | { label: string; url: string };
