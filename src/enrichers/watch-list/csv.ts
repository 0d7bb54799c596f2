import { bounded } from '../said.ts';
import type { IndicatorKind } from './indicator.ts';
import type { Line } from './lines.ts';
import type { Reading } from './reading.ts';

/** What the columns of a list mean, as people and their tools name them. */
const kinds: Record<string, IndicatorKind | 'other'> = {
  ...same('address', [
    'ip',
    'ipv4',
    'ipv6',
    'ipv4-addr',
    'ipv6-addr',
    'address',
    'cidr',
    'range',
    'ip-src',
    'ip-dst',
  ]),
  ...same('domain', ['domain', 'domain-name', 'hostname', 'fqdn', 'host']),
  ...same('url', ['url', 'uri']),
  ...same('sha256', ['sha256', 'sha-256', 'file', 'hash', 'filehash-sha256']),
  ...same('other', [
    'md5',
    'sha1',
    'sha512',
    'email',
    'email-addr',
    'filename',
    'mutex',
    'cve',
    'filehash-md5',
    'filehash-sha1',
  ]),
};
const columns = ['indicator', 'type', 'description', 'source'] as const;
type Column = (typeof columns)[number];

/**
 * A list of one indicator a line, with what else is known beside it: `indicator,type,description,source`. A heading says
 * which columns there are; without one they come in this order. A line is one record: a quote that nobody closes
 * breaks its own line and no other.
 */
export async function readCsv(lines: AsyncIterable<Line>, reading: Reading): Promise<void> {
  let order: readonly (Column | undefined)[] | undefined;
  let separator = ',';
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const where = `line ${number}`;
    if (line === undefined) {
      reading.fail(where, 'is too long');
      continue;
    }
    const plain = line.replace(/^\ufeff/, '').trim();
    if (plain === '' || plain.startsWith('#')) continue;
    if (!order) {
      separator = [',', ';', '\t'].find((one) => plain.includes(one)) ?? ',';
      order = heading(plain, separator);
      if (order) continue;
      order = columns;
    }
    const cells = cellsOf(plain, separator);
    if (!cells) {
      reading.fail(where, 'has a quote that nobody closes');
      continue;
    }
    const cell = (column: Column) => cells[order?.indexOf(column) ?? -1]?.trim() ?? '';
    const type = cell('type').toLowerCase();
    const kind = type === '' ? undefined : Object.hasOwn(kinds, type) ? kinds[type] : 'other';
    if (kind === 'other') {
      reading.leave();
      continue;
    }
    const note = {
      description: bounded(cell('description'), 200),
      source: bounded(cell('source'), 80),
      until: undefined,
    };
    if (!reading.take(where, cell('indicator'), kind, note)) return;
  }
}

/** Which column stands where; `undefined` where the first line is none that names them. */
function heading(line: string, separator: string): (Column | undefined)[] | undefined {
  const names = cellsOf(line, separator)?.map((name) => name.trim().toLowerCase());
  if (!names?.includes('indicator')) return undefined;
  return names.map((name) => columns.find((column) => column === name));
}

/** Cells as of RFC 4180, of one line. */
function cellsOf(line: string, separator: string): string[] | undefined {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (letter === '"' && isQuoted && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"') {
      isQuoted = !isQuoted;
    } else if (letter === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else {
      cell += letter;
    }
  }
  return isQuoted ? undefined : [...cells, cell];
}

function same<T>(kind: T, names: string[]): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}
