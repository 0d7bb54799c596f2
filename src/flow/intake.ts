import { describe, Malformed } from '../errors.ts';
import type { Alert } from '../incident/alert.ts';
import { correlationKey, isWithinWindow } from '../incident/correlate.ts';
import { bot, emptyIncident, type Incident } from '../incident/incident.ts';
import { isAnotherMatter } from '../incident/silence.ts';
import { stanceAtJoin } from '../incident/stance.ts';
import type { Push } from '../sources/source.ts';
import { addAlert, type Draft, drafted, openDraft } from '../store/draft.ts';
import { releaseKey } from '../store/incidents.ts';
import { enqueue } from '../store/jobs.ts';
import { digestOf, markRefused, type RawAlert, stillWaiting, takeApart } from '../store/raw-alerts.ts';
import { Overtaken, save } from '../store/save.ts';
import { lookAround, nextIncidentId, type Surroundings } from '../store/surroundings.ts';
import { currentTrace, inSpan } from '../trace.ts';
import { absorb, openIncidentsHolding } from './absorb.ts';
import { change } from './change.ts';
import { type Arrival, observe } from './observe.ts';
import { send } from './send.ts';
import { hush, type Quiet, readQuiet } from './silences/quiet.ts';
import { untilSaved } from './until-saved.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Alerts taken in at once. Larger batches cost less each and hold up a click for longer. */
const batch = 50;

/** Takes in what waits. Returns the milliseconds until it should look again. */
export async function takeIn(
  floor: Watchfloor,
  next: (limit: number) => Promise<RawAlert[]>,
): Promise<number> {
  const raws = await next(batch);
  if (raws.length === 0) return 1_000;
  try {
    await takeAll(floor, raws);
  } catch (error) {
    // Somebody was faster with one of them, or one cannot be stored: alone each shows for itself.
    if (!(error instanceof Overtaken))
      floor.log.warn({ reason: describe(error) }, 'batch of alerts failed, taking them one by one');
    for (const raw of raws) await takeAlone(floor, raw);
  }
  floor.ringDeliver();
  floor.ringWeigh();
  return 0;
}

async function takeAlone(floor: Watchfloor, raw: RawAlert): Promise<void> {
  try {
    await untilSaved(async () => {
      const isWaiting = (await stillWaiting(floor.db, [raw.id])).has(raw.id);
      if (isWaiting) await takeAll(floor, [raw]);
    });
  } catch (error) {
    if (error instanceof Overtaken) return;
    if (!isAboutContent(error)) throw error;
    await markRefused(floor.db, raw.id, `could not be taken in: ${describe(error)}`);
    floor.telemetry.countAlerts(raw.source, 'refused');
    floor.log.error({ raw: raw.id, source: raw.source, reason: describe(error) }, 'alert refused');
  }
}

/**
 * Whether the database refuses what is in the alert (SQLSTATE class 22, data; 23, constraints). Anything else, a
 * timeout, a lost connection, passes, and the alert waits for it to pass.
 */
function isAboutContent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('22') || code.startsWith('23');
}

async function takeAll(floor: Watchfloor, raws: RawAlert[]): Promise<void> {
  let arrivals: Arrival[] = [];
  for (const raw of raws) arrivals.push(...(await understand(floor, raw)));
  while (arrivals.length > 0) {
    const parent = arrivals[0]?.raw.trace;
    const some = arrivals;
    const dealtWith = await inSpan('take in', { parent }, () => takeRun(floor, some));
    arrivals = arrivals.slice(dealtWith);
  }
}

/** What is in a raw alert. What is no alert is dealt with at once. */
async function understand(floor: Watchfloor, raw: RawAlert): Promise<Arrival[]> {
  try {
    const source = floor.sources.get(raw.source);
    if (!source) throw new Malformed(`source ${raw.source} is not configured`);
    const body: unknown = JSON.parse(raw.body);
    if (raw.via !== 'push') return [{ raw, alert: source.normalise(body), digest: raw.digest }];
    const pushes = source.unpack(body);
    const [only] = pushes;
    if (only?.kind === 'payload' && pushes.length === 1) {
      return [{ raw, alert: source.normalise(only.payload), digest: digestOf(only.payload) }];
    }
    await takeApartPush(floor, raw, pushes);
    return [];
  } catch (error) {
    // A RangeError where it is nested deeper than anything can follow.
    const isUnreadable = [Malformed, SyntaxError, RangeError].some((kind) => error instanceof kind);
    if (!isUnreadable) throw error;
    const reason = describe(error);
    floor.telemetry.countAlerts(raw.source, 'refused');
    floor.log.warn({ raw: raw.id, source: raw.source, reason }, 'alert refused');
    await markRefused(floor.db, raw.id, reason);
    return [];
  }
}

/** Addresses are read anew by jobs; several alerts in one push wait on their own, so that one stops no other. */
async function takeApartPush(floor: Watchfloor, raw: RawAlert, pushes: Push[]): Promise<void> {
  const parts = await floor.db.transaction().execute(async (trx) => {
    for (const push of pushes) {
      if (push.kind === 'payload') continue;
      const job = { source: raw.source, address: push.address };
      await enqueue(floor.boss, trx, 'reread', job, `${raw.source} ${push.address}`);
    }
    const payloads = pushes.flatMap((push) => (push.kind === 'payload' ? [push.payload] : []));
    return takeApart(trx, raw, payloads);
  });
  floor.inbox.put(parts);
}

/**
 * Takes in as many of the first arrivals as can be decided on together: new ones, each on its own or joining one
 * before it. What changes a known alert or holds other alerts rests on what is stored and goes alone. Returns how
 * many are dealt with.
 */
async function takeRun(floor: Watchfloor, arrivals: Arrival[]): Promise<number> {
  const run = arrivals.slice(0, lengthOfRun(arrivals));
  const surroundings = await lookAround(
    floor.db,
    run.map(({ alert }) => ({ source: alert.source, sourceId: alert.sourceId, key: correlationKey(alert) })),
  );
  const isNew = (_: Arrival, n: number) => surroundings[n]?.knownDigest === undefined;
  const quiet = await readQuiet(
    floor,
    run.filter(isNew).map(({ alert }) => alert),
  );
  const draft = openDraft(currentTrace() ?? run[0]?.raw.trace);
  for (const [n, arrival] of run.entries()) {
    const around = surroundings[n];
    if (!around) throw new Error('Fewer surroundings than alerts.');
    const isNews = around.knownDigest !== undefined && around.knownDigest !== arrival.digest;
    // A push tells that an alert exists; what became of it since only its source can tell.
    if (isNews && arrival.raw.via === 'poll') {
      if (n > 0) return saveRun(floor, draft, n);
      await observe(floor, draft, arrival);
    } else if (around.knownDigest === undefined && arrival.alert.handling.status !== 'closed') {
      await admit(floor, draft, arrival, around, quiet);
    }
    draft.taken.push(arrival.raw.id);
  }
  return saveRun(floor, draft, run.length);
}

/** What holds other alerts goes alone, and the same alert goes twice only one after the other. */
function lengthOfRun(arrivals: Arrival[]): number {
  const seen = new Set<string>();
  for (const [n, { alert }] of arrivals.entries()) {
    const id = `${alert.source} ${alert.sourceId}`;
    if (n > 0 && (alert.contains.length > 0 || seen.has(id))) return n;
    if (alert.contains.length > 0) return 1;
    seen.add(id);
  }
  return arrivals.length;
}

async function saveRun(floor: Watchfloor, draft: Draft, length: number): Promise<number> {
  // A card is claimed durably before it is posted, and that makes this durable as well.
  await save(floor.db, draft, 'soon');
  return length;
}

/** An alert that is new joins the open incident that it belongs to, or opens one. */
async function admit(
  floor: Watchfloor,
  draft: Draft,
  { raw, alert, digest }: Arrival,
  around: Surroundings,
  quiet: Quiet,
): Promise<void> {
  const home = await findHome(floor, draft, alert, around);
  const incident = home
    ? join(floor, draft, home, alert, quiet)
    : await open(floor, draft, alert, around.freeId, quiet);
  const stance = stanceAtJoin(alert, incident);
  addAlert(
    draft,
    { alert, digest, stance, observedAt: raw.observedAt },
    { incidentId: incident.id, wantedVersion: home ? incident.version : 0 },
  );
  send(floor, draft, await absorb(floor, draft, incident, alert, []), [alert], {
    since: raw.receivedAt,
    trace: raw.trace,
  });
}

/** What is silenced comes out where this is another matter. */
function join(floor: Watchfloor, draft: Draft, home: Incident, alert: Alert, quiet: Quiet): Incident {
  const joined = change(floor, draft, home, { type: 'join', alert }, bot);
  const isQuiet = !joined.silenced || !isAnotherMatter(home, alert) || hush(floor, quiet, alert);
  return isQuiet ? joined : change(floor, draft, joined, { type: 'unsilence', why: 'other-rule' }, bot);
}

async function findHome(
  floor: Watchfloor,
  draft: Draft,
  alert: Alert,
  { container, alike }: Surroundings,
): Promise<Incident | undefined> {
  if (alert.source === 'sentinel') return (await openIncidentsHolding(floor, alert.contains))[0];
  if (container) return drafted(draft, container.id) ?? container;
  const same = openedInRun(draft, correlationKey(alert)) ?? (alike && (drafted(draft, alike.id) ?? alike));
  if (!same) return undefined;
  if (isWithinWindow(same.lastActivityAt, alert, floor.windowHours)) return same;
  await releaseKey(floor.db, same);
  return undefined;
}

/** Of several alerts of one run that tell one story the first has opened an incident. */
function openedInRun(draft: Draft, key: string | undefined): Incident | undefined {
  if (key === undefined) return undefined;
  for (const { after, correlationKey: theirs } of draft.incidents.values()) if (theirs === key) return after;
  return undefined;
}

async function open(
  floor: Watchfloor,
  draft: Draft,
  alert: Alert,
  freeId: number,
  quiet: Quiet,
): Promise<Incident> {
  const id = freeId || (await nextIncidentId(floor.db));
  const inRun = [...draft.incidents.values()].map(({ after }) => after);
  const silenced = hush(floor, quiet, alert, inRun);
  const opened = change(floor, draft, emptyIncident(id), { type: 'open', alert }, bot, correlationKey(alert));
  return silenced ? change(floor, draft, opened, { type: 'silence', ...silenced }, bot) : opened;
}
