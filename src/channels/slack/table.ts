import type { TableBlock } from '@slack/types';
import type { TableView } from '../body-view.ts';
import { tidy } from './text.ts';

/** How much of a table is shown. */
export interface TableSize {
  cell: number;
  columns: number;
  rows: number;
  /** What is not shown is nowhere else either: there is no CSV to look into. */
  isAll?: true;
}

/** From so many characters on a column is wrapped; what is shorter is easier to compare on one line. */
const longLine = 40;

/** One page of rows as a table, and what of it does not fit, as a sentence. `undefined` where it has no columns. */
export function drawTable(
  { columns, rows, from, total, hiddenColumns = 0 }: TableView,
  blockId: string,
  size: TableSize,
): { block: TableBlock; about: string } | undefined {
  const shown = columns.slice(0, size.columns);
  if (shown.length === 0) return undefined;
  const page = rows.slice(0, size.rows);
  const texts = [shown.map(({ name }) => name), ...page.map((row) => shown.map((_, n) => row[n] ?? ''))].map(
    // Slack refuses a cell without a text.
    (row) => row.map((text) => tidy(text, size.cell) || '–'),
  );
  const last = from + page.length - 1;
  const notes = [
    page.length > 0 && page.length < total ? `Rows ${from} to ${last} of ${total}.` : '',
    page.length < rows.length
      ? `Rows ${last + 1} to ${from + rows.length - 1} are too long to be shown${size.isAll ? '' : '; the CSV has them'}.`
      : '',
    shown.length < columns.length
      ? `Not shown: ${columns
          .slice(shown.length)
          .map(({ name }) => name)
          .join(', ')}.`
      : '',
    hiddenColumns > 0
      ? `${hiddenColumns} more ${hiddenColumns === 1 ? 'column' : 'columns'} in the CSV.`
      : '',
  ];
  const block: TableBlock = {
    type: 'table',
    block_id: blockId,
    column_settings: shown.map(({ isNumber }, n) => ({
      align: isNumber ? 'right' : 'left',
      is_wrapped: !isNumber && texts.some((row) => Array.from(row[n] ?? '').length > longLine),
    })),
    // Raw text is parsed by nobody: no mention, link, emoji or formatting comes out of it.
    rows: texts.map((row) => row.map((text) => ({ type: 'raw_text', text }))),
  };
  return { block, about: notes.filter((note) => note !== '').join(' ') };
}
