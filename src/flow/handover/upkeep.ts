import { expire } from '../../incident/handover.ts';
import type { People } from '../../people/people.ts';
import { handoversToLookAt } from '../../store/handovers.ts';
import { type Duty, everyMinutes } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { moveHandover, needHandover } from './move.ts';
import { tellHandover } from './tell.ts';

const atOnce = 50;

/** Ends handovers whose time is over, and takes back what their messages tell of incidents that became restricted. */
export function handoverUpkeep(floor: Watchfloor, people: People): Duty {
  return {
    name: 'handover upkeep',
    ...everyMinutes(1),
    catchUp: 'last',
    run: () => keepHandovers(floor, people),
  };
}

export async function keepHandovers(floor: Watchfloor, people: People): Promise<void> {
  const at = floor.now().toISOString();
  for (const { number, behind } of await handoversToLookAt(floor.db, at, atOnce)) {
    if (behind) await retell(floor, people, number);
    await moveHandover(floor, people, number, async (handover) => expire(handover, at));
  }
}

async function retell(floor: Watchfloor, people: People, number: number): Promise<void> {
  const handover = await needHandover(floor, number);
  await floor.db.transaction().execute((trx) => tellHandover(trx, floor, people, handover));
  floor.ringNotices();
}
