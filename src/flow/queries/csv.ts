import { stringify } from 'csv-stringify/sync';
import type { Cell, LogTable } from '../../kql/logs.ts';

/** Rows as a file for a spreadsheet. */
export interface CsvFile {
  /** RFC 4180 in UTF-8, with a byte order mark: without it Excel takes the bytes for another alphabet's. */
  content: Uint8Array;
  /** Rows that did not fit. */
  leftOut: number;
}

/** Both platforms take far larger files; nobody reads one in a chat's preview, and here it is made in memory. */
const mostBytes = 5_000_000;
/** So many rows are written before it is looked whether they fit. */
const stride = 100;

/**
 * Each table with its header, one below the other; of several each also with its title. What a spreadsheet would take for
 * a formula begins with an apostrophe: strangers write these texts.
 */
export function toCsv(tables: (LogTable & { title: string })[], most = mostBytes): CsvFile {
  const parts = [Buffer.from('\ufeff')];
  let left = most - 3;
  let leftOut = 0;
  const add = (records: Cell[][]): boolean => {
    const part = Buffer.from(write(records));
    if (part.length > left) return false;
    parts.push(part);
    left -= part.length;
    return true;
  };
  for (const [index, { title, columns, rows }] of tables.entries()) {
    const above = tables.length > 1 ? [...(index > 0 ? [['']] : []), [title]] : [];
    const begins = add([...above, columns.map(({ name }) => name)]);
    leftOut += rows.length - (begins ? fill(rows, add) : 0);
  }
  return { content: Buffer.concat(parts), leftOut };
}

/** How many of them fitted. */
function fill(rows: Cell[][], add: (records: Cell[][]) => boolean): number {
  let done = 0;
  while (done < rows.length && add(rows.slice(done, done + stride)))
    done = Math.min(done + stride, rows.length);
  while (done < rows.length && add(rows.slice(done, done + 1))) done += 1;
  return done;
}

function write(records: Cell[][]): string {
  const plain = records.map((record) => record.map(plainCell));
  // The library quotes what holds the delimiter of records alone; programs end a record at half of it.
  return stringify(plain, { escape_formulas: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

/** The library looks at the first character alone; some programs skip what cannot be seen before it. */
const hiddenFormula = /^[\s\p{Cc}\p{Cf}]+[=+\-@＝＋－＠]/u;

/** Numbers stay numbers, so that one below nought is no formula. */
function plainCell(cell: Cell): string | number {
  if (cell === null) return '';
  if (typeof cell === 'number') return cell;
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  // No file holds NUL: programs stop reading at it.
  const kept = text.replaceAll('\0', '').toWellFormed();
  return hiddenFormula.test(kept) ? `'${kept}` : kept;
}

/** Safe on every system: `hunt-password-spray-2026-11-21-1000.csv`. `at` is an instant. */
export function csvName(title: string, at: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return `${words || 'query'}-${at.slice(0, 16).replace('T', '-').replace(':', '')}.csv`;
}
