import type { People } from '../../people/people.ts';
import type { Trx } from '../../store/database.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { remindOfClock } from './remind-of-clock.ts';
import { remindOfFollowUp } from './remind-of-follow-up.ts';

/** Nothing rings when it is time: what is due is found within this. */
const sweepMs = 1_000;

/**
 * Tells people of clocks and follow-ups whose time has come, one after the other: what is told and that it was told are one
 * transaction, so nothing is told twice or forgotten, whatever dies in between.
 */
export function openReminding(floor: Watchfloor, people: People): Look {
  const inOne = (remind: (trx: Trx, now: Date) => Promise<boolean>) =>
    floor.db.transaction().execute((trx) => remind(trx, floor.now()));
  return async () => {
    const told =
      (await inOne((trx, now) => remindOfClock(floor, people, trx, now))) || (await inOne(remindOfFollowUp));
    if (told) floor.ringNotices();
    return told ? 0 : sweepMs;
  };
}
