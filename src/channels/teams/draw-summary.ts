import type { Status } from '../../incident/alert.ts';
import { bound } from '../clean.ts';
import type { SummaryRow, SummaryView } from '../views.ts';
import { cardLimit, sizeOf } from './check-card.ts';
import { iconOf, stripOf } from './draw-card.ts';
import { inert, inertSentence, readerTime } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** A storm's summary. Where it grows too long, titles and names are cut shorter; no incident is left out. */
export function drawSummary(view: SummaryView): Card {
  for (const scale of [1, 0.8, 0.6, 0.45, 0.3]) {
    const card = draw(view, (text, limit) => bound(text, limit * scale));
    if (sizeOf(card) <= cardLimit) return card;
  }
  return draw(view, (text, limit) => bound(text, limit * 0.1));
}

/** The colours of the strips, as text; a merged incident goes on as part of another and has none. */
const colourOf = { new: 'Attention', active: 'Accent', closed: 'Good' } as const satisfies Record<
  Status,
  string
>;

type Cut = (text: string, limit: number) => string;

function draw(view: SummaryView, cut: Cut): Card {
  // Merged ones are told by another incident's card.
  const choices = view.rows.filter((row) => !row.merged).map((row) => toChoice(row, cut));
  const counts = view.counts.map(({ severity, count }) => `${iconOf[severity]} ${count} ${severity}`);
  return fill('summary', {
    fallback: inertSentence(view.fallback),
    strip: view.status ? stripOf[view.status] : 'emphasis',
    headline: inert(view.headline),
    since: readerTime(view.since),
    counts: inert(counts.join(' · ')),
    hasChoices: choices.length > 0,
    advice: inertSentence(view.advice),
    choices,
    hasRows: view.rows.length > 0,
    rows: view.rows.map((row) => toRow(row, cut)),
    more: view.more > 0 ? `${view.more} more are not listed.` : '',
  });
}

function toChoice(row: SummaryRow, cut: Cut): { title: string; value: string } {
  const title = row.existsOnly
    ? `${row.name} · ${row.state}`
    : `${row.name} ${row.severity} · ${cut(row.title, 60)}`;
  return { title: inertSentence(title), value: `${row.incident}:${row.version}` };
}

function toRow(row: SummaryRow, cut: Cut): object {
  if (row.existsOnly) {
    return { lead: inert(row.name), text: '  ', state: inert(row.state), colour: 'Default' };
  }
  const alerts = row.alerts > 1 ? `${row.alerts} alerts` : '';
  const parts = [cut(row.title, 100), cut(row.entity, 60), alerts].filter((part) => part !== '');
  return {
    lead: inert(`${iconOf[row.severity]} ${row.severity} ${row.name}`),
    text: inert(`  ${parts.map((part) => `${part} · `).join('')}`),
    state: inert(cut(row.state, 100)),
    colour: row.merged ? 'Default' : colourOf[row.status],
  };
}
