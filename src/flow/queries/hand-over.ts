import { randomUUID } from 'node:crypto';
import type { ChatUser, FileView } from '../../channels/channel.ts';
import { findRoom } from '../../channels/clearance.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Caller } from '../../people/people.ts';
import { readQuery, type StoredQuery } from '../../store/queries.ts';
import { claimQueryFiles, insertQueryFile, type QueryFile } from '../../store/query-messages.ts';
import { audienceAlone } from '../audience.ts';
import { handFilesOver } from '../hand-files-over.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { incidentOf } from './draw.ts';
import { makeFile } from './make-file.ts';
import { needAnswer, queryFor } from './query-for.ts';

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
  await insertQueryFile(floor.db, {
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

/** Hands the rows of answers over. */
export function openHandingOver(floor: Watchfloor): Look {
  return handFilesOver(floor, {
    table: 'query_files',
    claim: claimQueryFiles,
    make: (due) => makeFor(floor, due),
    about: ({ queryId }) => ({ query: queryId }),
    ring: (inMs) => floor.ringAnswers(inMs),
  });
}

async function makeFor(floor: Watchfloor, due: QueryFile) {
  const query = await readQuery(floor.db, due.queryId);
  if (!query) return undefined;
  const incident = await incidentOf(floor, query);
  if (incident && !mayStillSee(incident, due)) {
    floor.log.info({ query: query.id }, 'a file is not handed over: its incident was restricted meanwhile');
    return undefined;
  }
  const { conversation, thread } = due.place;
  const isAlone = conversation === undefined || incident?.restrictedTo !== undefined;
  return {
    file: await makeFile(query, incident, due.audience),
    spot: isAlone ? undefined : { conversation, thread },
  };
}

/** It may have been restricted since somebody pressed. */
function mayStillSee({ restrictedTo }: Incident, { personId }: QueryFile): boolean {
  return !restrictedTo || restrictedTo.some(({ id }) => id === personId);
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
