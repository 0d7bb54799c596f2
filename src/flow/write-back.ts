import { FarSideError, isRetryable } from '../errors.ts';
import { incidentName } from '../incident/incident.ts';
import { stanceOf, withOwnChanges } from '../incident/stance.ts';
import { sourceNames } from '../incident/summary.ts';
import type { Source, Written } from '../sources/source.ts';
import { findAlert } from '../store/alerts.ts';
import { changeAlert, openDraft } from '../store/draft.ts';
import { lockIncident, readIncident, redraw } from '../store/incidents.ts';
import { digestOf } from '../store/raw-alerts.ts';
import { save } from '../store/save.ts';
import {
  claimUnwritten,
  keepWriting,
  longestPauseSeconds,
  recordWriteFailure,
  type Unwritten,
} from '../store/write-backs.ts';
import { inSpan } from '../trace.ts';
import type { Look } from './lane.ts';
import { raise } from './notice.ts';
import { takeNews } from './observe.ts';
import { untilSaved } from './until-saved.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Renewed while a source is slow; a replica that stands still is replaced after it. */
const leaseSeconds = 30;
const renewMs = 10_000;
/** Where nothing rings, what another replica left unwritten is found within this. */
const sweepMs = 1_000;
/** About a day of outage; then people are told, and may ask for it again. */
const mostTries = 300;

/** Finds alerts whose sources hold less than people decided, and the work to write each. */
export async function findUnwritten(floor: Watchfloor, room: number): ReturnType<Look> {
  const found = await claimUnwritten(floor.db, { limit: room, leaseSeconds, replica: floor.replica.id });
  const nextMs = found.length === room ? 0 : sweepMs;
  return { tasks: found.map((unwritten) => () => traced(floor, unwritten)), nextMs };
}

function traced(floor: Watchfloor, unwritten: Unwritten): Promise<void> {
  const { alert, incident, trace: parent } = unwritten;
  const attributes = { source: alert.source, incident: incident.id };
  return inSpan('write back', { parent, attributes }, () => writeBack(floor, unwritten));
}

/** Makes a source hold what people decided. */
async function writeBack(floor: Watchfloor, unwritten: Unwritten): Promise<void> {
  const { alert } = unwritten;
  const renewal = setInterval(() => {
    keepWriting(floor.db, alert, leaseSeconds).catch(() => {
      // The next renewal or the end of the lease settles it.
    });
  }, renewMs);
  try {
    await writeOne(floor, unwritten);
  } catch (error) {
    // A fault of ours or of the database leaves the lease standing, which is a pause as good as any.
    if (!(error instanceof FarSideError)) throw error;
    await recordFailed(floor, unwritten, error);
  } finally {
    clearInterval(renewal);
  }
}

async function writeOne(floor: Watchfloor, { incident, alert, held, ...rest }: Unwritten): Promise<void> {
  const source = floor.sources.get(alert.source);
  if (source && !alert.address) {
    throw new FarSideError(
      'azure',
      'unavailable',
      'A push does not say where the alert is kept; the next poll does.',
    );
  }
  // A source that is no longer configured has nothing to hold.
  const written = await source?.writeBack(alert, incident, held);
  const more = await untilSaved(() =>
    recordWritten(floor, source, { incident, alert, held, ...rest }, written),
  );
  const waitedMs = floor.now().getTime() - Date.parse(rest.behindSince);
  floor.telemetry.timeToHeld(alert.source, waitedMs / 1_000);
  if (rest.failedBefore) await redraw(floor.db, [incident.id]);
  if (more || rest.failedBefore) floor.ringDeliver();
  if (more) floor.ringWriteBack();
}

/** Returns whether there is more to show or to write than was written. */
async function recordWritten(
  floor: Watchfloor,
  source: Source | undefined,
  { incident, alert, trace }: Unwritten,
  written: Written | undefined,
): Promise<boolean> {
  const known = await findAlert(floor.db, alert.source, alert.sourceId);
  if (!known) return false;
  // Merged away meanwhile: the other incident has its own writing to do, whatever was written here.
  const isOurs = known.incidentId === incident.id;
  const draft = openDraft(trace);
  changeAlert(draft, alert, known.incidentId, { writtenVersion: isOurs ? incident.version : 0 });
  const current = isOurs && written ? await readIncident(floor.db, incident.id) : undefined;
  if (current && source && written) {
    const now = source.normalise(written.payload);
    const said = stanceOf(incident);
    // Whatever else has changed there since we last looked was somebody else's doing and is news.
    await takeNews(floor, draft, current.incident, {
      before: withOwnChanges(known.body, now, known.stance, said),
      now,
      held: said,
      digest: digestOf(written.payload),
      observedAt: undefined,
      by: source.normalise(written.found).handling.changedBy,
    });
  }
  await save(floor.db, draft);
  return !isOurs || draft.incidents.size > 0 || (current?.incident.version ?? 0) > incident.version;
}

async function recordFailed(
  floor: Watchfloor,
  { incident, alert, attempts }: Unwritten,
  error: FarSideError,
): Promise<void> {
  // A role that is missing may be given any minute.
  const isHopeful = (isRetryable(error) || error.reason === 'auth') && attempts < mostTries;
  const pauseSeconds = isHopeful ? pauseAfter(attempts, error) : undefined;
  const fields = { incident: incident.id, source: alert.source, reason: error.reason, detail: error.message };
  floor.log.warn({ ...fields, pauseSeconds }, 'write back failed');
  const shown = await floor.db.transaction().execute(async (trx) => {
    // The incident before its alerts, as `save` does: two who lock in different orders wait for each other.
    await lockIncident(trx, incident.id);
    const news = await recordWriteFailure(trx, alert, { reason: error.reason, pauseSeconds });
    if (news) await redraw(trx, [incident.id]);
    return news;
  });
  if (shown) floor.ringDeliver();
  if (pauseSeconds !== undefined) floor.ringWriteBack(1_000 * pauseSeconds);
  else await tellPeople(floor, incident.id, alert.source, error);
}

function pauseAfter(attempts: number, { retryAfter }: FarSideError): number {
  const ours = Math.min(longestPauseSeconds, 2 ** Math.min(attempts, 12));
  const asked = Math.max(ours, (retryAfter ?? 0) / 1_000);
  return Math.min(longestPauseSeconds, asked);
}

async function tellPeople(
  floor: Watchfloor,
  incident: number,
  source: Unwritten['alert']['source'],
  error: FarSideError,
): Promise<void> {
  floor.telemetry.countGivenUp('write-back');
  await raise(floor, {
    type: 'job-given-up',
    title: `${sourceNames[source]} does not hold what was decided on ${incidentName(incident)}`,
    description: `${error.message} Retry sync on its card tries again.`,
    target: `${source} ${error.reason}`,
  });
}
