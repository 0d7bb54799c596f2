import type { SandboxPerson } from '../people.ts';
import type { Card, Message } from './message.ts';
import type { DialogSize, Outcome } from './read-answer.ts';

/** A form that is open for one person; nobody has two. */
export interface Dialog {
  person: string;
  conversation: string;
  /** Id of the message whose button opened it. */
  activity: string;
  title: string;
  height?: DialogSize;
  width?: DialogSize;
  card: Card;
}

/** A line that one person sees for a moment. */
export interface Toast {
  person: string;
  text: string;
  at: string;
  error: boolean;
}

interface About {
  conversation: string;
  activity: string;
  message?: Message | undefined;
}

const MOST_TOASTS = 100;

/** What single persons see of the product's answers: cards of their own, dialogs, toasts. */
export class Answers {
  dialogs: Dialog[] = [];
  toasts: Toast[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `about` is the message whose button was pressed. It may be gone by the time its dialog is submitted. */
  show(person: SandboxPerson, about: About, outcome: Outcome): void {
    const { conversation, activity, message } = about;
    switch (outcome.kind) {
      case 'card':
        if (message) message.personal = { ...message.personal, [person.id]: outcome.card };
        break;
      case 'dialog': {
        const { kind, ...shown } = outcome;
        this.close(person);
        this.dialogs.push({ person: person.id, conversation, activity, ...shown });
        break;
      }
      case 'told':
        // A dialog whose submission failed stays open, so that nothing typed is lost.
        if (!outcome.error) this.close(person);
        this.#tell(person, outcome.text, outcome.error);
        break;
      case 'closed':
        this.close(person);
        break;
    }
  }

  dialogOf(person: SandboxPerson): Dialog | undefined {
    return this.dialogs.find((dialog) => dialog.person === person.id);
  }

  close(person: SandboxPerson): void {
    this.dialogs = this.dialogs.filter((dialog) => dialog.person !== person.id);
  }

  /** As when everybody reloads Teams. */
  forget(): void {
    this.dialogs = [];
    this.toasts = [];
  }

  #tell(person: SandboxPerson, text: string, error: boolean): void {
    const toast = { person: person.id, text, at: new Date(this.#now()).toISOString(), error };
    this.toasts = [...this.toasts, toast].slice(-MOST_TOASTS);
  }
}
