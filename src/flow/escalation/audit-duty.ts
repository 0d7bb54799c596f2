import { auditCalls, type MissedCall } from '../../incident/audit-calls.ts';
import { incidentName } from '../../incident/incident.ts';
import {
  callsNotTold,
  incidentsToAudit,
  readAuditState,
  readDeeds,
  recordAudit,
} from '../../store/escalation-audit.ts';
import { type Duty, everyMinutes } from '../duties/duty.ts';
import { raise } from '../notice.ts';
import type { Watchfloor } from '../watchfloor.ts';

const everyMinutesOf = 5;
/** Where nobody has ever looked, or not for long: what is older nobody can mend. */
const longestBackMs = 24 * 3_600_000;
/** So long a message may wait for its platform before somebody should know. */
const patienceMs = 10 * 60_000;
const overdueMs = 2 * 60_000;

/**
 * Proves that every call that was due was made, once, and that whoever was called was told: worked out anew from what is on
 * record. What was not becomes an alert of its own.
 */
export function auditingCalls(floor: Watchfloor): Duty {
  return {
    name: 'audit of calls',
    ...everyMinutes(everyMinutesOf),
    catchUp: 'last',
    run: () => auditAllCalls(floor),
  };
}

export async function auditAllCalls(floor: Watchfloor): Promise<void> {
  const now = floor.now().getTime();
  const iso = (at: number) => new Date(at).toISOString();
  const { at: last, missed: known } = await readAuditState(floor.db);
  const since = iso(Math.max(last ? Date.parse(last) : 0, now - longestBackMs));
  const times = { since, now: iso(now) };
  const missed: MissedCall[] = [];
  for (const id of await incidentsToAudit(floor.db, { since, overdueAt: iso(now - overdueMs) }))
    missed.push(...auditCalls(id, await readDeeds(floor.db, id), times));
  const back = iso(now - longestBackMs);
  missed.push(...(await callsNotTold(floor.db, { since: back, waitedSince: iso(now - patienceMs) })));
  const told = new Set(known.map(({ what }) => what));
  for (const call of missed) {
    floor.log.error({ incident: call.incident, detail: call.what }, 'a call was not made');
    if (!told.has(call.what)) await raiseMissed(floor, call);
  }
  await recordAudit(floor.db, iso(now), missed);
}

async function raiseMissed(floor: Watchfloor, { incident, what }: MissedCall): Promise<void> {
  await raise(floor, {
    type: 'call-missed',
    title: `Somebody was to be called about ${incidentName(incident)}, and may not have been`,
    description: `${what} Look at the incident yourself: docs/escalation.md.`,
    target: incidentName(incident),
  });
}
