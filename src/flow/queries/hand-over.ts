import { randomUUID } from 'node:crypto';
import type { ChatUser, FileView } from '../../channels/channel.ts';
import { findRoom } from '../../channels/clearance.ts';
import { describe, FarSideError, isRetryable } from '../../errors.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Caller } from '../../people/people.ts';
import { readQuery, type StoredQuery } from '../../store/queries.ts';
import {
  claimFiles,
  type DueFile,
  insertFile,
  longestPauseSeconds,
  postponeFile,
  removeFile,
} from '../../store/query-messages.ts';
import { audienceAlone } from '../audience.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { incidentOf } from './draw.ts';
import { makeFile } from './make-file.ts';
import { needAnswer, queryFor } from './query-for.ts';

/** Opening a chat and uploading some megabytes. */
const leaseSeconds = 120;
const sweepMs = 2_000;
/** A file that cannot be handed over for so many tries is pressed for again. */
const mostAttempts = 6;

/** Whoever pressed gets all rows as a file: where the answer stands, or alone where that room is not shown everything. */
export async function orderFile(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  query: StoredQuery,
): Promise<string> {
  needAnswer(query);
  const incident = await incidentOf(floor, query);
  const { conversation, isDirect, thread } = query.place;
  const listed = conversation && findRoom(floor.clearance, { channel: user.channel, conversation });
  const isThere =
    user.channel === query.channel && conversation !== undefined && (!listed || listed.shows === 'whole');
  const isAlone = isDirect || !isThere || incident?.restrictedTo !== undefined;
  const alone = audienceAlone(floor, caller, user.channel, incident ?? { restrictedTo: undefined });
  const { shows, hideHosts } = isAlone ? alone : query.audience;
  await insertFile(floor.db, {
    id: randomUUID(),
    queryId: query.id,
    channel: user.channel,
    chatUser: user.id,
    personId: caller.id,
    place: isAlone
      ? { isDirect: true, conversation: undefined, thread: undefined }
      : { isDirect: false, conversation, thread: thread ?? query.ref?.message },
    audience: { shows, hideHosts },
  });
  floor.ringAnswers();
  return isAlone ? 'The file comes in our direct chat.' : 'The file is on its way.';
}

/** Finds files that are to be handed over. Killed at the wrong moment it hands one over twice. */
export function openHandingOver(floor: Watchfloor): Look {
  return async (room) => {
    const found = await claimFiles(floor.db, { limit: room, leaseSeconds, replica: floor.replica.id });
    const tasks = found.map((due) => () => handOver(floor, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function handOver(floor: Watchfloor, due: DueFile): Promise<void> {
  const channel = floor.channels.get(due.channel);
  const query = await readQuery(floor.db, due.queryId);
  if (!channel || !query) return removeFile(floor.db, due.id);
  try {
    const incident = await incidentOf(floor, query);
    if (incident && !mayStillSee(incident, due)) {
      floor.log.info({ query: query.id }, 'a file is not handed over: its incident was restricted meanwhile');
      return await removeFile(floor.db, due.id);
    }
    const file = await makeFile(query, incident, due.audience);
    const place = incident?.restrictedTo ? { conversation: undefined, thread: undefined } : due.place;
    const conversation = place.conversation ?? (await channel.direct(due.chatUser));
    await channel.sendFile({ conversation, thread: place.thread }, due.chatUser, file);
    await removeFile(floor.db, due.id);
  } catch (error) {
    await recover(floor, due, error);
  }
}

/** It may have been restricted since somebody pressed. */
function mayStillSee({ restrictedTo }: Incident, { personId }: DueFile): boolean {
  return !restrictedTo || restrictedTo.some(({ id }) => id === personId);
}

/** A fault of ours counts as a try, too: what cannot be made now is not made for ever. */
async function recover(floor: Watchfloor, due: DueFile, error: unknown): Promise<void> {
  const farSide = error instanceof FarSideError ? error : undefined;
  const reason = farSide?.reason ?? 'fault';
  const fields = { query: due.queryId, channel: due.channel, reason, detail: describe(error) };
  if ((farSide && !isRetryable(farSide)) || due.attempts + 1 >= mostAttempts) {
    floor.log.warn(fields, 'a file cannot be handed over');
    return removeFile(floor.db, due.id);
  }
  const pauseMs = farSide?.retryAfter ?? 1_000 * 2 ** due.attempts;
  const pauseSeconds = Math.min(longestPauseSeconds, pauseMs / 1_000);
  floor.log.warn({ ...fields, pauseSeconds }, 'a file is not handed over yet');
  await postponeFile(floor.db, due.id, pauseSeconds);
  floor.ringAnswers(1_000 * pauseSeconds);
}

/** The same file once more, for whom the platform asks in the name of. Throws `Refused`. */
export async function fileAgain(
  floor: Watchfloor,
  { channel }: ChatUser,
  caller: Caller,
  key: string,
): Promise<FileView> {
  const query = await queryFor(floor, caller, key);
  needAnswer(query);
  const incident = await incidentOf(floor, query);
  const audience = audienceAlone(floor, caller, channel, incident ?? { restrictedTo: undefined });
  return makeFile(query, incident, audience);
}
