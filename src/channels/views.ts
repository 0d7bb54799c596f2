import type { Instant, Severity, Status } from '../incident/alert.ts';
import type { Answer } from '../incident/question.ts';
import type { Chip, DetailsView } from './details-view.ts';
import type { Fact } from './fact.ts';
import type { PageView } from './page-view.ts';

/** `Acknowledge by`, `GDPR 72 h: notify by`; `at` is drawn in the reader's time zone. */
export interface Deadline {
  text: string;
  at: Instant;
}

/**
 * What is shown, as data, once; Teams and Slack each draw it. All text here is untrusted unless said
 * otherwise: it is already cleaned and bounded (`clean.ts`), but a channel must still draw it as plain text.
 */
export interface CardView {
  incident: number;
  /** `INC-1042`. */
  name: string;
  version: number;
  status: Status;
  /** Part of another incident, which the headline names: drawn neutrally, with nothing to press. */
  merged: boolean;
  /** The headline is all that may be told: neither status nor severity is drawn, and what they say is not so. */
  existsOnly: boolean;
  severity: Severity;
  /** Severity, status and who has it or how it ended, in words: `HIGH · NEW · nobody has it`. */
  headline: string;
  title: string;
  /** https link into the portal; `undefined` where the source gave none. */
  url: string | undefined;
  /** Why it matters: value of what is attacked, tactic. Empty where there is nothing to say. */
  why: string[];
  /** At most three, defanged; each with what is known of it at a glance. */
  entities: { kind: string; name: string; chips: Chip[] }[];
  /** How many entities are not shown. */
  moreEntities: number;
  /** How it went before: `Seen 9 times in 90 days: 8 benign, 1 true positive`. `undefined` where nothing is known of it. */
  precedent: string | undefined;
  facts: Fact[];
  /** What playbooks changed and nobody has taken back, of a closed incident, whose facts are not drawn. Absent where nothing. */
  stands?: string[];
  /** Until when something has to be done about it: its limit, and legal clocks that run. */
  deadlines: Deadline[];
  /**
   * What far sides have not told: `Still asking Entra ID, Log Analytics.`, `Not answered: Entra ID (throttled). I keep
   * trying.` `undefined` where all have.
   */
  missing: string | undefined;
  /** `Acknowledged by Olivia Marsh`; with the time for the reader's zone. */
  lastChange: { text: string; at: Instant } | undefined;
  /** Which source could not be made to hold what people decided, and why; `undefined` where none failed. */
  sync: string | undefined;
  buttons: ButtonView[];
  /** Buttons behind More. */
  more: ButtonView[];
  /** A full sentence for notifications and screen readers. */
  fallback: string;
}

/** Verbs that a button of a card or a summary can carry, and that come back from it or from its dialog. */
export const buttonVerbs = [
  'take',
  'acknowledge',
  'assign',
  'comment',
  // How it stands: hypothesis, next step, waiting on.
  'note',
  'severity',
  'close',
  'reopen',
  'retry',
  'ask',
  'restrict',
  'unrestrict',
  'reveal',
  // Call the next one.
  'escalate',
  'hold',
  'lift-hold',
  'investigate',
  // Run a playbook.
  'act',
  // Start a legal clock.
  'clock',
  // Keep the like of it quiet for a while.
  'silence',
  // What is known of everybody and everything in it, to me alone.
  'details',
  // Ask the far sides anew.
  'enrich',
  // Of a summary: give this incident a card of its own. Of a card that shows nothing: the whole, to me alone.
  'show',
] as const;
export type ButtonVerb = (typeof buttonVerbs)[number];

export interface ButtonView {
  verb: ButtonVerb;
  /** At most 20 characters. */
  label: string;
  primary: boolean;
  /** Opens a dialog first. */
  dialog: boolean;
}

/** A storm: the incidents of one conversation as one message, edited as they join or change. */
export interface SummaryView {
  /** Of the storm; the same through all its edits. */
  id: string;
  /** Ends where the time is to follow: `Storm: 214 new incidents here since`. */
  headline: string;
  /** When the storm began; drawn after the headline in the reader's time zone. */
  since: Instant;
  /** The status of the most urgent incident listed, which colours the whole; `undefined` where none may be told. */
  status: Status | undefined;
  /** Most severe first, none of nought; empty where the number of each is not known. */
  counts: { severity: Severity; count: number }[];
  /** What one can do, as a sentence. */
  advice: string;
  /** At most 40, most important first. */
  rows: SummaryRow[];
  /** How many incidents are not listed. */
  more: number;
  /** A full sentence for notifications and screen readers. */
  fallback: string;
}

export interface SummaryRow {
  incident: number;
  version: number;
  /** `INC-1042`. */
  name: string;
  severity: Severity;
  status: Status;
  /** Part of another incident, which `state` names: it gets no card of its own. */
  merged: boolean;
  /** Name and `state` are all that may be told, as of a card. */
  existsOnly: boolean;
  /** `new`, `active, Adam Keller has it`, `closed, true positive`, `merged into INC-1001`. */
  state: string;
  /** `nobody` where nobody has it. */
  owner: string;
  title: string;
  /** Who or what is attacked first, defanged; empty where there is none or the title names it. */
  entity: string;
  /** How many alerts it holds, at least 1. */
  alerts: number;
}

/** "Was this you?" in a direct chat: to the person, or to their manager about them. */
export interface QuestionView {
  /** The question's id; its buttons carry it. */
  id: string;
  /** `Was this you, Olivia?`, `Was this Adam Keller?` */
  headline: string;
  /** Who asks, and why here. */
  why: string;
  /** What happened, where, how sure we are; `at` in the reader's time zone. */
  facts: Fact[];
  /** How it ended: `You said: no, that was not me.` Empty while it is open; then there is something to press. */
  outcome: string;
  answers: { answer: Answer; label: string }[];
  /** Until when an answer counts. */
  dueAt: Instant;
  /** A full sentence for notifications and screen readers. */
  fallback: string;
}

/** The thread under a card: one message, edited as lines are added, oldest first. Without lines `fallback` is shown. */
export interface LogView {
  lines: { at: Instant; text: string }[];
  fallback: string;
}

/** A form to fill. */
export interface FormView {
  /** At most 24 characters (Slack's modal title). */
  title: string;
  /** What is being decided about: `INC-1042 Reverse shell on vm-pay-web-01`. */
  about: string;
  /** At most 24 characters. */
  submit: string;
  fields: FieldView[];
}

/** A form about an incident. */
export interface DialogView extends FormView {
  incident: number;
  version: number;
  verb: ButtonVerb;
  /** What was chosen on the page before, field id to text; comes back with what is filled here. At most 500 characters. */
  carried?: Record<string, string>;
}

export type FieldView =
  | { kind: 'choice'; id: string; label: string; required: boolean; choices: Choice[]; chosen?: string }
  /** Searched while typing, through `Desk.suggest`. */
  | { kind: 'person'; id: string; label: string; required: boolean; chosen?: Choice }
  /** The same, among the hunts; `suggested` are offered before anything is typed. */
  | { kind: 'hunt'; id: string; label: string; required: boolean; suggested: Choice[] }
  | {
      kind: 'text';
      id: string;
      label: string;
      required: boolean;
      maxLength: number;
      placeholder: string;
      /** What stands in it at first. */
      filled?: string;
    }
  /** Nothing to fill: a sentence to read before filling the rest, at most 600 code points, untrusted. */
  | { kind: 'says'; id: string; label: string; text: string };

/** `value` at most 150 characters, `label` at most 75, `description` at most 75 (Slack's option limits). */
export interface Choice {
  value: string;
  label: string;
  description?: string;
}

/** The answer to words, drawn in the thread or privately. */
export type ReplyView =
  /** Nothing is said here now: a message of its own follows in this very place. */
  | { kind: 'none' }
  | { kind: 'hunts'; title: string; rows: HuntRow[]; more: number }
  | { kind: 'text'; text: string }
  /** One of our own pages, for whoever asked alone. */
  | { kind: 'link'; text: string; label: string; url: string }
  | { kind: 'incident'; card: CardView }
  | { kind: 'details'; details: DetailsView }
  | { kind: 'incidents'; title: string; rows: IncidentRow[]; more: number }
  /** What leads a line is shown as code: a command's usage, a payload's number. */
  | { kind: 'lines'; title: string; rows: { lead: string; text: string }[] }
  | { kind: 'page'; page: PageView };

/** A hunt to choose. */
export interface HuntRow {
  /** Its id, at most 100 characters; its button carries it. */
  id: string;
  name: string;
  /** What it finds, and why it is suggested. */
  about: string;
  /** Tactics, techniques, tables. */
  tags: string;
  /** What to type: `hunt "Password spray" --account adam@contoso.com`. */
  usage: string;
  /** Whether it may be run at a press: nothing is left to be filled in. */
  isReady: boolean;
}

export interface IncidentRow {
  name: string;
  /** Its name is all that may be told, as of a card. */
  existsOnly: boolean;
  severity: Severity;
  status: Status;
  owner: string;
  title: string;
  openedAt: Instant;
  url: string | undefined;
}
