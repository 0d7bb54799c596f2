import { randomUUID } from 'node:crypto';
import type { ChatUser, FileView } from '../../channels/channel.ts';
import { describe, FarSideError, isRetryable } from '../../errors.ts';
import type { Caller } from '../../people/people.ts';
import { admit } from '../../people/permissions.ts';
import type { StoredAudience } from '../../store/queries.ts';
import {
  claimStatFiles,
  insertStatFile,
  longestStatPauseSeconds,
  postponeStatFile,
  removeStatFile,
  type StatFile,
} from '../../store/stat-files.ts';
import { audienceAlone } from '../audience.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { keyOf, makeStats, readKey, type StatsWish } from './make-stats.ts';

/** Opening a chat and uploading some kilobytes. */
const leaseSeconds = 120;
const sweepMs = 2_000;
/** A file that cannot be handed over for so many tries is asked for again. */
const mostAttempts = 6;

/** Whoever asked gets the numbers as a file in their direct chat: Teams takes files nowhere else. */
export async function orderStats(
  floor: Watchfloor,
  { channel, id: chatUser }: ChatUser,
  wish: StatsWish,
  audience: StoredAudience,
): Promise<void> {
  await insertStatFile(floor.db, { id: randomUUID(), key: keyOf(wish), channel, chatUser, audience });
  floor.ringAnswers();
}

/** Finds numbers that are to be handed over. Killed at the wrong moment it hands them over twice. */
export function openHandingOverStats(floor: Watchfloor): Look {
  return async (room) => {
    const found = await claimStatFiles(floor.db, { limit: room, leaseSeconds });
    const tasks = found.map((due) => () => handOver(floor, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function handOver(floor: Watchfloor, due: StatFile): Promise<void> {
  const channel = floor.channels.get(due.channel);
  const wish = readKey(due.key);
  if (!channel || !wish) return removeStatFile(floor.db, due.id);
  try {
    const file = await makeStats(floor.db, wish, due.audience);
    const conversation = await channel.direct(due.chatUser);
    await channel.sendFile({ conversation, thread: undefined }, due.chatUser, file);
    await removeStatFile(floor.db, due.id);
  } catch (error) {
    await recover(floor, due, error);
  }
}

async function recover(floor: Watchfloor, due: StatFile, error: unknown): Promise<void> {
  const farSide = error instanceof FarSideError ? error : undefined;
  const fields = { channel: due.channel, reason: farSide?.reason ?? 'fault', detail: describe(error) };
  if ((farSide && !isRetryable(farSide)) || due.attempts + 1 >= mostAttempts) {
    floor.log.warn(fields, 'numbers cannot be handed over');
    return removeStatFile(floor.db, due.id);
  }
  const pauseMs = farSide?.retryAfter ?? 1_000 * 2 ** due.attempts;
  const pauseSeconds = Math.min(longestStatPauseSeconds, pauseMs / 1_000);
  floor.log.warn({ ...fields, pauseSeconds }, 'numbers are not handed over yet');
  await postponeStatFile(floor.db, due.id, pauseSeconds);
  floor.ringAnswers(1_000 * pauseSeconds);
}

/** The same file once more, for whom the platform asks in the name of; `undefined` where the key is of no numbers. */
export async function statsAgain(
  floor: Watchfloor,
  { channel }: ChatUser,
  caller: Caller,
  key: string,
): Promise<FileView | undefined> {
  const wish = readKey(key);
  if (!wish) return undefined;
  admit(caller, 'stats');
  return makeStats(floor.db, wish, audienceAlone(floor, caller, channel, { restrictedTo: undefined }));
}
