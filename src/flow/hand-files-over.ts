import type { FileView, Spot } from '../channels/channel.ts';
import { describe, FarSideError, isRetryable } from '../errors.ts';
import {
  type ClaimFiles,
  type DueFile,
  type FileTable,
  longestFilePauseSeconds,
  postponeFile,
  removeFile,
} from '../store/due-files.ts';
import type { Look } from './lane.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Opening a chat and uploading some megabytes. */
const leaseSeconds = 120;
const sweepMs = 2_000;
/** What cannot be handed over in so many tries is asked for again. */
const mostAttempts = 6;

/** Files of one kind that people asked for. */
export interface FilesDue<Due extends DueFile> {
  table: FileTable;
  claim: ClaimFiles<Due>;
  /** The file and where it goes, the direct chat with whoever asked where `undefined`; nothing where they may not have it any more. */
  make(due: Due): Promise<{ file: FileView; spot: Spot | undefined } | undefined>;
  /** What the log says of it. */
  about(due: Due): object;
  /** There is one to be handed over in so many milliseconds. */
  ring(inMs: number): void;
}

/** Finds files that are to be handed over. Killed at the wrong moment it hands one over twice. */
export function handFilesOver<Due extends DueFile>(floor: Watchfloor, files: FilesDue<Due>): Look {
  return async (room) => {
    const found = await files.claim(floor.db, { limit: room, leaseSeconds, replica: floor.replica.id });
    const tasks = found.map((due) => () => handOver(floor, files, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function handOver<Due extends DueFile>(
  floor: Watchfloor,
  files: FilesDue<Due>,
  due: Due,
): Promise<void> {
  const channel = floor.channels.get(due.channel);
  try {
    const made = channel && (await files.make(due));
    if (made) {
      const spot = made.spot ?? { conversation: await channel.direct(due.chatUser), thread: undefined };
      await channel.sendFile(spot, due.chatUser, made.file);
    }
    await removeFile(floor.db, files.table, due.id);
  } catch (error) {
    await recover(floor, files, due, error);
  }
}

/** A fault of ours, or of the team's template, counts as a try, too: what cannot be made now is not made for ever. */
async function recover<Due extends DueFile>(
  floor: Watchfloor,
  { table, about, ring }: FilesDue<Due>,
  due: Due,
  error: unknown,
): Promise<void> {
  const farSide = error instanceof FarSideError ? error : undefined;
  const reason = farSide?.reason ?? 'fault';
  const fields = { ...about(due), channel: due.channel, reason, detail: describe(error) };
  if ((farSide && !isRetryable(farSide)) || due.attempts + 1 >= mostAttempts) {
    floor.log.warn(fields, 'a file cannot be handed over');
    return removeFile(floor.db, table, due.id);
  }
  const pauseMs = farSide?.retryAfter ?? 1_000 * 2 ** due.attempts;
  const pauseSeconds = Math.min(longestFilePauseSeconds, pauseMs / 1_000);
  floor.log.warn({ ...fields, pauseSeconds }, 'a file is not handed over yet');
  await postponeFile(floor.db, table, due.id, pauseSeconds);
  ring(1_000 * pauseSeconds);
}
