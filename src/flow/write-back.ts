import { FarSideError, isRetryable } from '../errors.ts';
import { stanceOf, withOwnChanges } from '../incident/stance.ts';
import { findAlert } from '../store/alerts.ts';
import { lockIncident, redraw } from '../store/incidents.ts';
import { enqueue, type Jobs } from '../store/jobs.ts';
import { digestOf } from '../store/raw-alerts.ts';
import {
  beginWriting,
  incidentsUnwritten,
  listUnwritten,
  recordWriteFailure,
  recordWritten,
  type Unwritten,
} from '../store/write-backs.ts';
import { takeNews } from './intake.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Makes every source of an incident hold what people decided. Throws what a later try may mend. */
export async function writeBack(floor: Watchfloor, job: Jobs['write-back']): Promise<void> {
  let retryLater: FarSideError | undefined;
  for (const unwritten of await listUnwritten(floor.db, job.incident)) {
    try {
      await writeOne(floor, unwritten);
    } catch (error) {
      if (!(error instanceof FarSideError)) throw error;
      await recordFailed(floor, unwritten, error);
      // A role that is missing may be given any minute.
      if (isRetryable(error) || error.reason === 'auth') retryLater = error;
    }
  }
  if (retryLater) throw retryLater;
}

async function writeOne(
  floor: Watchfloor,
  { incident, alert, held, failedBefore }: Unwritten,
): Promise<void> {
  const source = floor.sources.get(alert.source);
  if (source && !alert.address) {
    throw new FarSideError(
      'azure',
      'unavailable',
      'A push does not say where the alert is kept; the next poll does.',
    );
  }
  // A source that is no longer configured has nothing to hold.
  await beginWriting(floor.db, alert);
  const written = await source?.writeBack(alert, incident, held);
  await floor.db.transaction().execute(async (trx) => {
    // The incident first, as intake does: two who lock in different orders wait for each other for ever.
    const current = await lockIncident(trx, incident.id);
    const known = await findAlert(trx, alert.source, alert.sourceId);
    // Merged away meanwhile: the other incident has its own writing to do, whatever was written here.
    const isOurs = known?.incidentId === incident.id;
    if (current && known && isOurs && source && written) {
      const now = source.normalise(written.payload);
      const said = stanceOf(incident);
      // Whatever else has changed there since we last looked was somebody else's doing and is news.
      await takeNews(floor, trx, current, {
        before: withOwnChanges(known.body, now, known.stance, said),
        now,
        held: said,
        digest: digestOf(written.payload),
        by: source.normalise(written.found).handling.changedBy,
      });
    }
    await recordWritten(trx, alert, isOurs ? incident.version : 0);
    if (failedBefore) await redraw(trx, incident.id);
  });
  floor.ringDeliver();
}

async function recordFailed(
  floor: Watchfloor,
  { incident, alert }: Unwritten,
  error: FarSideError,
): Promise<void> {
  const fields = { incident: incident.id, source: alert.source, reason: error.reason, detail: error.message };
  floor.log.warn(fields, 'write back failed');
  const shown = await floor.db.transaction().execute(async (trx) => {
    await lockIncident(trx, incident.id);
    const news = await recordWriteFailure(trx, alert.source, alert.sourceId, error.reason);
    if (news) await redraw(trx, incident.id);
    return news;
  });
  if (shown) floor.ringDeliver();
}

const sweepMs = 30_000;

/** Finds incidents whose doorbell was lost or whose tries ran out, and rings again.
 * Returns the milliseconds until the next look. */
export async function sweepUnwritten(floor: Watchfloor): Promise<number> {
  const incidents = await incidentsUnwritten(floor.db, 100);
  if (incidents.length === 0) return sweepMs;
  await floor.db.transaction().execute(async (trx) => {
    for (const incident of incidents)
      await enqueue(floor.boss, trx, 'write-back', { incident }, String(incident));
  });
  return sweepMs;
}
