import type { ChatUser, FieldFaults } from '../channels/channel.ts';
import type { ButtonVerb, DialogView, ReplyView } from '../channels/views.ts';
import type { Intent } from '../incident/decide.ts';
import type { Incident } from '../incident/incident.ts';
import type { Caller, People } from '../people/people.ts';
import type { Deed } from '../people/permissions.ts';
import type { Person } from '../people/roster.ts';

/**
 * One verb, typed or pressed: words or form fields become one decision. A command decides nothing itself
 * and never sees the store; it says what somebody wants, or asks `Reader` for what to show.
 */
export type Command = ReadCommand | ChangeCommand | SelfCommand;

interface Described {
  /** The word that is typed. */
  name: string;
  /** Other words for it. */
  aliases: string[];
  /** `assign INC-1042 to <name | me | nobody>`. */
  usage: string;
  /** One line for help. */
  summary: string;
}

/** What its permission is called: that of its button, where it has one. */
export function deedOf(command: Command): Deed {
  return command.kind === 'change' ? command.verb : command.name;
}

/** Shows something. */
export interface ReadCommand extends Described {
  kind: 'read';
  name: Deed;
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
  /** The same words as they were typed, lines and all. */
  rest: string;
  /** Named by the words, or by the thread one is in. */
  incident: number | undefined;
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
  list(filter: { owner: Person | undefined; unowned: boolean }): Promise<ReplyView>;
  /** Payloads that no source could read, newest first. */
  refused(): Promise<ReplyView>;
  /** The last lines of an incident's history, or of what is on record beside incidents. */
  audit(incident: number | undefined): Promise<ReplyView>;
}
