import { randomUUID } from 'node:crypto';
import type { ChatUser, FileView } from '../../channels/channel.ts';
import type { Caller } from '../../people/people.ts';
import { admit } from '../../people/permissions.ts';
import type { StoredAudience } from '../../store/queries.ts';
import { claimStatFiles, insertStatFile } from '../../store/stat-files.ts';
import { audienceAlone } from '../audience.ts';
import { handFilesOver } from '../hand-files-over.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { keyOf, makeStats, readKey, type StatsWish } from './make-stats.ts';

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

/** Hands numbers over. */
export function openHandingOverStats(floor: Watchfloor): Look {
  return handFilesOver(floor, {
    table: 'stat_files',
    claim: claimStatFiles,
    async make({ key, audience }) {
      const wish = readKey(key);
      return wish && { file: await makeStats(floor.db, wish, audience), spot: undefined };
    },
    about: ({ key }) => ({ file: key }),
    ring: (inMs) => floor.ringAnswers(inMs),
  });
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
