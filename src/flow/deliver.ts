import { drawCard } from '../channels/card.ts';
import type { Channel, Ref } from '../channels/channel.ts';
import { isHidden } from '../channels/clearance.ts';
import { drawThread, nothingToTell } from '../channels/thread.ts';
import { describe, FarSideError, isInDoubt } from '../errors.ts';
import { prioritise } from '../incident/priority.ts';
import { claimCards, type DueCard, recordFailure, recordShown } from '../store/cards.ts';
import { claimThinned, stormPriority } from '../store/summaries.ts';
import { inSpan } from '../trace.ts';
import { audienceIn } from './audience.ts';
import { namerOf, onCards } from './enrichment/in-order.ts';
import { flapsNow } from './flaps-now.ts';
import type { Look } from './lane.ts';
import { recovery } from './recovery.ts';
import { joinsStorm } from './storm.ts';
import { showSummary, summarise } from './summarise.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * Longer than all calls for one card together: a post in doubt is searched for on several pages first. Taken back
 * at once when the calls are over or the replica is gone; only one that stands still leaves it standing.
 */
const leaseSeconds = 60;
/** Where nothing rings, a card that another replica left behind is found within this. */
const sweepMs = 1_000;

/**
 * Finds cards that are behind, in conversations where nobody else is sending, and the work to bring each up to
 * date: the newest version, one call, recorded.
 */
export function openDelivery(floor: Watchfloor): Look {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async (room) => {
    const lease = { leaseSeconds, replica: floor.replica.id };
    const cards = await claimCards(floor.db, { limit: room, ...lease });
    const tasks = cards.map((card) => () => traced(floor, card));
    if (tasks.length < room && performance.now() - sweptAt >= sweepMs) {
      sweptAt = performance.now();
      const thinned = await claimThinned(floor.db, { limit: room - tasks.length, ...lease });
      tasks.push(
        ...thinned.map(
          ({ id, channel }) =>
            () =>
              showThinned(floor, channel, id),
        ),
      );
    }
    // Fewer than there is room for is all there is now; whoever makes more, or waits for a pause to end, rings.
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

/** An incident has left a storm's message for a card of its own: the message lets it go. */
async function showThinned(floor: Watchfloor, name: string, summary: string): Promise<void> {
  const channel = floor.channels.get(name);
  if (channel) await showSummary(floor, channel, summary);
}

function traced(floor: Watchfloor, card: DueCard): Promise<void> {
  const attributes = { channel: card.channel, incident: card.incidentId };
  return inSpan('deliver', { parent: card.trace, attributes }, () => deliver(floor, card));
}

async function deliver(floor: Watchfloor, card: DueCard): Promise<void> {
  const channel = floor.channels.get(card.channel);
  if (!channel) return giveUp(floor, card, `${card.channel} is not configured`);
  if (card.summaryId) return showSummary(floor, channel, card.summaryId);
  try {
    if (await isStormy(floor, card)) return await summarise(floor, channel, card);
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

async function isStormy(floor: Watchfloor, card: DueCard): Promise<boolean> {
  // In fair weather, which is nearly always, nothing more is asked of the database.
  const gravest = card.inStorm ? await stormPriority(floor.db, card) : undefined;
  return joinsStorm(card, floor.storm, gravest);
}

async function show(floor: Watchfloor, channel: Channel, card: DueCard): Promise<void> {
  const { incident, revision, failures, known } = card.stored;
  const record = async (ref: Ref | undefined, paceMs = channel.pace) => {
    const more = await recordShown(floor.db, card, { ref, revision, paceMs });
    if (more) floor.ringDeliver(paceMs);
    if (ref) count(floor, card);
  };

  const audience = audienceIn(floor, { channel: channel.name, conversation: card.conversation });

  // Merged before anybody saw it: the other incident's card tells the whole story.
  if (incident.mergedInto !== undefined && !card.ref && !card.inDoubt) return record(undefined, 0);
  if (card.part === 'log') {
    const log = drawThread(incident, audience);
    const ref = card.ref ?? (await findPosted(floor, channel, card));
    if (ref && (log || isHidden(incident, audience))) {
      await channel.updateLog(ref, log ?? nothingToTell(incident));
      return record(ref);
    }
    if (!log || !card.cardRef) return record(ref, 0);
    return record(await channel.postLog(card.cardRef, log, card.id));
  }

  const { reasons } = prioritise(incident, floor.worth);
  const view = drawCard(incident, {
    reasons,
    failures,
    known: onCards(floor, known),
    nameOf: namerOf(floor),
    audience,
    flapsUntil: flapsNow(floor, incident),
  });
  const ref = card.ref ?? (await findPosted(floor, channel, card));
  if (!ref) return record(await channel.post(card.conversation, view, card.id));
  await channel.update(ref, view);
  return record(ref);
}

function count({ telemetry, now }: Watchfloor, card: DueCard): void {
  telemetry.countShown(card.channel, card.part);
  if (card.ref || card.part === 'log') return;
  telemetry.timeToCard(card.channel, (now().getTime() - Date.parse(card.behindSince)) / 1_000);
}

/** A post that may have happened is looked for before posting again. */
async function findPosted(floor: Watchfloor, channel: Channel, card: DueCard): Promise<Ref | undefined> {
  if (!card.inDoubt) return undefined;
  const found = await channel.find?.(card.conversation, card.id, card.cardRef);
  floor.telemetry.countInDoubt(channel.name, found ? 'found' : 'posted');
  return found;
}

async function recover(
  floor: Watchfloor,
  channel: Channel,
  card: DueCard,
  error: FarSideError,
): Promise<void> {
  const maybePosted = card.inDoubt || (!card.ref && isInDoubt(error));
  const what = { ...card, what: 'card', posted: card.ref !== undefined, about: card.stored.incident };
  const cure = await recovery(floor, channel, what, error);
  await recordFailure(floor.db, card, {
    reason: error.message,
    maybePosted: maybePosted && !cure.lost && cure.retrySeconds !== undefined,
    ...cure,
  });
  floor.ringDeliver(1_000 * Math.max(cure.restSeconds, cure.retrySeconds ?? 0));
}

async function giveUp(floor: Watchfloor, card: DueCard, reason: string): Promise<void> {
  floor.telemetry.countGivenUp('card');
  await recordFailure(floor.db, card, {
    reason,
    maybePosted: false,
    lost: false,
    retrySeconds: undefined,
    restSeconds: 0,
  });
}
