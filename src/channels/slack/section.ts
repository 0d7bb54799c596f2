import type { Button, KnownBlock, RichTextSection } from '@slack/types';
import type { BodyView, TableView } from '../body-view.ts';
import type { ChartView } from '../chart-view.ts';
import { chartInWords } from '../chart-words.ts';
import type { QueryView, SectionView } from '../query-view.ts';
import { type ChartBlock, drawChart } from './chart.ts';
import { queryButton } from './query-button.ts';
import { drawTable, type TableSize } from './table.ts';
import { beside, bold, line, own, plain, richText, small, tidy, words } from './text.ts';

export interface SectionSize extends TableSize {
  series: number;
  /** Of all other texts, as a share of what they may have. */
  words: number;
}

export function scaled(limit: number, { words }: SectionSize): number {
  return Math.max(8, Math.floor(limit * words));
}

export type Blocks = (KnownBlock | ChartBlock)[];
export type Id = (part: string) => string;

const mostSections = 8;
/** Slack takes two a message. */
const mostCharts = 2;

/** What came of a query. One section is drawn in full; of several each is a glance under its title. */
export function drawSections({ id: query, sections }: QueryView, id: Id, size: SectionSize): Blocks {
  const [only] = sections;
  if (sections.length === 1 && only) return drawWhole(only, query, id, size);
  const charts = sections.filter(({ body }) => body.kind === 'chart').slice(0, mostCharts);
  const share = { ...size, series: Math.ceil(size.series / Math.max(1, charts.length)) };
  return sections.slice(0, mostSections).flatMap((section, n) => {
    const idOf: Id = (part) => id(`${part}-${n + 1}`);
    if (charts.includes(section)) return drawWhole(section, query, idOf, share);
    return drawGlance(section, query, idOf, size);
  });
}

function drawWhole({ title, body, more }: SectionView, query: string, id: Id, size: SectionSize): Blocks {
  return [
    ...(title ? [richText(id('title'), [line(bold(title, scaled(150, size)))])] : []),
    ...drawBody(body, id, size),
    ...(more === undefined ? [] : [beside(id('more'), 'There is more.', moreButton(query, more))]),
  ];
}

/** A title and some lines, with the button beside them where there is more. */
function drawGlance({ title, body, more }: SectionView, query: string, id: Id, size: SectionSize): Blocks {
  const lines = glanceAt(body, size);
  const head = line(bold(title, scaled(150, size)));
  if (more === undefined)
    return [richText(id('glance'), [head, ...lines.map((text) => line(words(text, 1_000)))])];
  return [richText(id('title'), [head]), beside(id('glance'), lines.join('\n'), moreButton(query, more))];
}

function moreButton(query: string, argument: string): Button {
  return queryButton(query, 'more', 'More', argument);
}

/** In full; no title. */
export function drawBody(body: BodyView, id: Id, size: SectionSize): Blocks {
  switch (body.kind) {
    case 'sentence':
      return [richText(id('sentence'), [line(words(body.text, scaled(1_000, size)))])];
    case 'number':
      return [
        { type: 'header', block_id: id('number'), text: plain(body.value, 60) },
        ...aside(body.label, id('label'), size),
      ];
    case 'facts':
      return [richText(id('values'), drawFacts(body.facts, size))];
    case 'table': {
      const table = drawTable(body.table, id('table'), size);
      return table ? [table.block, ...aside(table.about, id('about'), size)] : nothing(id('table'));
    }
    case 'chart': {
      const chart = drawChart(body.chart, id('chart'), size);
      return chart ? [chart.block, ...aside(chart.left, id('left'), size)] : nothing(id('chart'));
    }
  }
}

function nothing(blockId: string): Blocks {
  return [richText(blockId, [line(own('There is nothing to draw.'))])];
}

/** A small line beside something; nothing where there is nothing to say. */
function aside(text: string, blockId: string, size: SectionSize): Blocks {
  const limit = scaled(400, size);
  return tidy(text, limit) ? [{ type: 'context', block_id: blockId, elements: small(text, limit) }] : [];
}

/** How much of one of several is shown. */
const glance = { facts: 6, rows: 5, columns: 4 } as const;

/** What fits under the title of one of several, line by line. */
export function glanceAt(body: BodyView, size: SectionSize): string[] {
  const { cell } = size;
  switch (body.kind) {
    case 'sentence':
      return [tidy(body.text, scaled(300, size))];
    case 'number':
      return [`${tidy(body.value, 60)} ${tidy(body.label, scaled(100, size))}`];
    case 'facts':
      return [
        body.facts
          .slice(0, glance.facts)
          .map((fact) => named(fact, cell))
          .join(' · '),
      ];
    case 'table':
      return glanceAtRows(body.table, size);
    case 'chart':
      return [tidy(inWords(body.chart), scaled(200, size)) || 'A chart.'];
  }
}

/** Of a course over time its ends and its newest say much; of anything else its name alone. */
function inWords(chart: ChartView): string {
  return chart.shape === 'line' ? chartInWords(chart) : chart.title;
}

/** A row a line: its first cell, then the others with the names of their columns. */
function glanceAtRows({ columns, rows, total }: TableView, { cell, rows: most }: SectionSize): string[] {
  const shown = rows.slice(0, Math.min(glance.rows, Math.ceil(most / 4)));
  const hidden = total - shown.length;
  const lines = shown.map((row) => {
    const others = columns
      .slice(1, glance.columns)
      .map(({ name: label }, n) => ({ label, value: row[n + 1] ?? '' }));
    return [tidy(row[0] ?? '', cell) || '–', ...others.map((fact) => named(fact, cell))].join(' · ');
  });
  return hidden > 0 ? [...lines, `${hidden} more.`] : lines;
}

function named({ label, value }: { label: string; value: string }, cell: number): string {
  return `${tidy(label, Math.min(cell, 40))} ${tidy(value, Math.min(cell, 80)) || '–'}`;
}

/** Each a line. */
export function drawFacts(
  facts: { label: string; value: string }[],
  { cell, columns, isAll }: SectionSize,
): RichTextSection[] {
  const shown = facts.slice(0, columns);
  const hidden = facts.length - shown.length;
  return [
    ...shown.map(({ label, value }) =>
      line(bold(label, Math.min(cell, 60)), own('  '), words(value, cell) ?? own('–')),
    ),
    ...(hidden > 0 ? [line(own(`${hidden} more are not shown${isAll ? '' : '; the CSV has them'}.`))] : []),
  ];
}
