import { bound } from '../clean.ts';
import type { IncidentRow, ReplyView } from '../views.ts';
import { cardLimit, sizeOf } from './check-card.ts';
import { drawCard, iconOf } from './draw-card.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';
import { cardMessage, type Message, textMessage } from './message.ts';
import { type Card, fill } from './templates.ts';

/** The answer to words as a message. */
export function drawReply(view: ReplyView): Message {
  switch (view.kind) {
    case 'text':
      return textMessage(view.text);
    case 'link':
      return textMessage(`${view.text} ${view.url}`);
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
      return cardMessage(drawLines(view), view.title);
  }
}

/** Where the lines grow too long for a card, each is cut shorter; none is left out. */
function drawLines({ title, rows }: Extract<ReplyView, { kind: 'lines' }>): Card {
  for (const longest of [300, 150, 60]) {
    const card = fillLines(title, rows, longest);
    if (sizeOf(card) <= cardLimit) return card;
  }
  return fillLines(title, rows, 15);
}

function fillLines(title: string, rows: { lead: string; text: string }[], longest: number): Card {
  const cut = (text: string) => bound(text, longest);
  const spoken = `${cut(title)}: ${rows.map((row) => bound(row.lead, 80)).join(', ')}.`;
  return fill('reply-lines', {
    title: inert(cut(title)),
    fallback: inertSentence(bound(spoken, 1_000)),
    rows: rows.map((row) => ({ lead: inert(cut(row.lead)), text: inert(cut(row.text)) })),
  });
}

function toRow(row: IncidentRow): object {
  if (row.existsOnly) {
    return { name: inert(row.name), url: '', state: '', title: inert(row.title), openedAt: '' };
  }
  return {
    name: inert(row.name),
    url: httpsOnly(row.url),
    state: inert(`${iconOf[row.severity]} ${row.severity} · ${row.status} · ${row.owner || 'nobody'} has it`),
    title: inert(row.title),
    openedAt: readerTime(row.openedAt),
  };
}

function sentenceOf(view: Extract<ReplyView, { kind: 'incidents' }>): string {
  const names = view.rows
    .map((row) => (row.existsOnly ? row.name : `${row.name} ${row.severity} ${row.status}`))
    .join(', ');
  const more = view.more > 0 ? `, and ${view.more} more` : '';
  return names === '' ? `${view.title}.` : `${view.title}: ${names}${more}.`;
}
