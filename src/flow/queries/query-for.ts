import { z } from 'zod';
import { Denied, Refused } from '../../errors.ts';
import { admitTo, type Caller } from '../../people/people.ts';
import { admit, type Deed } from '../../people/permissions.ts';
import { readQuery, type StoredQuery } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { incidentOf } from './draw.ts';
import { admitToTables } from './tables.ts';

/**
 * A query for somebody who pressed a button of it, or wants its file. Whoever reads an answer needs what whoever asks
 * needs, unless `deed` says less. Throws `Refused` where it is gone, `Denied` where they may not read it.
 */
export async function queryFor(
  floor: Watchfloor,
  caller: Caller,
  id: string,
  deed: Deed = 'hunt',
): Promise<StoredQuery> {
  admit(caller, deed);
  const query = z.uuid().safeParse(id).success ? await readQuery(floor.db, id) : undefined;
  if (!query) throw new Refused('This answer is not kept any more. Ask again.');
  admitToTables(caller, query.tables);
  const incident = await incidentOf(floor, query);
  if (incident) admitTo(caller, incident);
  // Nobody but the asker is in that chat; the id alone opens nothing.
  if (query.place.isDirect && query.person.id !== caller.id)
    throw new Denied('not-asked', 'This answer is for whoever asked.', query.incident);
  return query;
}

/** Throws `Refused` where there are no rows to turn or to hand over. */
export function needAnswer({ state }: StoredQuery): void {
  if (state !== 'answered') throw new Refused('There is no answer yet.');
}
