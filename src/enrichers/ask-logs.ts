import { describe, FarSideError, Refused } from '../errors.ts';
import type { Enrichment } from '../incident/enrichment.ts';
import { type Cell, type Logs, QueryFault } from '../kql/logs.ts';
import type { Scope } from '../kql/plan.ts';
import type { EnrichContext } from './enricher.ts';

/** Whose logs enrichers ask. */
export interface LogPlace {
  logs: Logs;
  scope: Scope;
}

export interface LogRows {
  rows: Record<string, Cell>[];
  /** Why some are missing; empty where all are there. */
  partial: string;
}

/** The bot has five queries at once for all of its work, so none may stand in the way for long. */
const seconds = 20;

/**
 * Which of these tables the workspaces have. Those of the Basic and Auxiliary plans are left out: they are billed by what
 * is scanned, and nobody asked for that.
 */
export async function tablesOf({ logs, scope }: LogPlace, wanted: readonly string[]): Promise<string[]> {
  const { tables } = await answerOf(logs.schema(scope));
  const open = new Set(tables.filter(({ plan }) => plan === 'analytics').map(({ name }) => name));
  return wanted.filter((name) => open.has(name));
}

/** Asks for what is not older than `hours`. The text has to bound its rows itself. */
export async function rowsOf(
  { logs, scope }: LogPlace,
  text: string,
  hours: number,
  { now, signal }: EnrichContext,
): Promise<LogRows> {
  const from = new Date(now.getTime() - hours * 3_600_000);
  const span = { from: from.toISOString(), to: now.toISOString() };
  const request = { scope, text, span, seconds, signal, as: 'bot', isSearch: false } as const;
  const { columns, rows, partial } = await answerOf(logs.ask(request));
  const names = columns.map(({ name }) => name);
  return {
    rows: rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))),
    partial,
  };
}

/** In KQL. Some columns, those of AzureDiagnostics, are there only where something was once written to them. */
export const column = (name: string): string => `tostring(column_ifexists("${name}", ""))`;

/** Says so where Azure could not look at all of it: what is not there may still have happened. */
export function withGaps({ facts, ...rest }: Enrichment, { partial }: LogRows): Enrichment {
  if (!partial) return { facts, ...rest };
  return { facts: [{ label: 'Not complete', value: partial, long: true }, ...facts], ...rest };
}

/** Nobody is there to be told of a fault in a query that we wrote, or of a workspace that we may not ask. */
async function answerOf<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof QueryFault || error instanceof Refused)
      throw new FarSideError('azure', 'rejected', describe(error), { cause: error });
    throw error;
  }
}
