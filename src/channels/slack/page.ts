import { createHash } from 'node:crypto';
import type { ContextBlock, KnownBlock, RichTextBlock, RichTextSection } from '@slack/types';
import type { Mentioned } from '../channel.ts';
import type { Fact } from '../fact.ts';
import { type PageBody, type PageSection, type PageView, say } from '../page-view.ts';
import type { ChartBlock } from './chart.ts';
import { firstFitting } from './limits.ts';
import { drawMentions } from './mentions.ts';
import { coloured, type Message, mergedColour, message, statusColours } from './message.ts';
import { drawSayButtons } from './say-button.ts';
import { type Blocks, drawBody, drawFacts, glanceAt, type Id, type SectionSize, scaled } from './section.ts';
import { bold, line, moment, own, richText, small, tidy, words } from './text.ts';

/** How much of everything is shown. Words are cut before lines are left out, and charts go last. */
interface Size extends SectionSize {
  lines: number;
  charts: number;
}

export const pageSizes: Size[] = [
  { cell: 200, columns: 20, rows: 20, lines: 30, words: 1, series: 12, charts: 2, isAll: true },
  { cell: 100, columns: 20, rows: 20, lines: 30, words: 0.7, series: 8, charts: 2, isAll: true },
  { cell: 60, columns: 20, rows: 20, lines: 30, words: 0.5, series: 6, charts: 2, isAll: true },
  { cell: 40, columns: 14, rows: 20, lines: 20, words: 0.4, series: 4, charts: 2, isAll: true },
  { cell: 30, columns: 10, rows: 20, lines: 12, words: 0.3, series: 3, charts: 2, isAll: true },
  { cell: 24, columns: 6, rows: 12, lines: 8, words: 0.2, series: 2, charts: 2, isAll: true },
  { cell: 16, columns: 4, rows: 8, lines: 5, words: 0.15, series: 1, charts: 1, isAll: true },
  { cell: 10, columns: 3, rows: 5, lines: 3, words: 0.1, series: 1, charts: 0, isAll: true },
  { cell: 8, columns: 2, rows: 2, lines: 1, words: 0.01, series: 1, charts: 0, isAll: true },
];

/** A page: who is called, what it is about, its sections, what can be said at a press. */
export function drawPage(view: PageView, to: Mentioned[] = []): Message {
  const version = createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 8);
  return firstFitting(pageSizes, (size) => draw(view, to, version, size));
}

/** Icons and colours stand beside words that say the same. */
const looks = {
  plain: { icon: undefined, colour: mergedColour },
  good: { icon: 'white_check_mark', colour: statusColours.closed },
  warning: { icon: 'warning', colour: statusColours.active },
  urgent: { icon: 'rotating_light', colour: statusColours.new },
} as const satisfies Record<PageView['tone'], { icon: string | undefined; colour: string }>;

function draw(view: PageView, to: Mentioned[], version: string, size: Size): Message {
  // What has changed needs new block ids, or clients keep what they showed before.
  const id: Id = (part) => `${part}:${version}`;
  const head = [...drawMentions(to, id('to')), ...drawTitle(view, id, size)];
  const body = drawBelow(view, id, size);
  if (isShort(body)) {
    const edged = body.length > 0 ? [coloured(looks[view.tone].colour, view.fallback, body)] : [];
    return message(view.fallback, head, edged);
  }
  return message(view.fallback, [...head, ...body]);
}

/** The same without a message around it: nobody is called, and nothing has an edge. */
export function drawPageBlocks(view: PageView, version: string, size: Size): Blocks {
  const id: Id = (part) => `${part}:${version}`;
  return [...drawTitle(view, id, size), ...drawBelow(view, id, size)];
}

function drawTitle({ tone, title, subtitle }: PageView, id: Id, size: Size): KnownBlock[] {
  const { icon } = looks[tone];
  const sign = icon ? [{ type: 'emoji', name: icon } as const, own(' ')] : [];
  return [
    richText(id('title'), [line(...sign, bold(title, scaled(150, size)))]),
    ...drawSubtitle(subtitle, id('subtitle'), size),
  ];
}

function drawBelow({ facts, sections, buttons, refresh }: PageView, id: Id, size: Size): Blocks {
  const again = refresh === undefined ? [] : [say('Refresh', refresh, { primary: true })];
  return [
    ...drawHead(facts, id('facts'), size),
    ...drawSections(sections, id, size),
    ...drawSayButtons([...again, ...buttons], id('actions')),
  ];
}

/**
 * Whether all stands beside the bar of colour: Slack hides what comes after the fifth block of an attachment behind "Show
 * more", and the buttons are the last. Tables and charts are drawn outside of one alone.
 */
function isShort(body: Blocks): body is Exclude<Blocks[number], ChartBlock>[] {
  return body.length <= 5 && !body.some(({ type }) => type === 'table' || type === 'data_visualization');
}

function drawSubtitle(text: string, blockId: string, size: Size): ContextBlock[] {
  const limit = scaled(300, size);
  return tidy(text, limit) ? [{ type: 'context', block_id: blockId, elements: small(text, limit) }] : [];
}

const mostFacts = 8;

function drawHead(facts: Fact[], blockId: string, size: Size): RichTextBlock[] {
  const lines = facts.slice(0, mostFacts).map((fact) => {
    const value = 'at' in fact ? moment(fact.at) : (words(fact.value, scaled(300, size)) ?? own('–'));
    return line(bold(fact.label, scaled(40, size)), own('  '), value);
  });
  return lines.length > 0 ? [richText(blockId, lines)] : [];
}

const mostSections = 12;

/** Slack takes one table a message and two charts: further ones are a glance. */
function drawSections(sections: PageSection[], id: Id, size: Size): Blocks {
  const tables = sections.filter(({ body }) => body.kind === 'table').slice(0, 1);
  const charts = sections.filter(({ body }) => body.kind === 'chart').slice(0, size.charts);
  const share = { ...size, series: Math.ceil(size.series / Math.max(1, charts.length)) };
  return sections.slice(0, mostSections).flatMap((section, n) => {
    const isWhole = tables.includes(section) || charts.includes(section);
    return drawSection(section, isWhole, (part) => id(`${part}-${n + 1}`), share);
  });
}

function drawSection({ title, body }: PageSection, isWhole: boolean, id: Id, size: Size): Blocks {
  const head = line(bold(title, scaled(150, size)));
  if (isWhole && body.kind !== 'lines')
    return [
      ...(head.elements.length > 0 ? [richText(id('title'), [head])] : []),
      ...drawBody(body, id, size),
    ];
  return [richText(id('section'), [head, ...linesOf(body, size)])];
}

function linesOf(body: PageBody, size: Size): RichTextSection[] {
  switch (body.kind) {
    case 'sentence':
      return [line(words(body.text, scaled(1_000, size)))];
    case 'number':
      return [line(bold(body.value, 40), own('  '), words(body.label, scaled(150, size)))];
    case 'facts':
      return drawFacts(body.facts, size);
    case 'lines':
      return drawLines(body, size);
    case 'table':
    case 'chart':
      return glanceAt(body, size).map((text) => line(words(text, 1_000)));
  }
}

function drawLines({ lines, more }: Extract<PageBody, { kind: 'lines' }>, size: Size): RichTextSection[] {
  const shown = lines.slice(0, size.lines);
  const hidden = more + lines.length - shown.length;
  return [
    ...shown.map(({ lead, text, at }) =>
      line(
        bold(lead, scaled(120, size)),
        own('  '),
        words(text, scaled(300, size)),
        ...(at === undefined ? [] : [own(' · '), moment(at)]),
      ),
    ),
    ...(hidden > 0 ? [line(own(`${hidden} more.`))] : []),
  ];
}
