import type { GraphRow } from '../resource-graph/row.ts';
import type { GuardedRoute } from './guard.ts';
import type { LongWork } from './long-work.ts';

/** What the parts stand on. */
export interface Ground {
  now(): number;
  work: LongWork;
  /** Something was begun or written. */
  changed(): void;
}

export interface Part {
  routes: GuardedRoute[];
  /** What it holds and a call could change, as JSON. */
  state(): unknown;
  /** What Resource Graph tells of what was changed; absent where it tells of none of it. */
  rows?(): GraphRow[];
}
