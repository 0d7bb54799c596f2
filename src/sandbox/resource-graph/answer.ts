import { dateText, spanText } from '../logs/convert.ts';
import { evaluate } from '../logs/evaluate.ts';
import { KqlError } from '../logs/kql-error.ts';
import type { Value } from '../logs/value.ts';
import type { RefusalDetail } from './refusal.ts';
import type { GraphRow } from './row.ts';
import { graphTablesOf } from './tables.ts';

/** Plain data: it travels to the thread that answers. */
export interface GraphQuestion {
  text: string;
  now: number;
  /** Lower case; all where absent. */
  subscriptions: string[] | undefined;
  /** Rows that stand in the place of others of their ids, or are new. */
  changed?: GraphRow[];
}

export type GraphAnswer =
  | { kind: 'answered'; columns: { name: string; type: string }[]; rows: unknown[][] }
  | { kind: 'unknown-table'; table: string }
  | { kind: 'refused'; detail: RefusalDetail };

const mostRows = 100_000;

/** Answers with the evaluator that the sandbox's logs have; loading Microsoft's parser takes it a second. */
export function answerGraph({ text, now, subscriptions, changed = [] }: GraphQuestion): GraphAnswer {
  try {
    const tables = graphTablesOf(new Date(now), subscriptions, changed);
    const { columns, rows } = evaluate(text, { tables }, { now, span: undefined, mostRows });
    return {
      kind: 'answered',
      columns,
      rows: rows.map((row) => columns.map(({ type }, place) => jsonOf(row[place] as Value, type))),
    };
  } catch (failure) {
    if (failure instanceof KqlError) return refused(failure);
    const message = failure instanceof Error ? failure.message : String(failure);
    return { kind: 'refused', detail: { code: 'Default', message } };
  }
}

function refused({ message, code, line, column }: KqlError): GraphAnswer {
  const table = /^Failed to resolve table .*named '(\w+)'$/.exec(message)?.[1];
  if (table) return { kind: 'unknown-table', table };
  if (!code.startsWith('SYN')) return { kind: 'refused', detail: { code: 'Default', message } };
  const token = /parsed at '(.*)' on/s.exec(message)?.[1] || '<EOF>';
  const parser = { code: 'ParserFailure', message: 'ParserFailure' };
  return { kind: 'refused', detail: { ...parser, line, characterPositionInLine: column, token } };
}

/** Dynamic values come as JSON, times as text; a column of booleans comes as the bytes that Kusto keeps, 1 and 0. */
function jsonOf(value: Value | undefined, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'bool') return Number(value);
  if (typeof value !== 'number') return value;
  if (type === 'datetime') return dateText(value);
  if (type === 'timespan') return spanText(value);
  return Number.isFinite(value) ? value : null;
}
