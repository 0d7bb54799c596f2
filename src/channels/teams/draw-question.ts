import type { Answer } from '../../incident/question.ts';
import type { Fact } from '../fact.ts';
import type { QuestionView } from '../views.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** What the person who pressed reads beside the question, and where they sign in anew; both may be empty. */
export interface Told {
  text: string;
  signIn: string;
}

/** "Was this you?" in a direct chat: what happened, room for a note, three buttons; or how it ended. */
export function drawQuestion(view: QuestionView, told: Told = { text: '', signIn: '' }): Card {
  const isOpen = view.answers.length > 0;
  return fill('question', {
    fallback: inertSentence(view.fallback),
    strip: isOpen ? 'attention' : 'emphasis',
    headline: inert(view.headline),
    told: inert(told.text),
    signIn: signInAt(told.signIn),
    why: inert(view.why),
    facts: view.facts.map(toRow),
    outcome: inert(view.outcome),
    isOpen,
    dueAt: readerTime(view.dueAt),
    actions: view.answers.map(({ answer, label }) => toAction(view.id, answer, label)),
  });
}

/** On one's own machine the page is not https; anywhere else it must be. */
function signInAt(url: string): string {
  return /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\//.test(url) ? url : httpsOnly(url);
}

function toAction(question: string, answer: Answer, label: string): object {
  const look = {
    title: inertSentence(label),
    ...(answer === 'yes' && { style: 'positive' }),
    ...(answer === 'no' && { style: 'destructive' }),
  };
  const data = { question, answer };
  return {
    type: 'Action.Execute',
    ...look,
    verb: 'watchfloor/answer',
    data,
    // Clients without Universal Actions draw this in its place and send it as a message.
    fallback: { type: 'Action.Submit', ...look, data: { verb: 'answer', ...data } },
  };
}

function toRow(fact: Fact): object {
  const label = inert(fact.label);
  return 'at' in fact
    ? { label, value: '', at: readerTime(fact.at) }
    : { label, value: inert(fact.value), at: '' };
}
