import { describe, Malformed } from '../errors.ts';
import type { Alert } from '../incident/alert.ts';
import { correlationKey, isWithinWindow } from '../incident/correlate.ts';
import type { Intent } from '../incident/decide.ts';
import { type Actor, bot, type Incident } from '../incident/incident.ts';
import { type Stance, stanceAfter, stanceAtJoin } from '../incident/stance.ts';
import {
  addAlert,
  alertsOf,
  countOthersOpen,
  findAlert,
  type KnownAlert,
  moveAlerts,
  openIncidentContaining,
  openIncidentsHolding,
  saveShown,
} from '../store/alerts.ts';
import type { Trx } from '../store/database.ts';
import { findOpenByKey, lockIncident, newIncident, releaseKey } from '../store/incidents.ts';
import { enqueue } from '../store/jobs.ts';
import { markRefused, markTaken, type RawAlert, takeWaiting } from '../store/raw-alerts.ts';
import { change } from './change.ts';
import { send } from './send.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Alerts taken in within one transaction: people's clicks wait for it on the embedded database. */
const batch = 10;

/** Takes in what waits. Returns the milliseconds until it should look again. */
export async function takeIn(floor: Watchfloor): Promise<number> {
  const taken = await takeBatch(floor, batch).catch(async (error: unknown) => {
    // One of them cannot be stored. Alone, it shows which, and the others go on.
    floor.log.warn({ reason: describe(error) }, 'batch of alerts failed, taking them one by one');
    return takeOneByOne(floor);
  });
  if (taken > 0) floor.ringDeliver();
  return taken === batch ? 0 : 1_000;
}

async function takeBatch(floor: Watchfloor, limit: number): Promise<number> {
  return floor.db.transaction().execute(async (trx) => {
    const raws = await takeWaiting(trx, limit);
    for (const raw of raws) await takeOne(floor, trx, raw);
    await markTaken(
      trx,
      raws.map((raw) => raw.id),
    );
    return raws.length;
  });
}

async function takeOneByOne(floor: Watchfloor): Promise<number> {
  let taken = 0;
  for (; taken < batch; taken += 1) {
    let failing: RawAlert | undefined;
    try {
      const more = await floor.db.transaction().execute(async (trx) => {
        [failing] = await takeWaiting(trx, 1);
        if (!failing) return false;
        await takeOne(floor, trx, failing);
        await markTaken(trx, [failing.id]);
        return true;
      });
      if (!more) return taken;
    } catch (error) {
      if (!failing || !isAboutContent(error)) throw error;
      await markRefused(floor.db, failing.id, `could not be taken in: ${describe(error)}`);
      floor.log.error({ raw: failing.id, source: failing.source, reason: describe(error) }, 'alert refused');
    }
  }
  return taken;
}

/**
 * Whether the database refuses what is in the alert (SQLSTATE class 22, data; 23, constraints). Anything else, a
 * deadlock, a timeout, a lost connection, passes, and the alert waits for it to pass.
 */
function isAboutContent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('22') || code.startsWith('23');
}

async function takeOne(floor: Watchfloor, trx: Trx, raw: RawAlert): Promise<void> {
  const alert = normalise(floor, raw);
  if (alert instanceof Malformed) {
    floor.log.warn({ raw: raw.id, source: raw.source, reason: alert.message }, 'alert refused');
    await markRefused(trx, raw.id, alert.message);
    return;
  }
  const known = await findAlert(trx, alert.source, alert.sourceId);
  // A push tells that an alert exists; what became of it since only its source can tell.
  if (known && raw.via === 'poll') await observe(floor, trx, raw, alert, known);
  if (!known && alert.handling.status !== 'closed') await admit(floor, trx, raw, alert);
}

function normalise(floor: Watchfloor, raw: RawAlert): Alert | Malformed {
  try {
    const source = floor.sources.get(raw.source);
    if (!source) throw new Malformed(`source ${raw.source} is not configured`);
    return source.normalise(raw.body);
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
}

/** An alert that we know is shown again: an echo of our own writing, something late, or news. */
async function observe(
  floor: Watchfloor,
  trx: Trx,
  raw: RawAlert,
  now: Alert,
  known: KnownAlert,
): Promise<void> {
  if (known.digest === raw.digest || isStale(raw, now, known)) return;
  const incident = await lockIncident(trx, known.incidentId);
  if (!incident) throw new Error(`Alert ${now.sourceId} belongs to no incident.`);
  const { body: before, stance: held } = known;
  await takeNews(floor, trx, incident, { before, now, held, digest: raw.digest, by: now.handling.changedBy });
}

export interface News {
  before: Alert;
  now: Alert;
  /** The stance that the source held before. */
  held: Stance;
  digest: string;
  /** Who changed it there; empty where nobody knows. */
  by: string;
}

/** A source shows an alert otherwise than before: what follows for its incident, and where that is shown. */
export async function takeNews(floor: Watchfloor, trx: Trx, incident: Incident, news: News): Promise<void> {
  const { before, now, held, digest } = news;
  const othersOpen = await countOthersOpen(trx, incident.id, now.source, now.sourceId);
  const by: Actor = { kind: 'source', source: now.source, name: news.by };
  const after = await change(floor, trx, incident, { type: 'observe', before, now, othersOpen }, by);
  await saveShown(trx, now, digest, stanceAfter(held, before, now, after));
  const whole = await absorb(floor, trx, after, now, before.contains);
  if (whole.version > incident.version) await send(floor, trx, whole, [now]);
}

/** Longer than any write takes; a write that was killed is not waited for for ever. */
const longestWriteMs = 120_000;

/** Whether it shows what was before, or during, a write of our own: taken as news it would undo what people decided. */
function isStale(
  { observedAt }: RawAlert,
  seen: Alert,
  { body, writingSince, writtenAt }: KnownAlert,
): boolean {
  // Only a source with a lock of its own tells reliably when it changed something.
  if (seen.etag !== '' && seen.modifiedAt < body.modifiedAt) return true;
  if (observedAt === undefined) return writingSince !== undefined;
  const age =
    writingSince === undefined ? Number.POSITIVE_INFINITY : Date.parse(observedAt) - Date.parse(writingSince);
  if (age < longestWriteMs) return true;
  return writtenAt !== undefined && observedAt <= writtenAt;
}

/** An alert that is new joins the open incident that it belongs to, or opens one. */
async function admit(floor: Watchfloor, trx: Trx, raw: RawAlert, alert: Alert): Promise<void> {
  const home = await findHome(floor, trx, alert);
  const incident = home
    ? await change(floor, trx, home, { type: 'join', alert }, bot)
    : await open(floor, trx, alert);
  await addAlert(trx, alert, raw.digest, {
    incidentId: incident.id,
    stance: stanceAtJoin(alert, incident),
    wantedVersion: home ? incident.version : 0,
  });
  if (home) await enqueue(floor.boss, trx, 'write-back', { incident: incident.id }, String(incident.id));
  await send(floor, trx, await absorb(floor, trx, incident, alert, []), [alert]);
}

async function findHome(floor: Watchfloor, trx: Trx, alert: Alert): Promise<Incident | undefined> {
  if (alert.source === 'sentinel') {
    const [oldest] = await openIncidentsHolding(trx, alert.contains);
    return oldest === undefined ? undefined : lockIncident(trx, oldest);
  }
  const container = await openIncidentContaining(trx, alert.sourceId);
  if (container !== undefined) return lockIncident(trx, container);
  const key = correlationKey(alert);
  const alike = key === undefined ? undefined : await findOpenByKey(trx, key);
  if (!alike) return undefined;
  if (isWithinWindow(alike.lastActivityAt, alert, floor.windowHours)) return alike;
  await releaseKey(trx, alike.id);
  return undefined;
}

async function open(floor: Watchfloor, trx: Trx, alert: Alert): Promise<Incident> {
  const intent: Intent = { type: 'open', alert };
  return change(floor, trx, await newIncident(trx), intent, bot, correlationKey(alert));
}

/**
 * A Sentinel incident is the whole: open incidents that hold parts of it merge into it. What people closed stays
 * closed. Returns the whole as it is then.
 */
async function absorb(
  floor: Watchfloor,
  trx: Trx,
  whole: Incident,
  alert: Alert,
  before: string[],
): Promise<Incident> {
  const added = alert.contains.filter((id) => !before.includes(id));
  let into = whole;
  for (const id of await openIncidentsHolding(trx, added)) {
    if (id === into.id) continue;
    const part = await lockIncident(trx, id);
    if (!part || part.status === 'closed') continue;
    const moved = await alertsOf(trx, id);
    await change(floor, trx, part, { type: 'merge', into: into.id }, bot);
    for (const joining of moved) into = await change(floor, trx, into, { type: 'join', alert: joining }, bot);
    await moveAlerts(trx, id, into);
    await enqueue(floor.boss, trx, 'write-back', { incident: into.id }, String(into.id));
  }
  return into;
}
