import type { Fault } from './door-refusal.ts';
import type { Times } from './door-timespan.ts';

/** A sample's story, and when its alert was sent; milliseconds since 1970. */
export interface Happened {
  story: string;
  at: number;
}

/** Plain data: it travels to the thread. */
export interface LogQuery {
  text: string;
  now: number;
  span: Times | undefined;
  /** Customer ids. */
  workspaces: string[];
  /** Only rows about this resource and what lies below it. */
  resource: string | undefined;
  /** `search` is the narrow way to Basic and Auxiliary tables. */
  kind: 'query' | 'search';
  mostRows: number;
  mostBytes: number;
  /** At most half of the rows are given, as when Azure lost a part of its machines. */
  isPartial: boolean;
  withStatistics: boolean;
  withRender: boolean;
  happened: Happened[];
}

/** What the thread holds, so that nobody need guess what the sample logs cost. */
export interface Held {
  rows: number;
  megabytes: number;
}

export type LogResult =
  /** `body` is the answer's JSON text, made in the thread so that nobody else waits for it. */
  { kind: 'answered'; body: string; rows: number; held: Held } | { kind: 'refused'; fault: Fault };
