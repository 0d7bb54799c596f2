import type { TestDatabase } from '../support/databases.ts';
import type { Dice } from './acts.ts';
import type { Binaries } from './cluster.ts';
import type { DatabaseName } from './databases.ts';
import type { Tally } from './settle.ts';

/** One thing that goes wrong, and the proof that nothing is lost by it. */
export interface Fault {
  name: string;
  /** The databases that it is tried on; one alone where the database makes no difference. */
  on: readonly DatabaseName[];
  /** What a machine may lack. A fault that lacks something is named as skipped. */
  needs?: readonly Need[];
  /** Part of `--quick`, which runs on every change. */
  quick?: true;
  run(setting: Setting): Promise<Tally>;
}

/** Root for small file systems; installed PostgreSQL binaries for a cluster of one's own. */
export type Need = 'root' | 'binaries';

/** A fresh database of one kind, and numbers that can be thrown again. */
export interface Opening {
  create(): Promise<TestDatabase>;
  roll: Dice;
}

export interface Setting extends Opening {
  /** Where the fault needs them. */
  binaries: Binaries;
  /** Kill points on this database. */
  points: number;
  isQuick: boolean;
}
