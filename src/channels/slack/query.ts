import type { ActionsBlock, Button, ContextBlock, RichTextBlock, RichTextSection } from '@slack/types';
import type { Fact } from '../fact.ts';
import type { QueryButton, QueryFaultView, QueryView } from '../query-view.ts';
import { firstFitting } from './limits.ts';
import { type Message, message } from './message.ts';
import { asksFirst, queryButton } from './query-button.ts';
import { drawSections, type SectionSize, scaled } from './section.ts';
import { bold, fixed, line, own, richText, small, words } from './text.ts';

/** How much of everything is shown. A cell that is cut is better than a column, a column better than a row. */
interface Size extends SectionSize {
  text: number;
}

const sizes: Size[] = [
  { text: 1_500, cell: 200, columns: 20, rows: 20, words: 1, series: 12 },
  { text: 1_500, cell: 100, columns: 20, rows: 20, words: 1, series: 9 },
  { text: 1_500, cell: 60, columns: 20, rows: 20, words: 1, series: 7 },
  { text: 1_500, cell: 40, columns: 20, rows: 20, words: 1, series: 6 },
  { text: 1_000, cell: 30, columns: 14, rows: 20, words: 0.7, series: 5 },
  { text: 600, cell: 30, columns: 10, rows: 20, words: 0.5, series: 4 },
  { text: 600, cell: 24, columns: 8, rows: 20, words: 0.4, series: 3 },
  { text: 300, cell: 20, columns: 6, rows: 20, words: 0.3, series: 2 },
  { text: 120, cell: 12, columns: 4, rows: 20, words: 0.2, series: 1 },
  { text: 40, cell: 8, columns: 3, rows: 8, words: 0.1, series: 1 },
];

/** A query from its place in line to its answer: what was asked, what came of it, what one can do with it. */
export function drawQuery(view: QueryView): Message {
  return firstFitting(sizes, (size) => draw(view, size));
}

function draw(view: QueryView, size: Size): Message {
  // What has changed needs new block ids, or clients keep what they showed before.
  const id = (part: string) => `${part}:${view.revision}`;
  return message(view.fallback, [
    drawHead(view, id('headline'), size),
    ...drawFacts(view.facts, id('facts'), size),
    ...drawWarning(view.warning, id('warning'), size),
    ...drawFault(view.fault, id('fault'), size),
    ...drawSections(view, id, size),
    ...drawButtons(view, id('actions')),
  ]);
}

/** Beside the words of the headline, which say the same. */
const icons = {
  waiting: 'hourglass',
  running: 'hourglass_flowing_sand',
  unconfirmed: 'warning',
  answered: 'mag',
  failed: 'x',
  cancelled: 'no_entry_sign',
} as const satisfies Record<QueryView['state'], string>;

function drawHead({ state, headline, text }: QueryView, blockId: string, size: Size): RichTextBlock {
  const typed = fixed(text, size.text);
  const said = line({ type: 'emoji', name: icons[state] }, own(' '), bold(headline, scaled(150, size)));
  return { type: 'rich_text', block_id: blockId, elements: [said, ...(typed ? [typed] : [])] };
}

// Slack takes ten elements; a moment is one of its own beside its label.
const mostElements = 10;

function drawFacts(facts: Fact[], blockId: string, size: Size): ContextBlock[] {
  const elements = facts.flatMap((fact) =>
    'at' in fact ? small(fact.label, 40, fact.at) : small(`${fact.label}: ${fact.value}`, scaled(200, size)),
  );
  if (elements.length === 0) return [];
  return [{ type: 'context', block_id: blockId, elements: elements.slice(0, mostElements) }];
}

function drawWarning(warning: string, blockId: string, size: Size): RichTextBlock[] {
  const said = words(warning, scaled(600, size));
  return said ? [richText(blockId, [line({ type: 'emoji', name: 'warning' }, own(' '), said)])] : [];
}

function drawFault(fault: QueryFaultView | undefined, blockId: string, size: Size): RichTextBlock[] {
  if (!fault) return [];
  const place = fixed(fault.excerpt, scaled(600, size));
  const said: RichTextSection = line(words(fault.message, scaled(500, size)) ?? own('-'));
  return [{ type: 'rich_text', block_id: blockId, elements: [said, ...(place ? [place] : [])] }];
}

const mostButtons = 8;

function drawButtons({ id, buttons }: QueryView, blockId: string): ActionsBlock[] {
  const byVerb = new Map(buttons.toReversed().map((button) => [button.verb, button]));
  const elements = buttons
    .filter((button) => byVerb.get(button.verb) === button)
    .slice(0, mostButtons)
    .map((button) => drawButton(id, button));
  return elements.length > 0 ? [{ type: 'actions', block_id: blockId, elements }] : [];
}

function drawButton(query: string, { verb, label, primary, dialog }: QueryButton): Button {
  const button = queryButton(query, verb, label, dialog ? asksFirst : '');
  return primary ? { ...button, style: 'primary' } : button;
}
