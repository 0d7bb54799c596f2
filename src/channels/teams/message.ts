import { bound } from '../clean.ts';
import { checkCard } from './check-card.ts';
import { inertSentence } from './inert.ts';
import type { Card } from './templates.ts';

/** What Teams is asked to show: the part of an activity that we fill. */
export type Message =
  | { type: 'message'; text: string; textFormat: 'plain'; summary: string }
  | { type: 'message'; summary: string; attachments: Attachment[] };

export interface Attachment {
  contentType:
    | 'application/vnd.microsoft.card.adaptive'
    | 'application/vnd.microsoft.teams.card.file.consent'
    | 'application/vnd.microsoft.teams.card.file.info';
  content: Card;
  /** Of a file. */
  name?: string;
  /** Where a file is, once it is there. */
  contentUrl?: string;
}

/** A notification shows about a hundred characters. */
const longestSummary = 1_000;
/** 80 kB of UTF-16 is what Teams takes of a message; a sentence that says more is not read. */
const longestText = 4_000;

/** A checked card as a message; `fallback` is what a phone's notification reads. */
export function cardMessage(card: Card, fallback: string): Message {
  return {
    type: 'message',
    summary: inertSentence(bound(fallback, longestSummary)),
    attachments: [toAttachment(card)],
  };
}

export function toAttachment(card: Card): Attachment {
  return { contentType: 'application/vnd.microsoft.card.adaptive', content: checkCard(card) };
}

export function textMessage(text: string): Message {
  const plain = inertSentence(bound(text, longestText));
  return { type: 'message', text: plain, textFormat: 'plain', summary: plain };
}
