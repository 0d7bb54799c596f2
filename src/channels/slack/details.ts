import type { KnownBlock, ModalView, RichTextSection } from '@slack/types';
import type { ChartView } from '../chart-view.ts';
import { chartInWords } from '../chart-words.ts';
import type { DetailsFact, DetailsPart, DetailsSubject, DetailsView } from '../details-view.ts';
import type { Pictures } from '../pictures.ts';
import { describeTopology, topologyInWords } from '../topology-words.ts';
import { type ChartBlock, drawChart } from './chart.ts';
import { drawChips } from './chips.ts';
import { drawRefusal } from './dialog.ts';
import { firstFitting, viewFaults } from './limits.ts';
import { type Message, message } from './message.ts';
import { bold, code, line, link, moment, own, plain, richText, small, tidy, words } from './text.ts';

/** How much is shown: of facts and lines of a map a part, of parts a subject, and of code points a text. */
interface Size {
  subjects: number;
  parts: number;
  facts: number;
  words: number;
  charts: number;
  /** A block for each part and not one for all of a subject. */
  isParted?: true;
}

/** A fact that is left out is named as such; a fact that is cut short is still a fact. */
const sizes: Size[] = [
  // Slack takes two charts a message.
  { subjects: 8, parts: 12, facts: 30, words: 300, charts: 2 },
  { subjects: 8, parts: 12, facts: 14, words: 200, charts: 2 },
  { subjects: 8, parts: 12, facts: 8, words: 160, charts: 2 },
  { subjects: 8, parts: 12, facts: 5, words: 120, charts: 2 },
  { subjects: 8, parts: 10, facts: 4, words: 100, charts: 1 },
  { subjects: 8, parts: 8, facts: 3, words: 80, charts: 1 },
  { subjects: 8, parts: 6, facts: 2, words: 60, charts: 1 },
  { subjects: 8, parts: 4, facts: 1, words: 40, charts: 0 },
  { subjects: 3, parts: 2, facts: 1, words: 20, charts: 0 },
  { subjects: 2, parts: 1, facts: 1, words: 10, charts: 0 },
];

/** What is known, one subject under the other. `pictures` are ids of files that Slack has. */
export function drawDetails(view: DetailsView, pictures: Pictures<string>): Message {
  return firstFitting(sizes, (size) => draw(view, pictures, size));
}

/** A modal has no charts, and room for a hundred blocks of any length: nearly all of it is told there. */
const modalSizes: Size[] = [
  { subjects: 8, parts: 14, facts: 16, words: 300, charts: 0, isParted: true },
  { subjects: 8, parts: 10, facts: 12, words: 200, charts: 0, isParted: true },
  { subjects: 6, parts: 8, facts: 8, words: 160, charts: 0, isParted: true },
];

/** The same for whoever pressed Details. */
export function drawDetailsModal(view: DetailsView): ModalView {
  const modals = modalSizes.map((size): ModalView => {
    const { blocks } = draw(view, new Map(), size);
    return { type: 'modal', title: plain('Details', 24), close: plain('Close', 24), blocks: [...blocks] };
  });
  return modals.find((modal) => viewFaults(modal).length === 0) ?? drawRefusal(view.fallback);
}

type Blocks = (KnownBlock | ChartBlock)[];

/** Which charts and maps are drawn; the others are told in words. */
interface Figures {
  charts: ReadonlySet<ChartView>;
  pictures: Pictures<string>;
}

function draw(view: DetailsView, pictures: Pictures<string>, size: Size): Message {
  const shown = view.subjects.slice(0, size.subjects);
  const hidden = view.more + view.subjects.length - shown.length;
  const charts = shown.flatMap(({ parts }) => parts.slice(0, size.parts).flatMap(({ chart }) => chart ?? []));
  const figures = { charts: new Set(charts.slice(0, size.charts)), pictures };
  return message(view.fallback, [
    { type: 'header', block_id: 'title', text: plain(view.title, Math.min(size.words, 150)) },
    ...shown.flatMap((subject, n) => {
      // Whom it is about first is worth more of the room.
      const room = n === 0 ? { ...size, facts: size.facts * 2 } : size;
      return drawSubject(subject, `subject-${n + 1}`, figures, room);
    }),
    ...(hidden > 0 ? [richText('more', [line(own(`${hidden} more are not shown.`))])] : []),
    ...drawMissing(view.missing, size),
  ]);
}

/** Headed as an entity is on the card; a part's figures stand below it. */
function drawSubject(
  { kind, name, chips, verdict, parts }: DetailsSubject,
  id: string,
  figures: Figures,
  size: Size,
): Blocks {
  const head = [bold(kind, Math.min(size.words, 40)), own(' '), code(name, Math.min(size.words, 150))];
  const blocks: Blocks = [{ type: 'divider', block_id: `${id}-line` }];
  let lines = [
    line(...head, ...drawChips(chips.slice(0, mostChipsOfDetails), Math.min(size.words, 40))),
    line(words(verdict, size.words)),
  ];
  for (const [n, part] of parts.slice(0, size.parts).entries()) {
    lines.push(...(lines.length > 0 && !size.isParted ? [gap] : []), ...drawPart(part, figures, size));
    const drawn = drawFigures(part, `${id}-${n + 1}`, figures, size);
    if (drawn.length === 0 && !size.isParted) continue;
    blocks.push(richText(`${id}-${n + 1}`, lines), ...drawn);
    lines = [];
  }
  const left = parts.slice(size.parts).map(({ title }) => title);
  if (left.length > 0) lines.push(line(words(`Not shown: ${left.join(', ')}.`, size.words)));
  return lines.length > 0 ? [...blocks, richText(`${id}-rest`, lines)] : blocks;
}

const mostChipsOfDetails = 8;

function drawPart(
  { title, facts, link: address, chart, map }: DetailsPart,
  { charts, pictures }: Figures,
  size: Size,
): RichTextSection[] {
  const left = facts.length - size.facts;
  const inWords = [
    ...(chart && !charts.has(chart) ? [chartInWords(chart)] : []),
    ...(map && !pictures.has(map) ? cut([map.title, ...topologyInWords(map)], size.facts + 2) : []),
  ];
  return [
    line(bold(title, Math.min(size.words, 80))),
    ...facts.slice(0, size.facts).map((fact) => drawFact(fact, size)),
    ...(left > 0 ? [line(own(`… and ${left} more`))] : []),
    ...inWords.map((text) => line(words(text, size.words))),
    ...(address ? [line(link(address.label, address.url, Math.min(size.words, 80)))] : []),
  ];
}

/** Half a line would do; Slack has none. */
const gap = line(own(' '));

function cut(lines: string[], most: number): string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `… and ${lines.length - most} more`];
}

function drawFact({ label, value, at, long }: DetailsFact, size: Size): RichTextSection {
  const said = tidy(value, long ? size.words * 2 : size.words);
  const named = words(`${tidy(label, Math.min(size.words, 40))}: ${said}`, 3 * size.words);
  return at === undefined ? line(named) : line(named, own(said ? ' · ' : ' '), moment(at));
}

function drawFigures(
  { chart, map }: DetailsPart,
  id: string,
  { charts, pictures }: Figures,
  size: Size,
): Blocks {
  const drawn =
    chart && charts.has(chart) ? drawChart(chart, `${id}-chart`, { series: mostSeries }) : undefined;
  const picture = map && pictures.get(map);
  const alt = map ? describeTopology(map, Math.min(size.words * 5, longestAlt)) : '';
  return [...(drawn ? [drawn.block] : []), ...(picture ? [drawPicture(`${id}-map`, picture, alt)] : [])];
}

const mostSeries = 3;
/** Slack takes 2,000. */
const longestAlt = 1_000;

function drawPicture(blockId: string, file: string, alt: string): KnownBlock {
  return {
    type: 'image',
    block_id: blockId,
    slack_file: { id: file },
    alt_text: tidy(alt, longestAlt) || 'A map',
  };
}

/** Slack takes ten elements. */
const mostMissing = 10;

function drawMissing(missing: string[], size: Size): Blocks {
  const elements = missing.slice(0, mostMissing).flatMap((text) => small(text, size.words));
  return elements.length > 0 ? [{ type: 'context', block_id: 'missing', elements }] : [];
}
