import { chartInWords } from '../chart-words.ts';
import { bound } from '../clean.ts';
import type { DetailsFact, DetailsPart } from '../details-view.ts';
import type { Pictures } from '../pictures.ts';
import { describeTopology, topologyInWords } from '../topology-words.ts';
import { drawChart } from './draw-chart.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';

export interface PartSize {
  /** Facts a part, and lines of a map. */
  facts: number;
  /** Code points of a text. */
  text: number;
  charts: number;
  hasPictures: boolean;
}

/** What one enricher says, as elements. */
export function drawPart(
  { title, facts, link, chart, map }: DetailsPart,
  isCharted: boolean,
  pictures: Pictures<Uint8Array>,
  size: PartSize,
): object[] {
  const picture = map && size.hasPictures ? pictures.get(map) : undefined;
  const left = facts.length - size.facts;
  return [
    drawRuns([{ text: inert(bound(title, Math.min(size.text, 80))), weight: 'Bolder' }], 'Medium'),
    ...facts.slice(0, size.facts).map((fact) => drawFact(fact, size)),
    ...(left > 0 ? [drawNote(`… and ${left} more`)] : []),
    ...(chart ? [isCharted ? drawFigure(chart, size) : drawSentence(chartInWords(chart), size)] : []),
    ...(map && picture ? [drawPicture(picture, describeTopology(map, longestAlt))] : []),
    ...(map && !picture
      ? cut([map.title, ...topologyInWords(map)], size.facts + 2).map((text) => drawSentence(text, size))
      : []),
    ...(link ? drawLink(link, Math.min(size.text, 80)) : []),
  ];
}

/** A time stands at the right, in the zone of whoever reads it: `TextRun`s know no dates. */
function drawFact({ label, value, at, long }: DetailsFact, size: PartSize): object {
  const lead = { text: `${inert(bound(label, Math.min(size.text, 40)))}: `, isSubtle: true };
  const said = inert(bound(value, long ? size.text * 2 : size.text));
  const runs = said === '' ? [lead] : [lead, { text: said }];
  if (at === undefined) return drawRuns(runs, 'None');
  const when = readerTime(at);
  const time = {
    type: 'TextBlock',
    text: `{{DATE(${when}, COMPACT)}} {{TIME(${when})}}`,
    wrap: true,
    size: 'Small',
  };
  return {
    type: 'ColumnSet',
    spacing: 'None',
    columns: [
      { type: 'Column', width: 'stretch', items: [drawRuns(runs)] },
      { type: 'Column', width: 'auto', items: [time] },
    ],
  };
}

function drawSentence(text: string, size: PartSize): object {
  return drawRuns([{ text: inert(bound(text, size.text)) }], 'None');
}

function drawNote(text: string): object {
  return drawRuns([{ text, isSubtle: true }], 'None');
}

function drawRuns(runs: { text: string; weight?: string; isSubtle?: boolean }[], spacing?: string): object {
  return {
    type: 'RichTextBlock',
    ...(spacing !== undefined && { spacing }),
    inlines: runs.map((run) => ({ type: 'TextRun', size: 'Small', ...run })),
  };
}

function drawFigure(chart: NonNullable<DetailsPart['chart']>, { text }: PartSize): object {
  return drawChart(chart, { rows: 20, columns: 3, cell: Math.min(text, 40), text });
}

const longestAlt = 500;

function drawPicture(png: Uint8Array, alt: string): object {
  return {
    type: 'Image',
    url: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
    altText: inertSentence(alt),
    spacing: 'Small',
    // A phone shows it as wide as the card; in full at a press.
    msteams: { allowExpand: true },
  };
}

function drawLink({ label, url }: { label: string; url: string }, longest: number): object[] {
  const address = httpsOnly(url);
  if (address === '') return [];
  const title = inertSentence(bound(label, longest));
  const open = { type: 'Action.OpenUrl', title, url: address };
  const run = {
    type: 'TextRun',
    text: inert(bound(label, longest)),
    size: 'Small',
    color: 'Accent',
    selectAction: open,
  };
  return [{ type: 'RichTextBlock', spacing: 'Small', inlines: [run] }];
}

function cut(lines: string[], most: number): string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `… and ${lines.length - most} more`];
}
