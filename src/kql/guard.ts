import type { LogColumn, LogSchema } from './logs.ts';

/** Decides whether a text may be asked of the logs. */
export interface Guard {
  /** Answers within two seconds of its turn, whatever the text: what takes longer is refused and its worker ended. */
  check(text: string, rules: GuardRules): Promise<Verdict>;
  close(): Promise<void>;
}

/** Plain data: it travels to the worker. */
export interface GuardRules {
  /** Tables that there are. What is none of them is refused; where `undefined`, any plain name may be a table. */
  schema: LogSchema | undefined;
  /** Tables that this person may not read → who may: `lead, admin`. */
  closed: Record<string, string>;
  /** Written and reviewed beforehand: `search`, `find`, unions by wildcard and `externaldata` are let through. */
  isReviewed: boolean;
  /** Rows that the answer may have; the query is ended with `take` of one more. */
  mostRows: number;
}

export type Verdict =
  | {
      kind: 'allowed';
      /** The text to run: bounded, without comments. */
      bounded: string;
      /** Names of tables that it reads, also by a wildcard, `search` or `find`. */
      tables: string[];
      /** It may read others as well: a saved function is called, or no schema is known. */
      readsUnknown: boolean;
      /** What its rows will look like, where the schema tells. */
      columns: LogColumn[] | undefined;
      /** It reads a table that is billed by what is scanned. */
      isSearch: boolean;
    }
  | {
      kind: 'refused';
      /** `external-data`, `other-cluster`, `table-by-name`, `closed-table`, `syntax`, `too-long`, `too-complex` … */
      rule: string;
      /** Which rule, why, and what to do instead; one or two sentences. */
      message: string;
      /** Offset and length in the text; `undefined` where it concerns the whole. */
      at: { start: number; length: number } | undefined;
    };
