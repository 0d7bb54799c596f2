import { drawCard } from '../channels/card.ts';
import type { Channel, Ref } from '../channels/channel.ts';
import { drawThread } from '../channels/thread.ts';
import { describe, FarSideError, isInDoubt, isRetryable } from '../errors.ts';
import { incidentName } from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import { claimCard, type DueCard, millisecondsUntilDue, recordFailure, recordShown } from '../store/cards.ts';
import { readIncident } from '../store/incidents.ts';
import { raise } from './notice.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * Longer than all calls for one card together: a post in doubt is searched for on several pages first. Taken back
 * at once when the calls are over; only a killed replica leaves it standing.
 */
const leaseSeconds = 60;
/** Where nothing rings, a card that another replica left behind is found within this. */
const sweepMs = 1_000;
const longestPauseSeconds = 300;
/** About two minutes in which a token may just be being changed. */
const triesBeforeTelling = 3;

/**
 * Finds a card that is behind, in a conversation where nobody else is sending, and the work to bring it up to
 * date: the newest version, one call, recorded. Otherwise the milliseconds until one may be due.
 */
export async function findDelivery(floor: Watchfloor): Promise<number | (() => Promise<void>)> {
  const card = await claimCard(floor.db, leaseSeconds);
  if (card) return () => deliver(floor, card);
  const due = await millisecondsUntilDue(floor.db);
  return due === undefined ? sweepMs : Math.min(sweepMs, Math.max(5, Math.ceil(due)));
}

async function deliver(floor: Watchfloor, card: DueCard): Promise<void> {
  const channel = floor.channels.get(card.channel);
  if (!channel) return giveUp(floor, card, `${card.channel} is not configured`);
  try {
    await show(floor, channel, card);
  } catch (error) {
    if (error instanceof FarSideError) return recover(floor, channel, card, error);
    // A fault of ours or of the database: the room must not wait until the lease runs out.
    await recordFailure(floor.db, card, {
      reason: describe(error),
      maybePosted: !card.ref,
      lost: false,
      retrySeconds: 1,
      restSeconds: 1,
    });
    throw error;
  }
}

async function show(floor: Watchfloor, channel: Channel, card: DueCard): Promise<void> {
  const stored = await readIncident(floor.db, card.incidentId);
  if (!stored) throw new Error(`Card ${card.id} shows incident ${card.incidentId}, which is not there.`);
  const { incident, revision, failures } = stored;
  const record = (ref: Ref | undefined, paceMs = channel.pace) =>
    recordShown(floor.db, card, { ref, revision, paceMs });

  // Merged before anybody saw it: the other incident's card tells the whole story.
  if (incident.mergedInto !== undefined && !card.ref && !card.inDoubt) return record(undefined, 0);
  if (card.part === 'log') {
    const log = drawThread(incident);
    if (!log || !card.cardRef) return record(card.ref, 0);
    const ref = card.ref ?? (await findPosted(channel, card));
    if (!ref) return record(await channel.postLog(card.cardRef, log, card.id));
    await channel.updateLog(ref, log);
    return record(ref);
  }

  const { reasons } = prioritise(incident.severity, incident.alerts, floor.values);
  const view = drawCard(incident, { reasons, failures });
  const ref = card.ref ?? (await findPosted(channel, card));
  if (!ref) return record(await channel.post(card.conversation, view, card.id));
  await channel.update(ref, view);
  return record(ref);
}

/** A post that may have happened is looked for before posting again. */
async function findPosted(channel: Channel, card: DueCard): Promise<Ref | undefined> {
  return card.inDoubt ? channel.find?.(card.conversation, card.id, card.cardRef) : undefined;
}

async function recover(
  floor: Watchfloor,
  channel: Channel,
  card: DueCard,
  error: FarSideError,
): Promise<void> {
  const { log } = floor;
  const fields = { card: card.id, incident: card.incidentId, channel: card.channel, reason: error.reason };
  const failure = { reason: error.message, maybePosted: card.inDoubt || (!card.ref && isInDoubt(error)) };
  if (error.reason === 'not-found' && card.ref) {
    log.warn(fields, 'message was deleted, posting it anew');
    await recordFailure(floor.db, card, {
      ...failure,
      maybePosted: false,
      lost: true,
      retrySeconds: 0,
      restSeconds: channel.pace / 1000,
    });
    return;
  }
  // A wrong token or a missing room is mended by people; the card must come once it is.
  const mendable = error.reason === 'auth' || error.reason === 'not-found';
  if (!isRetryable(error) && !mendable) {
    log.error({ ...fields, detail: error.message }, 'card cannot be shown');
    await giveUp(floor, card, error.message);
    await tellPeople(floor, card, error);
    return;
  }
  const pause = error.retryAfter === undefined ? backOff(card.attempts, mendable) : error.retryAfter / 1000;
  log.warn({ ...fields, pause, detail: error.message }, 'card not shown yet');
  if (mendable && card.attempts === triesBeforeTelling) await tellPeople(floor, card, error);
  // A throttled conversation rests as a whole; other trouble holds up only this card.
  const restSeconds = error.reason === 'rate-limited' ? pause : channel.pace / 1000;
  await recordFailure(floor.db, card, { ...failure, lost: false, retrySeconds: pause, restSeconds });
}

/** An incident that cannot be shown is an alert of its own; but what tells of that must not tell of itself. */
async function tellPeople(floor: Watchfloor, card: DueCard, error: FarSideError): Promise<void> {
  const stored = await readIncident(floor.db, card.incidentId);
  if (stored?.incident.alerts.some((alert) => alert.source === 'watchfloor')) return;
  await raise(floor, {
    type: 'card-given-up',
    title: `${incidentName(card.incidentId)} cannot be shown in ${card.channel} ${card.conversation}`,
    description: error.message,
    target: `${card.channel} ${card.conversation}`,
  });
}

async function giveUp(floor: Watchfloor, card: DueCard, reason: string): Promise<void> {
  await recordFailure(floor.db, card, {
    reason,
    maybePosted: false,
    lost: false,
    retrySeconds: undefined,
    restSeconds: 0,
  });
}

/** 0.5, 1, 2, 4 … s; what waits for people is asked for less often. */
function backOff(attempts: number, mendable: boolean): number {
  return Math.min(longestPauseSeconds, (mendable ? 15 : 0.5) * 2 ** Math.min(attempts, 12));
}
