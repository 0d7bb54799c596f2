import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { fromKysely, type Job, type JobResult, type PgBoss } from 'pg-boss';
import { describe } from '../errors.ts';
import type { SourceName } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';

/** Queue → what one job says. A job is a doorbell: the row that is behind is the truth. */
export interface Jobs {
  /** A push told of a change; read the thing itself. */
  reread: { source: SourceName; address: string };
  /** Delete what is past its keeping. */
  tidy: Record<string, never>;
}
export type JobName = keyof Jobs;

/** A job whose tries all failed, as it comes out of the dead letter queue. */
export type DeadJob = { [N in JobName]: Jobs[N] & { queue: N } }[JobName];
const deadLetters = 'dead';

const settings = {
  // One job of a key at a time: what is read last is what counts.
  policy: 'singleton',
  notify: true,
  // Least that pg-boss allows; a killed process's job is handed out again after it.
  heartbeatSeconds: 10,
  // 1, 2, 4 … s up to 5 min between tries, for about a day of outage.
  retryLimit: 300,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  deadLetter: deadLetters,
} as const;

const names: JobName[] = ['reread', 'tidy'];

export async function createQueues(boss: PgBoss, db: Db, soleOwner: boolean): Promise<void> {
  await boss.createQueue(deadLetters, { notify: true });
  for (const name of names) {
    await boss.createQueue(name, settings);
    // createQueue leaves an existing queue as it was.
    const { policy: _fixed, ...changeable } = settings;
    await boss.updateQueue(name, changeable);
  }
  // Fills the library's memory of queues, which `updateQueue` has emptied: in a transaction on the embedded database
  // it would wait for ever for a connection of its own to ask. Deleting a job that is not there asks.
  for (const name of names) await boss.deleteJob(name, randomUUID());
  await boss.schedule('tidy', '17 * * * *', {});
  if (soleOwner) await handOutAgain(db);
}

/** Jobs in hand when the last process was killed; with one owner nobody can still be at them. */
async function handOutAgain(db: Db): Promise<void> {
  await sql`update pgboss.job set state = 'retry', start_after = now() where state = 'active'`.execute(db);
}

/** Queues a job in the caller's transaction; jobs of one key are worked one after the other. */
export async function enqueue<N extends JobName>(
  boss: PgBoss,
  trx: Trx,
  name: N,
  job: Jobs[N],
  key: string,
): Promise<void> {
  await boss.send(name, { ...job, queue: name }, { singletonKey: key, db: fromKysely(trx) });
}

// Measured: batches of two with bursts keep all slots busy; a batch of one ignores a doorbell while busy.
const workOptions = {
  batchSize: 2,
  burstWhenBatchFull: true,
  localConcurrency: 2,
  pollingIntervalSeconds: 2,
  notifyPollingIntervalSeconds: 2,
  perJobResults: true,
} as const;

/** Works a queue; a thrown error makes the job come again after a while. */
export async function work<N extends JobName>(
  boss: PgBoss,
  name: N,
  handle: (job: Jobs[N]) => Promise<void>,
): Promise<void> {
  await workQueue(boss, name, handle);
}

/** What became of jobs that nobody will try again. */
export async function workDead(boss: PgBoss, handle: (job: DeadJob) => Promise<void>): Promise<void> {
  await workQueue(boss, deadLetters, handle);
}

async function workQueue<T extends object>(
  boss: PgBoss,
  name: string,
  handle: (job: T) => Promise<void>,
): Promise<void> {
  await boss.work<T, unknown, typeof workOptions>(name, workOptions, (jobs) =>
    Promise.all(jobs.map((job) => settle(job, handle))),
  );
}

async function settle<T>(job: Job<T>, handle: (job: T) => Promise<void>): Promise<JobResult> {
  try {
    await handle(job.data);
    return { id: job.id, status: 'completed' };
  } catch (error) {
    return { id: job.id, status: 'failed', output: { message: describe(error) } };
  }
}
