import type { ChatUser, FieldFaults } from '../channels/channel.ts';
import type { ButtonVerb, DialogView, FormView, ReplyView } from '../channels/views.ts';
import type { Classification, Instant, Severity, Status } from '../incident/alert.ts';
import type { Intent } from '../incident/decide.ts';
import type { Subject } from '../incident/enrichment.ts';
import type { Incident } from '../incident/incident.ts';
import type { HuntLibrary } from '../kql/hunt.ts';
import type { QueryPlan } from '../kql/plan.ts';
import type { Caller, People } from '../people/people.ts';
import type { Deed } from '../people/permissions.ts';
import type { Person } from '../people/roster.ts';
import type { AfterDesk } from './after-desk.ts';
import type { BulkDesk } from './bulk-desk.ts';
import type { CatchUpDesk } from './catch-up-desk.ts';
import type { DigestDesk } from './digest-desk.ts';
import type { DrillDesk } from './drill-desk.ts';
import type { HandoverDesk } from './handover-desk.ts';
import type { OnCallDesk } from './on-call-desk.ts';
import type { PlayDesk } from './play-desk.ts';
import type { PreparationDesk } from './preparation-desk.ts';
import type { SilenceDesk } from './silence-desk.ts';

/**
 * One verb, typed or pressed: words or form fields become one decision. A command decides nothing itself
 * and never sees the store; it says what somebody wants, or asks `Reader` for what to show.
 */
export type Command = ReadCommand | ChangeCommand | SelfCommand | LogCommand | DeskCommand;

interface Described {
  /** The word that is typed. */
  name: string;
  /** Other words for it. */
  aliases: string[];
  /** `assign INC-1042 to <name | me | nobody>`. */
  usage: string;
  /** One line for help. */
  summary: string;
  /** What may be typed as `--name value`; none where absent. */
  options?: Option[];
  /** What is said after the verb is one text, taken as it was typed: only options before and after it are read. */
  isText?: true;
  /** Typed whole, for `help <verb>` and `<verb> --help`. */
  examples?: string[];
}

/** `--last 4h`, or `--private`. */
export interface Option {
  /** `last`, `no-masking`. */
  name: string;
  /** What stands for its value in help: `time`; `undefined` where it is a yes or no. */
  value: string | undefined;
  summary: string;
  /** May be given several times. */
  isMany?: true;
  /** Its value goes on until the next option: `--between 02:00 and 04:00`. */
  isWords?: true;
}

/** What its permission is called: that of its button, where it has one. */
export function deedOf(command: Command): Deed {
  return command.kind === 'change' ? command.verb : command.name;
}

/** Shows something. */
export interface ReadCommand extends Described {
  kind: 'read';
  name: Deed;
  /** It is about one incident, though it has options: of others the first word may be what is looked for. */
  namesIncident?: true;
  /** What it shows is for whoever asked and nobody beside them. */
  private?: boolean;
  answer(words: Words, reader: Reader): Promise<ReplyView>;
}

/** About whoever asks, known or not: who they are to us, and how we come to know them. Always private. */
export interface SelfCommand extends Described {
  kind: 'self';
  name: Deed;
  answer(self: Self): Promise<ReplyView>;
}

export interface Self {
  user: ChatUser;
  /** Words after the verb. */
  args: string[];
  /** Throws `Denied` where we do not know them. */
  identify(): Promise<Caller>;
  /** A page at which a Slack user signs in to link their accounts; good once, for ten minutes. */
  beginLink(): Promise<string>;
  /** The code that the page showed in the end. Returns what they are told; throws `Refused`. */
  confirmLink(code: string): Promise<string>;
  /** Whether there was a link. */
  unlink(): Promise<boolean>;
  /** Asks the logs in their name no more; whether it did. */
  withdraw(): Promise<boolean>;
}

/** Asks the logs: what comes of it is a message of its own, and may take its time. */
export interface LogCommand extends Described {
  kind: 'logs';
  name: Deed;
  /** What is to be asked, or what is said at once. Throws `Refused` with one helpful line. */
  ask(words: Words, desk: LogDesk): Promise<QueryPlan | ReplyView>;
}

/** What a command that asks the logs may know. */
export interface LogDesk {
  now: Date;
  hunts: HuntLibrary;
  /** Workspaces by the names that the settings give them; the first is asked where none is named. */
  workspaces: string[];
  /** The longest time range, in days. */
  mostDays: number;
  /** Ends what this person asked for and waits for, here or anywhere; returns how many there were. */
  cancel(): Promise<number>;
}

/** Is about something beside one incident, which a desk of its own knows. */
export interface DeskCommand extends Described {
  kind: 'desk';
  name: Deed;
  /** `INC-1042` anywhere among its words is the incident that is meant. */
  namesIncident?: true;
  /** What it says is for whoever asked and nobody beside them. */
  private?: boolean;
  answer(words: Words, desks: Desks): Promise<ReplyView>;
  /** What a button asks for that does not say enough by itself; its words are those that the form is opened with. */
  form?: {
    draw(words: Words, desks: Desks): Promise<FormView>;
    /** What filled fields ask for, or what to mend. */
    read(fields: Record<string, string>, words: Words, desks: Desks): Promise<ReplyView | FieldFaults>;
  };
}

/** Whom commands may ask. Everything throws `Refused` with one helpful line, `Denied` where they may not. */
export interface Desks {
  digests: DigestDesk;
  after: AfterDesk;
  plays: PlayDesk;
  onCall: OnCallDesk;
  drills: DrillDesk;
  preparation: PreparationDesk;
  handovers: HandoverDesk;
  catchUps: CatchUpDesk;
  bulks: BulkDesk;
  silences: SilenceDesk;
}

/** Changes an incident. */
export interface ChangeCommand extends Described {
  kind: 'change';
  /** The button that stands for it; a command without a dialog acts when it is pressed. */
  verb: ButtonVerb & Deed;
  /** What typed words, or a press without any, ask for. Throws `Refused` with one helpful line. */
  understand(words: Words): Intent | Promise<Intent>;
  /** What somebody else may have settled while this person was choosing; then the first one wins. */
  settles?: 'assigned' | 'severity-changed';
  dialog?: {
    draw(incident: Incident, people: People): Pick<DialogView, 'title' | 'submit' | 'fields'>;
    /** What filled fields ask for, or what to mend. */
    read(fields: Record<string, string>, words: Words): Intent | FieldFaults | Promise<Intent | FieldFaults>;
  };
  /** What it tells is for whoever did it and nobody beside them. */
  private?: boolean;
  /** Said to the person who did it, once it is done. */
  told(incident: Incident): string;
  /** Shown to them alone beside that. */
  shows?(incident: number, reader: Reader): Promise<ReplyView>;
}

export interface Words {
  person: Caller;
  people: People;
  /** Words after the verb and the incident. */
  args: string[];
  /** The same words as they were typed, lines and all, without options. */
  rest: string;
  /** What stood in a code fence, without it; empty where there was none. */
  code: string;
  /** Options by name: the value, every value where it may be given several times, or `true`. */
  options: Record<string, string | string[] | true>;
  /** Named by the words, or by the thread one is in. */
  incident: number | undefined;
  /** Of the clock that they see: `Europe/Berlin`; absent where the platform does not say. */
  zone?: string | undefined;
  /**
   * What asks somebody about it, by name, address or id of the account. Throws `Refused` where nobody can be asked, or
   * where no incident is named.
   */
  ask(wish: { whom: string; note: string }): Promise<Intent>;
  /** The incident itself, for what cannot be said without it. Throws `Refused` where they may not see it. */
  read(): Promise<Incident>;
}

/** What a command may look at, as far as whoever asks may see it. */
export interface Reader {
  /** `unmasked` also shows what cards hide. */
  card(incident: number, unmasked?: boolean): Promise<ReplyView>;
  /** As it was then. `zone` is that of whoever asks. */
  past(incident: number, at: Instant, zone: string): Promise<ReplyView>;
  /** Open ones; of those that are silenced either only them, or none. */
  list(filter: { owner: Person | undefined; unowned: boolean; silenced?: true }): Promise<ReplyView>;
  /** Payloads that no source could read, newest first. */
  refused(): Promise<ReplyView>;
  /** Incidents that fit, newest first, open or closed. */
  find(filter: FindFilter): Promise<ReplyView>;
  /** Results that were pinned to an incident. */
  evidence(incident: number): Promise<ReplyView>;
  hunts: HuntLibrary;
  now: Date;
  /** What is known of an incident, or of those of its entities whose name holds `about`. */
  details(incident: number, about?: string): Promise<ReplyView>;
  /** Asks anew about all that an incident names; its cards follow. */
  enrich(incident: number): Promise<ReplyView>;
  /**
   * What far sides know of a subject outside of any incident. `only` names enrichers, also those that are asked on demand
   * alone; `anew` takes no answer that is older than half a minute. The machine of a path may be given by its name. Throws
   * `Refused` where nobody can be asked.
   */
  lookUp(subject: Subject, wish?: { only?: readonly string[]; anew?: boolean }): Promise<ReplyView>;
  /** The resource that is meant by a name or an id. Throws `Refused` where there is none, or several. */
  findResource(said: string): Promise<{ name: string; resourceId: string }>;
  /** Every enricher, what it answers and needs, and how it fares. */
  enrichers(): Promise<ReplyView>;
  /** The last lines of an incident's history, or of what is on record beside incidents. */
  audit(incident: number | undefined): Promise<ReplyView>;
}

/** What `find` looks for; what is absent matters not. */
export interface FindFilter {
  words: string;
  ownerId?: string | 'nobody';
  status?: Status;
  severity?: Severity;
  classification?: Classification;
  /** Part of the name of an entity, or the whole. */
  entity?: string;
  since?: Instant;
  until?: Instant;
  /** Of all that fit, the page that is shown, from 1. */
  page: number;
}
