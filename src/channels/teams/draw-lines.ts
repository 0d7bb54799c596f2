import { bound } from '../clean.ts';
import type { PageBody } from '../page-view.ts';
import type { Fit } from './fit.ts';
import { inert, readerTime } from './inert.ts';

type Lines = Extract<PageBody, { kind: 'lines' }>;

/** More than a table has rows: a line is one text, and no cells. */
const mostLines = 30;
const mostOf = ({ rows }: Fit): number => (rows < 20 ? rows : mostLines);

/** One below the other: what leads a line stands out, its moment is small beneath it, where a phone has room for it. */
export function drawLines(lines: Lines['lines'], fit: Fit): object[] {
  return lines.slice(0, mostOf(fit)).flatMap(({ lead, text, at }, n) => [
    {
      type: 'RichTextBlock',
      ...(n > 0 && { spacing: 'Small' }),
      inlines: [
        ...(lead === '' ? [] : [{ type: 'TextRun', text: `${cut(lead, 120, fit)}  `, weight: 'Bolder' }]),
        { type: 'TextRun', text: cut(text, 300, fit) },
      ],
    },
    ...(at === undefined ? [] : [drawMoment(at)]),
  ]);
}

/** How many are not shown; empty where all are. */
export function noteOfLines({ lines, more }: Lines, fit: Fit): string {
  const hidden = more + Math.max(0, lines.length - mostOf(fit));
  return hidden > 0 ? `${hidden} more.` : '';
}

function drawMoment(at: string): object {
  const zoned = readerTime(at);
  return {
    type: 'TextBlock',
    text: `{{DATE(${zoned}, COMPACT)}} {{TIME(${zoned})}}`,
    wrap: true,
    size: 'Small',
    isSubtle: true,
    spacing: 'None',
  };
}

function cut(text: string, most: number, fit: Fit): string {
  return inert(bound(text, Math.min(most, fit.text)));
}
