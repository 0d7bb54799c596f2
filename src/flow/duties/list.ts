import type { People } from '../../people/people.ts';
import type { Watchfloor } from '../watchfloor.ts';
import type { Duty } from './duty.ts';

/** All that is done at a time, again and again. */
export function dutiesOf(_floor: Watchfloor, _people: People): Duty[] {
  return [];
}
