import type { Channel, Ref } from '../channels/channel.ts';
import { drawSummary, mostRows } from '../channels/summary.ts';
import { describe, FarSideError, isInDoubt } from '../errors.ts';
import type { DueCard } from '../store/cards.ts';
import {
  joinSummary,
  readSummary,
  recordSummaryFailure,
  recordSummaryShown,
  rowsBehind,
  type Summary,
} from '../store/summaries.ts';
import { audienceIn } from './audience.ts';
import { type Cure, recovery } from './recovery.ts';
import type { Watchfloor } from './watchfloor.ts';

/** 400 incidents named in ten minutes; more is for `list`. */
const mostMessages = 10;
/** What a summary that was refused as it is waits for: the next incident changes it. */
const refusedSeconds = 60;

/** What waits in the card's conversation becomes rows of its storm's message. The conversation is leased. */
export async function summarise(floor: Watchfloor, channel: Channel, card: DueCard): Promise<void> {
  const id = await joinSummary(floor.db, card, { rows: mostRows, messages: mostMessages });
  await showSummary(floor, channel, id);
}

/** Brings a storm's message up to date: its newest version, one call, recorded. The conversation is leased. */
export async function showSummary(floor: Watchfloor, channel: Channel, id: string): Promise<void> {
  const wanted = await rowsBehind(floor.db, id);
  const summary = await readSummary(floor.db, id, mostRows);
  try {
    const ref = await show(floor, channel, summary);
    const more = await recordSummaryShown(floor.db, summary, { ref, wanted, paceMs: channel.pace });
    if (more) floor.ringDeliver(channel.pace);
    floor.telemetry.countShown(channel.name, 'summary');
  } catch (error) {
    if (error instanceof FarSideError) return recover(floor, channel, summary, error);
    await record(floor, summary, describe(error), !summary.ref, {
      lost: false,
      retrySeconds: 1,
      restSeconds: 1,
    });
    throw error;
  }
}

async function show(floor: Watchfloor, channel: Channel, summary: Summary): Promise<Ref> {
  const place = { channel: channel.name, conversation: summary.conversation };
  const view = drawSummary({ ...summary, since: summary.openedAt }, audienceIn(floor, place));
  const found = summary.inDoubt
    ? await channel.find?.(summary.conversation, summary.id, undefined)
    : undefined;
  if (summary.inDoubt) floor.telemetry.countInDoubt(channel.name, found ? 'found' : 'posted');
  const ref = summary.ref ?? found;
  if (!ref) return channel.postSummary(summary.conversation, view, summary.id);
  await channel.updateSummary(ref, view);
  return ref;
}

async function recover(
  floor: Watchfloor,
  channel: Channel,
  summary: Summary,
  error: FarSideError,
): Promise<void> {
  const what = { ...summary, what: 'summary', posted: summary.ref !== undefined, about: undefined };
  const cure = await recovery(floor, channel, what, error);
  const maybePosted = !cure.lost && (summary.inDoubt || (!summary.ref && isInDoubt(error)));
  await record(floor, summary, error.message, maybePosted, cure);
}

async function record(
  floor: Watchfloor,
  summary: Summary,
  reason: string,
  maybePosted: boolean,
  { lost, retrySeconds = refusedSeconds, restSeconds }: Cure,
): Promise<void> {
  await recordSummaryFailure(floor.db, summary, { reason, maybePosted, lost, retrySeconds, restSeconds });
  floor.ringDeliver(1_000 * Math.max(restSeconds, retrySeconds));
}
