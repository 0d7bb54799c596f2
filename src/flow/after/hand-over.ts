import type { ChatUser, FileView } from '../../channels/channel.ts';
import { describe, FarSideError, isRetryable } from '../../errors.ts';
import type { Caller } from '../../people/people.ts';
import { admit } from '../../people/permissions.ts';
import { readIncident } from '../../store/incidents.ts';
import {
  claimPapers,
  type DuePaper,
  longestPaperPauseSeconds,
  type PaperKind,
  postponePaper,
  removePaper,
} from '../../store/papers.ts';
import { audienceAlone } from '../audience.ts';
import type { Look } from '../lane.ts';
import { readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { makePaper } from './paper.ts';

/** Opening a chat and uploading a megabyte. */
const leaseSeconds = 120;
const sweepMs = 2_000;
/** What cannot be handed over in so many tries is asked for again. */
const mostAttempts = 6;

/** Finds files that are to be handed over. Killed at the wrong moment it hands one over twice. */
export function openHandingPapers(floor: Watchfloor): Look {
  return async (room) => {
    const found = await claimPapers(floor.db, { limit: room, leaseSeconds, replica: floor.replica.id });
    const tasks = found.map((due) => () => handOver(floor, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function handOver(floor: Watchfloor, due: DuePaper): Promise<void> {
  const channel = floor.channels.get(due.channel);
  const stored = await readIncident(floor.db, due.incident);
  if (!channel || !stored) return removePaper(floor.db, due.id);
  const { incident } = stored;
  try {
    if (incident.restrictedTo && !incident.restrictedTo.some(({ id }) => id === due.personId)) {
      floor.log.info(
        { incident: incident.id },
        'a file is not handed over: its incident was restricted meanwhile',
      );
      return await removePaper(floor.db, due.id);
    }
    const file = await makePaper(floor, incident, due.kind, due.audience);
    // It may have been restricted since they asked.
    const place = incident.restrictedTo ? undefined : due.place;
    const spot = place ?? { conversation: await channel.direct(due.chatUser), thread: undefined };
    await channel.sendFile(spot, due.chatUser, file);
    await removePaper(floor.db, due.id);
  } catch (error) {
    await recover(floor, due, error);
  }
}

/** A fault of ours, or of the team's template, counts as a try, too: what cannot be made now is not made for ever. */
async function recover(floor: Watchfloor, due: DuePaper, error: unknown): Promise<void> {
  const farSide = error instanceof FarSideError ? error : undefined;
  const fields = {
    incident: due.incident,
    file: due.kind,
    channel: due.channel,
    reason: farSide?.reason ?? 'fault',
    detail: describe(error),
  };
  if ((farSide && !isRetryable(farSide)) || due.attempts + 1 >= mostAttempts) {
    floor.log.warn(fields, 'a file cannot be handed over');
    return removePaper(floor.db, due.id);
  }
  const pauseSeconds = Math.min(
    longestPaperPauseSeconds,
    (farSide?.retryAfter ?? 1_000 * 2 ** due.attempts) / 1_000,
  );
  floor.log.warn({ ...fields, pauseSeconds }, 'a file is not handed over yet');
  await postponePaper(floor.db, due.id, pauseSeconds);
  floor.after.ring(1_000 * pauseSeconds);
}

const deedOfPaper = {
  review: 'review',
  'timeline-csv': 'timeline',
  'timeline-markdown': 'timeline',
} as const satisfies Record<PaperKind, string>;

/** The same file once more, for whom the platform asks in the name of. Throws `Refused`, `Denied`. */
export async function paperAgain(
  floor: Watchfloor,
  { channel }: ChatUser,
  caller: Caller,
  { kind, incident: id }: { kind: PaperKind; incident: number },
): Promise<FileView> {
  admit(caller, deedOfPaper[kind]);
  const { incident } = await readFor(floor, caller, id);
  return makePaper(floor, incident, kind, audienceAlone(floor, caller, channel, incident));
}
