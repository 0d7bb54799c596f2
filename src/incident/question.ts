import type { Instant, Owner } from './alert.ts';

/** "Was this you?": asked of one person, who alone may answer. */
export interface Question {
  /** UUID; what a button of its message carries. */
  id: string;
  /** Whose sign-in or action it is about. */
  about: Owner;
  /** Who is asked: the same person, or their manager where that person's chat may be in another's hands. */
  asked: Owner;
  /** Where the message goes. */
  channel: 'slack' | 'teams';
  /** Object id of whoever wants to know: nobody asks themselves in another's place. Older questions lack it. */
  asker?: string;
  /** Why not directly, as a sentence for whoever asks; empty where the person is asked in the usual way. */
  detour: string;
  /** What happened, when, where, and how sure we are; each as it is shown, untrusted. */
  what: string;
  at: Instant;
  where: string;
  sureness: string;
  /** What whoever asks wants to know beyond that; may be empty. */
  note: string;
  /** No answer until then escalates. */
  dueAt: Instant;
}

export const answers = ['yes', 'no', 'not-sure'] as const;
export type Answer = (typeof answers)[number];

/** How a question ended: answered, not in time, with nobody reached, or needed no more because the incident closed. */
export type Ending = Answer | 'none' | 'unreachable' | 'withdrawn';

/** A question as the incident remembers it. */
export interface Inquiry {
  question: Question;
  askedBy: string;
  /** `undefined` while it is open. */
  outcome: { answer: Ending; note: string; confirmed: boolean; at: Instant } | undefined;
}

/** Whether the person it is about is asked, rather than somebody in their place. */
export function isDirect({ about, asked }: Pick<Question, 'about' | 'asked'>): boolean {
  return about.id === asked.id;
}

/** `yes, that was me`, as the buttons say it; or, said of somebody else, `yes, that was Adam Keller`. */
export function answerInWords(answer: Ending, whom = 'me'): string {
  switch (answer) {
    case 'yes':
      return `yes, that was ${whom}`;
    case 'no':
      return `no, that was not ${whom}`;
    case 'not-sure':
      return 'not sure';
    case 'none':
      return 'no answer in time';
    case 'unreachable':
      return 'could not be reached';
    case 'withdrawn':
      return 'not needed any more';
  }
}

/** The next thing to do where the answer was no, in one line; empty otherwise. */
export function nextStep({ question, outcome }: Inquiry): string {
  return outcome?.answer === 'no'
    ? `Treat ${question.about.upn || question.about.name} as taken over: end its sessions, reset its password, check its MFA methods.`
    : '';
}
