import type { Cell, LogColumn } from '../kql/logs.ts';

/** Makes text of one cell, fit to be shown, at most so many code points. */
export type Write = (cell: Cell | undefined, most: number) => string;

/** Makes untrusted text fit for those who read here: cleaned, without what they may not be told, at most so long. */
export type Show = (text: string, limit: number) => string;

export const isNumeric = ({ type }: LogColumn): boolean => ['int', 'long', 'real', 'decimal'].includes(type);

/** `cells` are all of this column that are shown together: what they have in common need not be said of each. */
export function writerOf(column: LogColumn, cells: (Cell | undefined)[], show: Show): Write {
  if (column.type === 'datetime') {
    const time = timesLike(cells);
    return (cell, most) => (typeof cell === 'string' ? show(time(cell), most) : '');
  }
  const isName = namesSomething(column.name);
  return (cell, most) => {
    if (cell === null || cell === undefined) return '';
    if (typeof cell === 'number') return isName ? String(cell) : grouped(cell);
    if (typeof cell === 'boolean') return String(cell);
    return show(head(typeof cell === 'string' ? cell : JSON.stringify(cell)), most);
  };
}

export function isEmpty(cell: Cell | undefined): boolean {
  if (cell === null || cell === undefined || cell === '') return true;
  if (typeof cell !== 'object') return false;
  return Array.isArray(cell) ? cell.length === 0 : Object.keys(cell).length === 0;
}

/** `12,345`, `0.125`, `1,234.57`. */
export function grouped(number: number): string {
  const size = Math.abs(number);
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return String(number);
  return number.toLocaleString(
    'en-GB',
    size < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 },
  );
}

/** Numbers that count nothing: event 4625 is not 4,625. */
function namesSomething(column: string): boolean {
  return /(?:id|pid|port|code|type|year|asn|version|number)s?$/i.test(column) && !/^d?count/i.test(column);
}

/** Two hundred code points are shown at most; cleaning and masking a megabyte would hold everybody up. */
const longestRead = 2_000;
const longestWord = 500;

/** A word that is cut could be a secret, or a name, that looks like none: it goes. */
export function head(text: string): string {
  if (text.length <= longestRead) return text;
  const read = text.slice(0, longestRead);
  return `${read.slice(0, Math.max(read.lastIndexOf(' '), longestRead - longestWord))}…`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `20 Nov 02:00:13`, in UTC: without seconds or time of day where none has any, with the year where they differ. */
export function timesLike(cells: (Cell | undefined)[]): (at: string) => string {
  const dates = cells.flatMap((cell) => (typeof cell === 'string' ? new Date(cell) : []));
  const some = (part: (date: Date) => number) => dates.some((date) => part(date) !== 0);
  const withSeconds = some((date) => date.getUTCSeconds() + date.getUTCMilliseconds());
  const withTime = withSeconds || some((date) => date.getUTCHours() + date.getUTCMinutes());
  const withYear = !withTime || new Set(dates.map((date) => date.getUTCFullYear())).size > 1;
  return (at) => {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return at;
    const day = `${date.getUTCDate()} ${months[date.getUTCMonth()]}${withYear ? ` ${date.getUTCFullYear()}` : ''}`;
    return withTime ? `${day} ${date.toISOString().slice(11, withSeconds ? 19 : 16)}` : day;
  };
}
