import type { IncidentRow, ReplyView } from '../views.ts';
import { drawCard, iconOf } from './draw-card.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';
import { cardMessage, type Message, textMessage } from './message.ts';
import { fill } from './templates.ts';

/** The answer to words as a message. */
export function drawReply(view: ReplyView): Message {
  switch (view.kind) {
    case 'text':
      return textMessage(view.text);
    case 'incident':
      return cardMessage(drawCard(view.card), view.card.fallback);
    case 'incidents':
      return cardMessage(
        fill('reply-incidents', {
          title: inert(view.title),
          fallback: inertSentence(sentenceOf(view)),
          rows: view.rows.map(toRow),
          more: view.more > 0 ? `and ${view.more} more` : '',
        }),
        sentenceOf(view),
      );
    case 'lines':
      return cardMessage(
        fill('reply-lines', {
          title: inert(view.title),
          fallback: inertSentence(`${view.title}: ${view.rows.map((row) => row.lead).join(', ')}.`),
          rows: view.rows.map((row) => ({ lead: inert(row.lead), text: inert(row.text) })),
        }),
        view.title,
      );
  }
}

function toRow(row: IncidentRow): object {
  return {
    name: inert(row.name),
    url: httpsOnly(row.url),
    state: inert(`${iconOf[row.severity]} ${row.severity} · ${row.status} · ${row.owner || 'nobody'} has it`),
    title: inert(row.title),
    openedAt: readerTime(row.openedAt),
  };
}

function sentenceOf(view: Extract<ReplyView, { kind: 'incidents' }>): string {
  const names = view.rows.map((row) => `${row.name} ${row.severity} ${row.status}`).join(', ');
  const more = view.more > 0 ? `, and ${view.more} more` : '';
  return names === '' ? `${view.title}.` : `${view.title}: ${names}${more}.`;
}
