import type { Fault } from './door-refusal.ts';
import { evaluate } from './evaluate.ts';
import { KqlError } from './kql-error.ts';
import { writeBody, writeRows } from './worker-body.ts';
import { fitsSearch, TablesByPlan } from './worker-plans.ts';
import type { LogQuery, LogResult } from './worker-query.ts';
import type { SampleRows } from './worker-rows.ts';

export function answerQuery(rows: SampleRows, query: LogQuery): LogResult {
  const start = performance.now();
  try {
    const tables = new TablesByPlan(rows.tables(query), query.kind);
    if (query.kind === 'search') fitsSearch(query.text);
    const answer = evaluate(
      query.text,
      { tables, functions: rows.functions() },
      { now: query.now, span: query.span, mostRows: query.mostRows + 1, unknownTables: 'refuse' },
    );
    const written = writeRows(answer, query);
    const body = writeBody(answer, written, query, tables.read(query.span), start);
    return { kind: 'answered', body, rows: written.rows.length, held: rows.held() };
  } catch (failure) {
    return { kind: 'refused', fault: faultOf(failure) };
  }
}

function faultOf(failure: unknown): Fault {
  if (failure instanceof KqlError) {
    const { message, code, line, column } = failure;
    return { message, code, line, column };
  }
  const why = failure instanceof Error ? failure.message : String(failure);
  return { message: `The query could not be run: ${why}`, code: 'E_FAIL', line: 0, column: 0 };
}
