import { randomUUID } from 'node:crypto';
import type { DeadJob } from '../store/jobs.ts';
import { digestOf } from '../store/raw-alerts.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Trouble of our own becomes an alert, routed like any other: `match: { source: watchfloor }`. */
export interface Trouble {
  type:
    | 'job-given-up'
    | 'card-given-up'
    | 'feed-silent'
    | 'hunt-failed'
    | 'duty-failed'
    | 'delivery-unproven'
    | 'call-missed';
  title: string;
  description: string;
  /** Troubles of one type and target are one incident. */
  target: string;
}

/** Under the same `id` it is raised once. */
export async function raise(floor: Watchfloor, trouble: Trouble, id: string = randomUUID()): Promise<void> {
  const body = { id, at: floor.now().toISOString(), ...trouble };
  await floor.accept([
    {
      source: 'watchfloor',
      via: 'part',
      body: JSON.stringify(body),
      digest: digestOf(body),
      observedAt: undefined,
      trace: undefined,
    },
  ]);
}

/** A job whose tries have all failed. */
export async function raiseDeadJob(floor: Watchfloor, job: DeadJob): Promise<void> {
  floor.telemetry.countGivenUp(job.queue);
  const what = 'address' in job ? job.address : 'upkeep';
  await raise(floor, {
    type: 'job-given-up',
    title: `I gave up on ${job.queue} for ${what}`,
    description: 'Every try for about a day failed. `watchfloor dead` says why, and tries again.',
    target: job.queue,
  });
}
