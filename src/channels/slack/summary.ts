import { createHash } from 'node:crypto';
import type { KnownBlock, PlainTextOption, RichTextSection } from '@slack/types';
import type { SummaryRow, SummaryView } from '../views.ts';
import { fitting } from './limits.ts';
import { coloured, type Message, mergedColour, message, severityIcons, statusColours } from './message.ts';
import { bold, line, moment, own, plain, richText, tidy } from './text.ts';

// Forty rows of usual titles fit at the second; forty in four-byte characters need the last.
const scales = [1, 0.95, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1];
// Less of a text than this says nothing.
const SHORTEST = 8;

/**
 * A storm's summary: the headline above; beside the bar how many of each severity, the menu, then a line an
 * incident. The menu stands before the lines, because forty of them are more than a screen. Where all that is
 * too long for one message, names are no longer bold, then texts are cut shorter; no incident is left out.
 */
export function drawSummary(view: SummaryView): Message {
  return fitting(
    (scale) => draw(view, (text, limit) => cut(text, Math.floor(limit * scale)), scale === 1),
    scales,
  );
}

type Cut = (text: string, limit: number) => string;
const cut: Cut = (text, limit) => (limit < SHORTEST ? '' : tidy(text, limit));

function draw(view: SummaryView, cut: Cut, isRoomy: boolean): Message {
  const headline = richText('headline', [line(bold(view.headline, 150), own(' '), moment(view.since))]);
  const body = [drawCounts(view), ...drawMenu(view, cut), ...drawRows(view, cut, isRoomy)];
  return message(
    view.fallback,
    [named('headline', headline)],
    [coloured(view.status ? statusColours[view.status] : mergedColour, view.fallback, body)],
  );
}

function drawCounts(view: SummaryView): KnownBlock {
  const counts = view.counts.flatMap(({ severity, count }) => [
    { type: 'emoji', name: severityIcons[severity] } as const,
    own(` ${count} ${severity}   `),
  ]);
  return named('counts', richText('counts', [line(...counts), line(own(view.advice))]));
}

function drawMenu(view: SummaryView, cut: Cut): KnownBlock[] {
  // Merged ones are told by another incident's card.
  const options = view.rows.filter((row) => !row.merged).map((row) => drawOption(row, cut));
  if (options.length === 0) return [];
  const placeholder = plain('Show a card …', 30);
  const menu = { type: 'static_select', action_id: 'incident:show', placeholder, options } as const;
  return [named('menu', { type: 'actions', elements: [menu] })];
}

function drawOption(row: SummaryRow, cut: Cut): PlainTextOption {
  const lead = row.existsOnly ? tidy(row.name, 20) : `${tidy(row.name, 20)} ${row.severity}`;
  const text = [lead, cut(row.existsOnly ? row.state : row.title, 60)]
    .filter((part) => part !== '')
    .join(' · ');
  return { text: plain(text, 75), value: `${row.incident}:${row.version}:show` };
}

/** The same pictures as Slack's names for them, at a tenth of the bytes. */
const signs = { high: '🔴', medium: '🟠', low: '🟡', informational: '⚪' } as const;

function drawRows(view: SummaryView, cut: Cut, isRoomy: boolean): KnownBlock[] {
  const more = view.more > 0 ? [line(own(`${view.more} more are not listed.`))] : [];
  const rows = isRoomy ? view.rows.map((row) => drawRow(row, cut)) : drawTogether(view.rows, cut);
  return view.rows.length > 0 ? [named('rows', richText('rows', [...rows, ...more]))] : [];
}

function drawRow(row: SummaryRow, cut: Cut): RichTextSection {
  return line(
    row.existsOnly ? undefined : own(beforeName(row)),
    bold(row.name, 20),
    own(afterName(row, cut)),
  );
}

/** Several rows as one text: what stands around a text takes more of a message than the row itself. */
function drawTogether(rows: SummaryRow[], cut: Cut): RichTextSection[] {
  const lines = rows.map((row) => beforeName(row) + tidy(row.name, 20) + afterName(row, cut));
  // Five are far from the 3,000 characters that one text may have.
  const fives = Map.groupBy(lines.entries(), ([n]) => Math.floor(n / 5));
  return [...fives.values()].map((five) => line(own(five.map(([, text]) => text).join('\n'))));
}

function beforeName(row: SummaryRow): string {
  return row.existsOnly ? '' : `${signs[row.severity]} ${row.severity} `;
}

function afterName(row: SummaryRow, cut: Cut): string {
  if (row.existsOnly) return ` ${row.state}`;
  const parts = [
    cut(row.title, 80),
    cut(row.entity, 40),
    row.alerts > 1 ? `${row.alerts} alerts` : '',
    cut(row.state, 60) || row.status,
  ];
  return ` ${parts.filter((part) => part !== '').join(' · ')}`;
}

/** A block that has changed needs a new id, or clients keep what they showed before; the others keep theirs. */
function named<Block extends KnownBlock>(part: string, block: Block): Block {
  const digest = createHash('sha256').update(JSON.stringify(block)).digest('base64url').slice(0, 8);
  return { ...block, block_id: `${part}:${digest}` };
}
