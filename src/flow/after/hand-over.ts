import type { ChatUser, FileView } from '../../channels/channel.ts';
import type { Caller } from '../../people/people.ts';
import { admit } from '../../people/permissions.ts';
import { readIncident } from '../../store/incidents.ts';
import { claimPapers, type DuePaper, type PaperKind } from '../../store/papers.ts';
import { audienceAlone } from '../audience.ts';
import { handFilesOver } from '../hand-files-over.ts';
import type { Look } from '../lane.ts';
import { readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { makePaper } from './paper.ts';

/** Hands reviews and timelines over. */
export function openHandingPapers(floor: Watchfloor): Look {
  return handFilesOver(floor, {
    table: 'papers',
    claim: claimPapers,
    make: (due) => makeFor(floor, due),
    about: ({ incident, kind }) => ({ incident, file: kind }),
    ring: (inMs) => floor.after.ring(inMs),
  });
}

async function makeFor(floor: Watchfloor, due: DuePaper) {
  const stored = await readIncident(floor.db, due.incident);
  if (!stored) return undefined;
  const { incident } = stored;
  const { id, restrictedTo } = incident;
  if (restrictedTo && !restrictedTo.some((one) => one.id === due.personId)) {
    floor.log.info({ incident: id }, 'a file is not handed over: its incident was restricted meanwhile');
    return undefined;
  }
  const file = await makePaper(floor, incident, due.kind, due.audience);
  // It may have been restricted since they asked.
  return { file, spot: restrictedTo ? undefined : due.place };
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
