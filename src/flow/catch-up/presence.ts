import { describe } from '../../errors.ts';
import type { People } from '../../people/people.ts';
import { notePresence } from '../../store/presences.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Whoever presses ten buttons a minute is written down once. */
const restMs = 60_000;

/** The same people; whoever is identified is here, which is remembered for what they are told when they come back. */
export function watchPresence(floor: Pick<Watchfloor, 'db' | 'log' | 'now'>, people: People): People {
  const written = new Map<string, number>();
  const note = async (personId: string): Promise<void> => {
    const now = floor.now();
    if (now.getTime() - (written.get(personId) ?? Number.NEGATIVE_INFINITY) < restMs) return;
    written.set(personId, now.getTime());
    try {
      await notePresence(floor.db, personId, now.toISOString());
    } catch (error) {
      // Whoever came for something else gets that.
      floor.log.warn({ reason: describe(error) }, 'presence not noted');
    }
  };
  return {
    ...people,
    async identify(user) {
      const person = await people.identify(user);
      await note(person.id);
      return person;
    },
  };
}
