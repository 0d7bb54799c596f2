import { type Severity, severities } from './alert.ts';
import type { Intent } from './decide.ts';
import type { Incident } from './incident.ts';
import { type Answer, type Inquiry, isDirect, type Question } from './question.ts';

/** What follows from answers to "was this you?"; the settings file decides. */
export interface QuestionPolicy {
  /** So long an answer is waited for. */
  minutes: number;
  /** A yes of the person themselves, once they have signed in anew; without that it is noted only. */
  yes: 'note' | 'lower' | 'close';
  no: 'note' | 'raise';
  unanswered: 'note' | 'raise';
  /** Whether people sign in to Slack with the account that they are asked about. */
  slackSignIn: 'entra' | 'separate';
}

/** Nothing becomes less grave by what somebody says in a chat, and silence is no answer. */
export const usualQuestions: QuestionPolicy = {
  minutes: 30,
  yes: 'note',
  no: 'raise',
  unanswered: 'raise',
  slackSignIn: 'entra',
};

/**
 * Whether this answer would make the incident less grave, so that it counts only after a fresh sign-in. A manager's
 * yes never does, nor one of an account in doubt: whoever has that account can sign in with it.
 */
export function needsSignIn(
  policy: QuestionPolicy,
  question: Question,
  { answer, inDoubt }: { answer: Answer; inDoubt: boolean },
): boolean {
  return answer === 'yes' && policy.yes !== 'note' && isDirect(question) && !inDoubt;
}

/** An answer as it counts: `confirmed` by a fresh sign-in; `isNamed` whether an alert names whoever it is about. */
export interface Weighed {
  question: string;
  answer: Answer | 'none';
  confirmed: boolean;
  isNamed: boolean;
}

/** What is to be done besides writing the answer down, once the incident has it. */
export function consequencesOf(
  policy: QuestionPolicy,
  incident: Incident,
  { question, answer, confirmed, isNamed }: Weighed,
): Intent[] {
  switch (answer) {
    case 'yes':
      // Whom no alert names has nothing to do with it: their yes says nothing of what happened.
      return confirmed && isNamed && agree(incident, question) ? consequencesOfYes(policy, incident) : [];
    case 'no':
      return policy.no === 'raise' ? shift(incident, -1) : [];
    case 'none':
      return policy.unanswered === 'raise' ? shift(incident, -1) : [];
    case 'not-sure':
      return [];
  }
}

/** Whether nobody else who was asked speaks against a yes, by what they said or by not having said anything yet. */
function agree({ inquiries }: Incident, question: string): boolean {
  return inquiries.filter((other) => other.question.id !== question).every(allows);
}

function allows({ question, outcome }: Inquiry): boolean {
  switch (outcome?.answer) {
    case 'yes':
      // Of the person themselves without a sign-in: it was to be one, so their account may be in other hands.
      return outcome.confirmed || !isDirect(question);
    case 'withdrawn':
      return true;
    case 'no':
    case 'not-sure':
    case 'none':
    case 'unreachable':
    case undefined:
      return false;
  }
}

function consequencesOfYes({ yes }: QuestionPolicy, incident: Incident): Intent[] {
  switch (yes) {
    case 'note':
      return [];
    case 'lower':
      return shift(incident, 1);
    case 'close':
      return [{ type: 'close', closing: expected }];
  }
}

const expected = {
  classification: 'benign-positive',
  reason: 'suspicious-but-expected',
  comment: 'The person confirmed it, signed in anew.',
} as const;

/** One step in the list of severities, which begins with the gravest. */
function shift({ severity }: Incident, step: -1 | 1): Intent[] {
  const next: Severity | undefined = severities[severities.indexOf(severity) + step];
  return next ? [{ type: 'set-severity', severity: next }] : [];
}
