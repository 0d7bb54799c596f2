import { bound } from '../clean.ts';
import type { Pictures } from '../pictures.ts';
import type { HuntRow, IncidentRow, ReplyView } from '../views.ts';
import { cardLimit, sizeOf } from './check-card.ts';
import { drawCard, iconOf } from './draw-card.ts';
import { drawDetails } from './draw-details.ts';
import { drawPage } from './draw-page.ts';
import { drawToFit } from './fit.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';
import { cardMessage, type Message, textMessage } from './message.ts';
import { type Card, fill } from './templates.ts';

/** The answer to words as a message; `pictures` by what they show. */
export function drawReply(view: ReplyView, pictures: Pictures<Uint8Array> = new Map()): Message {
  switch (view.kind) {
    case 'none':
      return textMessage('The answer follows here.');
    case 'text':
      return textMessage(view.text);
    case 'link':
      return textMessage(`${view.text} ${view.url}`);
    case 'incident':
      return cardMessage(drawCard(view.card), view.card.fallback);
    case 'details':
      return cardMessage(drawDetails(view.details, pictures), view.details.fallback);
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
    case 'hunts':
      return cardMessage(drawHunts(view), sentenceOfHunts(view));
    case 'page':
      return cardMessage(drawPage(view.page), view.page.fallback);
  }
}

/** Longer lists are searched, not read. */
const mostHunts = 10;

function drawHunts(view: Extract<ReplyView, { kind: 'hunts' }>): Card {
  const shown = view.rows.slice(0, mostHunts);
  const more = view.more + view.rows.length - shown.length;
  return drawToFit(({ text }) =>
    fill('reply-hunts', {
      title: inert(bound(view.title, Math.min(text, 200))),
      fallback: inertSentence(bound(sentenceOfHunts(view), Math.min(text, 1_000))),
      rows: shown.map((row) => toHunt(row, Math.min(text, 300))),
      more: more > 0 ? `and ${more} more` : '',
    }),
  );
}

/** What is left to be filled in can be said in words only. */
function toHunt({ id, name, about, tags, usage, isReady }: HuntRow, longest: number): object {
  const look = { title: 'Run', tooltip: inertSentence(bound(`Run ${name}`, 80)), associatedInputs: 'none' };
  const data = { hunt: id };
  const fallback = { type: 'Action.Submit', ...look, data: { verb: 'hunt', ...data } };
  return {
    name: inert(bound(name, Math.min(longest, 120))),
    about: inert(bound(about, longest)),
    tags: inert(bound(tags, Math.min(longest, 150))),
    usage: isReady ? '' : inert(bound(usage, longest)),
    isReady,
    actions: [{ type: 'Action.Execute', ...look, verb: 'watchfloor/hunt', data, fallback }],
  };
}

function sentenceOfHunts({ title, rows, more }: Extract<ReplyView, { kind: 'hunts' }>): string {
  const names = rows.map(({ name }) => name).join(', ');
  return names === '' ? `${title}.` : `${title}: ${names}${more > 0 ? `, and ${more} more` : ''}.`;
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
