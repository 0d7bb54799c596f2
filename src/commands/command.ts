import type { FieldFaults } from '../channels/channel.ts';
import type { ButtonVerb, DialogView, ReplyView } from '../channels/views.ts';
import type { Intent } from '../incident/decide.ts';
import type { Incident } from '../incident/incident.ts';
import type { People, Person } from '../people/people.ts';
import type { Role } from '../people/roles.ts';

/**
 * One verb, typed or pressed: words or form fields become one decision. A command decides nothing itself
 * and never sees the store; it says what somebody wants, or asks `Reader` for what to show.
 */
export type Command = ReadCommand | ChangeCommand;

interface Described {
  /** The word that is typed. */
  name: string;
  /** Other words for it. */
  aliases: string[];
  /** `assign INC-1042 to <name | me | nobody>`. */
  usage: string;
  /** One line for help. */
  summary: string;
  /** Who may. */
  allowed: Role[];
}

/** Shows something. */
export interface ReadCommand extends Described {
  kind: 'read';
  answer(words: Words, reader: Reader): Promise<ReplyView>;
}

/** Changes an incident. */
export interface ChangeCommand extends Described {
  kind: 'change';
  /** The button that stands for it; a command without a dialog acts when it is pressed. */
  verb: ButtonVerb;
  /** What typed words, or a press without any, ask for. Throws `Refused` with one helpful line. */
  understand(words: Words): Intent;
  /** What somebody else may have settled while this person was choosing; then the first one wins. */
  settles?: 'assigned' | 'severity-changed';
  dialog?: {
    draw(incident: Incident): Pick<DialogView, 'title' | 'submit' | 'fields'>;
    /** What filled fields ask for, or what to mend. */
    read(fields: Record<string, string>, words: Words): Intent | FieldFaults;
  };
  /** Said to the person who did it, once it is done. */
  told(incident: Incident): string;
}

export interface Words {
  person: Person;
  people: People;
  /** Words after the verb and the incident. */
  args: string[];
  /** The same words as they were typed, lines and all. */
  rest: string;
  /** Named by the words, or by the thread one is in. */
  incident: number | undefined;
}

/** What a command may look at. */
export interface Reader {
  card(incident: number): Promise<ReplyView>;
  list(filter: { owner: Person | undefined; unowned: boolean }): Promise<ReplyView>;
  /** Payloads that no source could read, newest first. */
  refused(): Promise<ReplyView>;
}
