import { randomUUID } from 'node:crypto';
import type { Trx } from '../store/database.ts';
import type { DeadJob } from '../store/jobs.ts';
import { acceptRaw } from '../store/raw-alerts.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Trouble of our own becomes an alert, routed like any other: `match: { source: watchfloor }`. */
export interface Trouble {
  type: 'job-given-up' | 'card-given-up' | 'feed-silent';
  title: string;
  description: string;
  /** Troubles of one type and target are one incident. */
  target: string;
}

export async function raise(floor: Watchfloor, trouble: Trouble, trx?: Trx): Promise<void> {
  const body = { id: randomUUID(), at: floor.now().toISOString(), ...trouble };
  await acceptRaw(trx ?? floor.db, [{ source: 'watchfloor', via: 'push', body, observedAt: undefined }]);
  floor.ringIntake();
}

/** A job whose tries have all failed. */
export async function raiseDeadJob(floor: Watchfloor, job: DeadJob): Promise<void> {
  const what = 'incident' in job ? `INC-${job.incident}` : 'address' in job ? job.address : 'upkeep';
  await raise(floor, {
    type: 'job-given-up',
    title: `I gave up on ${job.queue} for ${what}`,
    description: `Every try for about a day failed; the log says why. ${'incident' in job ? 'Retry sync on its card tries again.' : ''}`,
    target: job.queue,
  });
}
