import { exerciseOf } from '../../../incident/exercise.ts';
import type { Incident } from '../../../incident/incident.ts';
import type { Caller } from '../../../people/people.ts';
import { noteDrillLook } from '../../../store/drills.ts';
import type { Watchfloor } from '../../watchfloor.ts';

/** Somebody asks what is known of an incident: of one that is practised on it is a step, which nothing else tells of. */
export async function noteLook(
  { db, now }: Watchfloor,
  { id, name }: Caller,
  incident: Incident,
): Promise<void> {
  if (exerciseOf(incident) !== 'drill') return;
  await noteDrillLook(db, { incident: incident.id, personId: id, person: name, at: now().toISOString() });
}
