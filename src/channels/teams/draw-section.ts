import { bound } from '../clean.ts';
import type { PageBody } from '../page-view.ts';
import { drawChart, noteOfChart } from './draw-chart.ts';
import { drawLines, noteOfLines } from './draw-lines.ts';
import { drawCell, drawTable, noteOf } from './draw-table.ts';
import type { Fit } from './fit.ts';
import { inert } from './inert.ts';

/** One part of an answer or a page as elements, its title and its button above it. */
export function drawSection(
  { title, body, more }: { title: string; body: PageBody; more: string | undefined },
  fit: Fit,
  toMore: (argument: string) => object,
) {
  const head = title === '' ? [] : [drawText(bound(title, Math.min(fit.text, 120)), { weight: 'Bolder' })];
  const button = more === undefined ? [] : [{ type: 'ActionSet', actions: [toMore(more)] }];
  const top = button.length > 0 ? [beside(head, button)] : head;
  const [first, ...others] = [...top, ...drawBody(body, fit)];
  return first === undefined
    ? []
    : [{ ...first, spacing: 'Medium', ...(title !== '' && { separator: true }) }, ...others];
}

function drawBody(body: PageBody, fit: Fit): object[] {
  switch (body.kind) {
    case 'sentence':
      return [drawText(bound(body.text, Math.min(fit.text, 500)))];
    case 'number':
      return [
        drawText(bound(body.value, 40), { size: 'ExtraLarge', weight: 'Bolder' }),
        { ...drawText(bound(body.label, Math.min(fit.text, 150)), { isSubtle: true }), spacing: 'None' },
      ];
    case 'facts':
      // Teams draws no table without rows, and none without columns.
      return body.facts.length === 0 ? [] : [drawFacts(body.facts.slice(0, fit.rows), fit)];
    case 'table':
      if (body.table.columns.length === 0) return [drawText('The answer has no columns.')];
      return [drawTable(body.table, fit), ...drawNote(noteOf(body.table, fit))];
    case 'chart':
      return [drawChart(body.chart, fit), ...drawNote(noteOfChart(body.chart, fit))];
    case 'lines':
      return [...drawLines(body.lines, fit), ...drawNote(noteOfLines(body, fit))];
  }
}

/** Not a FactSet: clients read what stands in one as Markdown. */
function drawFacts(facts: { label: string; value: string }[], fit: Fit): object {
  return {
    type: 'Table',
    firstRowAsHeaders: false,
    showGridLines: false,
    columns: [{ width: 2 }, { width: 5 }],
    rows: facts.map(({ label, value }) => ({
      type: 'TableRow',
      cells: [
        drawCell(inert(bound(label, Math.min(fit.cell, 60))), { isSubtle: true }),
        drawCell(inert(bound(value, fit.cell))),
      ],
    })),
  };
}

function drawNote(note: string): object[] {
  return note === '' ? [] : [{ ...drawText(note, { size: 'Small', isSubtle: true }), spacing: 'Small' }];
}

function drawText(text: string, look: object = {}): { type: string } {
  return { type: 'RichTextBlock', ...{ inlines: [{ type: 'TextRun', text: inert(text), ...look }] } };
}

function beside(left: object[], right: object[]): object {
  return {
    type: 'ColumnSet',
    columns: [
      { type: 'Column', width: 'stretch', verticalContentAlignment: 'Center', items: left },
      { type: 'Column', width: 'auto', items: right },
    ],
  };
}
