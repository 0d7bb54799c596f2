import type { People } from '../../people/people.ts';
import { digestDuties } from '../digest/duties.ts';
import { auditingCalls } from '../escalation/audit-duty.ts';
import { beating } from '../escalation/heartbeat-duty.ts';
import { shiftEnds } from '../handover/shift-ends.ts';
import { handoverUpkeep } from '../handover/upkeep.ts';
import { lookingAhead } from '../on-call/look-ahead.ts';
import { readingSchedules } from '../on-call/read-schedules.ts';
import { lookingAfterContacts } from '../preparation/contacts/duty.ts';
import { gameDays } from '../preparation/drills/game-days.ts';
import { proving } from '../preparation/proof/duty.ts';
import { reconciling } from '../preparation/reconciling/duty.ts';
import { quietDigestDuties } from '../silences/quiet-digest.ts';
import type { Watchfloor } from '../watchfloor.ts';
import type { Duty } from './duty.ts';

/** All that is done at a time, again and again. */
export function dutiesOf(floor: Watchfloor, people: People): Duty[] {
  return [
    ...digestDuties(floor, people),
    ...readingSchedules(floor),
    ...lookingAhead(floor, people),
    ...gameDays(floor),
    ...proving(floor),
    ...reconciling(floor),
    ...lookingAfterContacts(floor),
    shiftEnds(floor, people),
    handoverUpkeep(floor, people),
    auditingCalls(floor),
    ...(floor.heartbeat ? [beating(floor)] : []),
    ...quietDigestDuties(floor),
  ];
}
