import type { Run } from '../../incident/run.ts';
import type { People } from '../../people/people.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { actOf, lookOf } from './deeds.ts';
import { turnRun } from './move.ts';

/** What the look at a target comes to where there is none: people decide on the order alone. */
const unseen = {
  facts: [{ label: 'Rehearsal', value: 'nothing is looked at, and nothing will be changed' }],
  warning: '',
  memory: undefined,
};

/** Whoever may decide is asked as for any run. */
export async function rehearseLook(floor: Watchfloor, people: People, run: Run): Promise<void> {
  const look = lookOf(floor, people, run);
  await turnRun(floor, run, look.by, (now) => look.after(now, unseen));
}

/** It is done at once, and says what would have been. */
export async function rehearseAct(floor: Watchfloor, run: Run): Promise<void> {
  const act = actOf(floor);
  const says = `Rehearsed, nothing was changed. It would have been so: ${run.play.effect}`;
  await turnRun(floor, run, act.by, (now) => act.after(now, { state: 'done', says }));
}
