import type { Channel, Ref } from '../../channels/channel.ts';
import { FarSideError, isRetryable, isInDoubt as mayHavePosted } from '../../errors.ts';
import {
  beginPosting,
  claimMessages,
  type DueMessage,
  forgetMessage,
  giveUpMessage,
  longestPauseSeconds,
  postponeMessage,
  recordMessage,
  tellDirectly,
} from '../../store/query-messages.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { drawStored } from './draw.ts';

/** Longer than opening a chat, looking for a post in doubt and posting take together. */
const leaseSeconds = 60;
/** Where nothing rings, and while something waits or runs, it is looked again after this. */
const sweepMs = 1_000;
/** Places in line and seconds are drawn anew this often; both platforms count edits. */
const everySeconds = 3;

/** Finds queries whose message does not show how they are now, and posts or edits each. */
export function openAnswering(floor: Watchfloor): Look {
  return async (room) => {
    const lease = { leaseSeconds, replica: floor.replica.id, everySeconds };
    const found = await claimMessages(floor.db, { limit: room, ...lease });
    const tasks = found.map((due) => () => traced(floor, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

function traced(floor: Watchfloor, due: DueMessage): Promise<void> {
  const { id, channel, trace } = due.query;
  return inSpan('show query', { parent: trace, attributes: { query: id, channel } }, () => show(floor, due));
}

async function show(floor: Watchfloor, due: DueMessage): Promise<void> {
  const { query } = due;
  const channel = floor.channels.get(query.channel);
  if (!channel) return giveUpMessage(floor.db, query.id, query.revision);
  try {
    const view = await drawStored(floor, query);
    const ref = query.ref ?? (await findPosted(floor, channel, due));
    if (ref) await channel.updateQuery(ref, view);
    const shown = ref ?? (await post(floor, channel, due, view));
    await recordMessage(floor.db, query.id, { ref: shown, revision: query.revision });
  } catch (error) {
    // A fault of ours or of the database leaves the lease standing, which is a pause as good as any.
    if (!(error instanceof FarSideError)) throw error;
    await recover(floor, due, error);
  }
}

async function post(
  floor: Watchfloor,
  channel: Channel,
  { query }: DueMessage,
  view: Awaited<ReturnType<typeof drawStored>>,
): Promise<Ref> {
  const { place, chatUser, id } = query;
  const conversation = place.conversation ?? (await channel.direct(chatUser));
  await beginPosting(floor.db, id, conversation);
  return channel.postQuery({ conversation, thread: place.thread }, view, id);
}

/** A post that may have happened is looked for before posting again. */
async function findPosted(floor: Watchfloor, channel: Channel, due: DueMessage): Promise<Ref | undefined> {
  const { id, place } = due.query;
  if (!due.inDoubt || !place.conversation) return undefined;
  const head = place.thread ? { conversation: place.conversation, message: place.thread } : undefined;
  const found = await channel.find?.(place.conversation, id, head);
  floor.telemetry.countInDoubt(channel.name, found ? 'found' : 'posted');
  return found;
}

async function recover(floor: Watchfloor, due: DueMessage, error: FarSideError): Promise<void> {
  const { query } = due;
  const fields = { query: query.id, channel: query.channel, reason: error.reason, detail: error.message };
  if (isRetryable(error) || error.isOurs) {
    const pauseSeconds = Math.min(
      longestPauseSeconds,
      (error.retryAfter ?? 500 * 2 ** Math.min(due.attempts, 12)) / 1_000,
    );
    floor.log.warn({ ...fields, pauseSeconds }, 'query not shown yet');
    const maybePosted = due.inDoubt || mayHavePosted(error);
    await postponeMessage(floor.db, query.id, { pauseSeconds, maybePosted });
    return floor.ringAnswers(1_000 * pauseSeconds);
  }
  if (query.ref) {
    floor.log.info(fields, 'the message of a query is gone');
    // Somebody deleted it: that time goes by is no news, what comes of it is.
    if (query.state === 'waiting' || query.state === 'running')
      return giveUpMessage(floor.db, query.id, query.revision);
    await forgetMessage(floor.db, query.id);
    return floor.ringAnswers();
  }
  if (!query.place.isDirect) {
    floor.log.warn(fields, 'the answer cannot be posted there and goes to the direct chat');
    await tellDirectly(floor.db, query.id);
    return floor.ringAnswers();
  }
  floor.log.warn(fields, 'nobody can be shown the answer');
  await giveUpMessage(floor.db, query.id, query.revision);
}
