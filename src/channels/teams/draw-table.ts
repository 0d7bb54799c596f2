import type { TableView } from '../body-view.ts';
import { bound } from '../clean.ts';
import type { Fit } from './fit.ts';
import { inert } from './inert.ts';

/** About what a letter takes, in pixels, at the size that cells have. */
const letter = 7;

/** Rows as Teams' own table. Nothing in a cell is a link or a mark: what it says is drawn as it is. */
export function drawTable(table: TableView, fit: Fit): object {
  const columns = table.columns.slice(0, fit.columns);
  const rows = table.rows
    .slice(0, fit.rows)
    .map((row) => columns.map((_column, n) => inert(bound(row[n] ?? '', fit.cell))));
  const names = columns.map(({ name }) => inert(bound(name, Math.min(fit.cell, 60))));
  const widths = names.map((name, n) => widthOf([name, ...rows.map((row) => row[n] ?? '')]));
  const wanted = widths.reduce((sum, width) => sum + width * letter + 16, 0);
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: true,
    gridStyle: 'default',
    // A phone scrolls sideways; cells of two letters a line could not be read.
    minWidth: `${wanted}px`,
    columns: columns.map(({ isNumber }, n) => ({
      width: widths[n],
      ...(isNumber && { horizontalCellContentAlignment: 'Right' }),
    })),
    rows: [
      toRow(names.map((name) => drawCell(name, { weight: 'Bolder' }))),
      ...rows.map((row) => toRow(row.map((text) => drawCell(text)))),
    ],
  };
}

/** Which rows and columns are shown, where these are not all; empty where they are. */
export function noteOf({ columns, rows, from, total, hiddenColumns = 0 }: TableView, fit: Fit): string {
  const shown = Math.min(rows.length, fit.rows);
  return [
    ...(shown < total && shown > 0 ? [`Rows ${from} to ${from + shown - 1} of ${total}`] : []),
    ...(shown < rows.length ? [`${shown} of ${rows.length} rows of this page fit here`] : []),
    ...(columns.length > fit.columns ? [`${fit.columns} of ${columns.length} columns fit here`] : []),
    ...(hiddenColumns > 0
      ? [`${hiddenColumns} more ${hiddenColumns === 1 ? 'column' : 'columns'} in the CSV`]
      : []),
  ].join(' · ');
}

/** A column is as wide as its longest words, within reason. */
function widthOf(texts: string[]): number {
  return Math.min(Math.max(...texts.map((text) => text.length), 4), 36);
}

function toRow(cells: object[]): object {
  return { type: 'TableRow', cells };
}

export function drawCell(text: string, look: object = {}): object {
  const run = { type: 'TextRun', text, size: 'Small', ...look };
  return { type: 'TableCell', items: text === '' ? [] : [{ type: 'RichTextBlock', inlines: [run] }] };
}
