import { drawQuestion } from '../../src/channels/question.ts';
import type { QuestionView } from '../../src/channels/views.ts';
import type { Inquiry, Question } from '../../src/incident/question.ts';
import { adam, owner, priya } from '../incident/alerts.ts';
import { question } from '../incident/questions.ts';

/** Olivia asks Adam because of INC-1042. */
export function questionView(
  changes: Partial<Question> = {},
  outcome: Inquiry['outcome'] = undefined,
): QuestionView {
  return drawQuestion(1042, { question: question(changes), askedBy: 'Olivia Marsh', outcome });
}

export const refused: NonNullable<Inquiry['outcome']> = {
  answer: 'no',
  note: 'I was asleep',
  confirmed: false,
  at: '2026-11-21T10:12:00.000Z',
};

/** The same about Adam, asked of Priya. */
export const toManager: Partial<Question> = {
  asked: owner(priya),
  detour: "Adam Keller's account may be in somebody else's hands, so Priya Nair, their manager, is asked.",
};

/** Whatever an attacker, or a directory, can put into it. */
export function everywhere(text: string): Partial<Question> {
  return {
    about: { ...owner(adam), name: text, upn: text },
    asked: { ...owner(adam), name: text, upn: text },
    what: text,
    where: text,
    sureness: text,
    note: text,
    detour: text,
  };
}
