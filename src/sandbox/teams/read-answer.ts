import { z } from 'zod';
import { findCardFault, isObject } from './check-card.ts';
import { ADAPTIVE_CARD } from './check-message.ts';
import type { Card } from './message.ts';
import type { Answer } from './product.ts';

/** What Teams makes of an answer to an invoke. */
export type Outcome =
  | { kind: 'card'; card: Card }
  | { kind: 'dialog'; title: string; height?: DialogSize; width?: DialogSize; card: Card }
  | { kind: 'told'; text: string; error: boolean }
  | { kind: 'closed' };

export type DialogSize = number | 'small' | 'medium' | 'large' | undefined;

/** Late, an HTTP error, or nothing Teams understands: the person is told this and no more. */
const failed: Outcome = { kind: 'told', text: 'Unable to reach app. Please try again.', error: true };

/** Reads the answer to `adaptiveCard/action`: a card for this person, a line of text, or an error. */
export function readActionAnswer(answer: Answer): Outcome {
  const parsed = actionAnswer.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) return failed;
  const { type, value } = parsed.data;
  switch (type) {
    case ADAPTIVE_CARD: {
      const card = readCard(value);
      return typeof card === 'string' ? undrawable(card) : { kind: 'card', card };
    }
    case 'application/vnd.microsoft.activity.message':
      return typeof value === 'string' ? { kind: 'told', text: value, error: false } : failed;
    case 'application/vnd.microsoft.error':
      return isObject(value) && typeof value.message === 'string'
        ? { kind: 'told', text: value.message, error: true }
        : failed;
    default:
      return failed;
  }
}

/** Reads the answer to `task/fetch`, where an empty one is a failure. */
export function readFetchAnswer(answer: Answer): Outcome {
  const parsed = taskAnswer.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) return failed;
  const { task } = parsed.data;
  if (task.type === 'message') return { kind: 'told', text: task.value, error: false };
  const { title, height, width, card: attachment } = task.value;
  const card = readCard(attachment.content);
  return typeof card === 'string' ? undrawable(card) : { kind: 'dialog', title, height, width, card };
}

/** Reads the answer to `task/submit`, where an empty one closes the dialog. */
export function readSubmitAnswer(answer: Answer): Outcome {
  const { status, body } = answer;
  const isEmpty = body === undefined || (isObject(body) && Object.keys(body).length === 0);
  return status === 200 && isEmpty ? { kind: 'closed' } : readFetchAnswer(answer);
}

const actionAnswer = z.object({ statusCode: z.number(), type: z.string(), value: z.unknown() });
const size = z.union([z.number(), z.enum(['small', 'medium', 'large'])]).optional();
const taskAnswer = z.object({
  task: z.discriminatedUnion('type', [
    z.object({ type: z.literal('message'), value: z.string() }),
    z.object({
      type: z.literal('continue'),
      value: z.object({
        title: z.string().default(''),
        height: size,
        width: size,
        card: z.object({ contentType: z.literal(ADAPTIVE_CARD), content: z.unknown() }),
      }),
    }),
  ]),
});

/** The card, or why Teams would not draw it. */
function readCard(value: unknown): Card | string {
  return findCardFault(value) ?? (isObject(value) ? value : 'The card is not an object.');
}

function undrawable(fault: string): Outcome {
  return { kind: 'told', text: `Teams cannot draw this card. ${fault}`, error: true };
}
