import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { LogAnswer } from '../../kql/logs.ts';
import type { StoredFault } from '../../store/queries.ts';

/** What came of one part: its rows, or why there are none. */
export type PartAnswer = ({ kind: 'rows' } & LogAnswer) | ({ kind: 'fault' } & StoredFault);

/** JSON of all rows that are kept; as much again is needed while they are read. */
const mostBytes = 8_000_000;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Gzip of the answers as JSON. */
export async function pack(answers: PartAnswer[]): Promise<Uint8Array> {
  return zip(JSON.stringify(answers));
}

export async function unpack(packed: Uint8Array | undefined): Promise<PartAnswer[]> {
  if (!packed) return [];
  const answers: PartAnswer[] = JSON.parse((await unzip(packed)).toString('utf8'));
  return answers;
}

/** At most so many rows, and no more than fit; what is missing is said. */
export function bounded(answer: LogAnswer, mostRows: number): LogAnswer {
  const rows = answer.rows.slice(0, mostRows);
  const fitting = countFitting(rows);
  if (fitting === answer.rows.length) return answer;
  const why =
    fitting < rows.length
      ? `Only the first ${fitting} rows are here: there is too much in them. Ask for fewer columns.`
      : `Only the first ${fitting} rows are here. Narrow the query, or summarize.`;
  return {
    ...answer,
    rows: rows.slice(0, fitting),
    partial: [answer.partial, why].filter(Boolean).join(' '),
  };
}

function countFitting(rows: LogAnswer['rows']): number {
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > mostBytes) return index;
  }
  return rows.length;
}

export function rowsIn(answers: PartAnswer[]): number {
  return answers.reduce((sum, answer) => sum + (answer.kind === 'rows' ? answer.rows.length : 0), 0);
}
