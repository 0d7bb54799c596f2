import { readAuditState } from '../../store/escalation-audit.ts';
import { type Duty, everyMinutes } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Three audits may be late before nobody knows any more how it is. */
const auditHoldsMs = 16 * 60_000;

/** Tells somebody outside each minute that all is well. They call people when it stops: we may not be able to. */
export function beating(floor: Watchfloor): Duty {
  return {
    name: 'heartbeat',
    ...everyMinutes(1),
    catchUp: 'last',
    run: () => beatWhereWell(floor),
  };
}

export async function beatWhereWell(floor: Watchfloor): Promise<void> {
  const trouble = await troubleOf(floor);
  if (trouble) return floor.log.warn({ detail: trouble }, 'no heartbeat');
  await floor.heartbeat?.beat();
}

/** Why nobody is told that all is well; `undefined` where it is. */
async function troubleOf(floor: Watchfloor): Promise<string | undefined> {
  const slow = floor.lanesThatStand?.() ?? [];
  if (slow.length > 0) return `lanes stand still: ${slow.join(', ')}`;
  const { at, missed } = await readAuditState(floor.db);
  if (missed.length > 0) return 'the last audit found calls that were not made';
  if (!at || floor.now().getTime() - Date.parse(at) > auditHoldsMs) return 'nobody has audited the calls';
  return undefined;
}
