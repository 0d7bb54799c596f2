import type { People } from '../../people/people.ts';
import { digestDuties } from '../digest/duties.ts';
import type { Watchfloor } from '../watchfloor.ts';
import type { Duty } from './duty.ts';

/** All that is done at a time, again and again. */
export function dutiesOf(floor: Watchfloor, people: People): Duty[] {
  return [...digestDuties(floor, people)];
}
