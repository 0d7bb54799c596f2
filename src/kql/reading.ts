import type { GuardRules } from './guard.ts';
import type { Analysed, KustoNode } from './kusto.ts';

/** What the names of a query stand for. */
export interface Reading {
  /** Where a table is read, in the order of the text. */
  reads: KustoNode[];
  /** Names of tables that are read without being named: by wildcards, `search` and `find`; of watchlists, theirs. */
  reached: string[];
  /** It may read what neither the text nor the schema tells. */
  readsUnknown: boolean;
  /** Whether every column that it can see is known. */
  isExact: boolean;
}

/** What the rules look at. */
export interface Names {
  rules: GuardRules;
  analysed: Analysed;
  nodes: KustoNode[];
  /** Names as they are used, without the parts after a dot. */
  used: KustoNode[];
  reads: KustoNode[];
  isExact: boolean;
}
