import type { Scope } from './plan.ts';
import type { Span } from './span.ts';

/**
 * Where logs are asked, as the rest of the product sees it; `azure/log-analytics.ts` is it.
 * Every call throws `FarSideError`, and `Refused` for a workspace that there is not; `ask` also throws `QueryFault`, and
 * `Refused` where a person has to sign in before anything can be asked in their name.
 */
export interface Logs {
  ask(request: LogRequest): Promise<LogAnswer>;
  /** Tables and functions of all workspaces of a scope, with their columns; remembered for an hour. */
  schema(scope: Scope): Promise<LogSchema>;
}

export interface LogRequest {
  scope: Scope;
  /** Guarded and bounded. */
  text: string;
  span: Span;
  /** After so long Azure gives up, at most 600. */
  seconds: number;
  /** Ends the call, which is a `timeout` then; the query may run on in Azure for a while. */
  signal: AbortSignal;
  /** In whose name: the bot's, or a person's by Entra object id, where the settings say so. */
  as: 'bot' | { person: string };
  /** A table of a plan that is billed by what is scanned: it is asked in another way. */
  isSearch: boolean;
}

export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };

export interface LogColumn {
  name: string;
  /** Kusto's: `string long int real decimal datetime timespan bool guid dynamic`. */
  type: string;
}

/** Rows as Azure gave them: a datetime is its ISO text, a dynamic value an object. */
export interface LogTable {
  columns: LogColumn[];
  rows: Cell[][];
}

export interface LogAnswer extends LogTable {
  /** Why rows are missing, in Azure's words; empty where all are there. */
  partial: string;
  /** `timechart`, `barchart`, `piechart` …, where the query ends in `render`. */
  render: { shape: string; title: string } | undefined;
  /** Gigabytes that were scanned, where Azure says so. */
  scannedGb: number | undefined;
}

export interface LogSchema {
  tables: SchemaTable[];
  /** Saved functions that a query may call like tables: `_GetWatchlist`, `imDns`. */
  functions: string[];
}

export interface SchemaTable {
  name: string;
  columns: LogColumn[];
  /** `basic` and `auxiliary` are billed by gigabyte scanned, and can be asked in a narrow way only. */
  plan: 'analytics' | 'basic' | 'auxiliary';
}

/** What was asked cannot be answered as it stands: Azure's innermost words, and the place in the text where known. */
export class QueryFault extends Error {
  override readonly name = 'QueryFault';
  readonly at: { line: number; column: number } | undefined;

  /** `line` and `column` count from 1. */
  constructor(message: string, at?: { line: number; column: number }) {
    super(message);
    this.at = at;
  }
}
