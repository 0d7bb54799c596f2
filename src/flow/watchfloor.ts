import type { PgBoss } from 'pg-boss';
import type { Channel } from '../channels/channel.ts';
import type { SourceName } from '../incident/alert.ts';
import type { ValueRule } from '../incident/priority.ts';
import type { Route } from '../incident/route.ts';
import type { Log } from '../log.ts';
import type { Source } from '../sources/source.ts';
import type { Db } from '../store/database.ts';

/** What every story works with. */
export interface Watchfloor {
  db: Db;
  boss: PgBoss;
  log: Log;
  now: () => Date;
  sources: Map<SourceName, Source>;
  channels: Map<string, Channel>;
  route: Route;
  values: ValueRule[];
  /** Alike alerts within this many hours of each other join one incident. */
  windowHours: number;
  /** There may be raw alerts to take in. */
  ringIntake: () => void;
  /** There may be cards that are behind. */
  ringDeliver: () => void;
}
