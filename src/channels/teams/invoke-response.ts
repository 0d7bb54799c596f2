import type { Choice } from '../views.ts';
import { toChoice } from './draw-dialog.ts';
import { inertSentence } from './inert.ts';
import { type Message, toAttachment } from './message.ts';
import type { Card } from './templates.ts';

/** What an invoke can be answered with, in our words. */
export type InvokeResult =
  /** The presser's own copy of the card; nobody else's changes. */
  | { kind: 'card'; card: Card }
  /** A sentence for the presser alone; `aside` goes to their direct chat. */
  | { kind: 'told'; text: string; aside?: Message }
  | { kind: 'dialog'; title: string; card: Card }
  /** A dialog that only says something; `aside` as above. */
  | { kind: 'dialog-told'; text: string; aside?: Message }
  | { kind: 'dialog-closed' }
  | { kind: 'choices'; choices: Choice[] };

export interface InvokeResponse {
  status: number;
  body?: object;
}

/** Teams shows at most this many while one types. */
const suggestions = 15;

/** The one place that knows the forms of Teams' invoke answers. */
export function toInvokeResponse(result: InvokeResult): InvokeResponse {
  switch (result.kind) {
    case 'card':
      return ok({ statusCode: 200, ...typeAndValue(toAttachment(result.card)) });
    case 'told':
      return ok({
        statusCode: 200,
        type: 'application/vnd.microsoft.activity.message',
        value: inertSentence(result.text),
      });
    case 'dialog':
      return ok({
        task: {
          type: 'continue',
          value: {
            title: inertSentence(result.title),
            width: 'medium',
            height: 'medium',
            card: toAttachment(result.card),
          },
        },
      });
    case 'dialog-told':
      return ok({ task: { type: 'message', value: inertSentence(result.text) } });
    case 'dialog-closed':
      return { status: 200 };
    case 'choices':
      return ok({
        statusCode: 200,
        type: 'application/vnd.microsoft.search.searchResponse',
        value: { results: result.choices.slice(0, suggestions).map(toChoice) },
      });
  }
}

function typeAndValue({ contentType, content }: { contentType: string; content: Card }) {
  return { type: contentType, value: content };
}

function ok(body: object): InvokeResponse {
  return { status: 200, body };
}
