import { auditCalls, type MissedCall } from '../../incident/audit-calls.ts';
import { incidentName } from '../../incident/incident.ts';
import {
  callsNotTold,
  incidentsToAudit,
  readAuditState,
  readDeeds,
  recordAudit,
} from '../../store/escalation-audit.ts';
import { digestOf } from '../../store/raw-alerts.ts';
import { type Duty, everyMinutes } from '../duties/duty.ts';
import { raise } from '../notice.ts';
import type { Watchfloor } from '../watchfloor.ts';

const everyMinutesOf = 5;
/** Where nobody has ever looked, or not for long: what is older nobody can mend. */
const longestBackMs = 24 * 3_600_000;
/** So long a message may wait for its platform before somebody should know. */
const patienceMs = 10 * 60_000;
const overdueMs = 2 * 60_000;
/** Whoever is told looks at the first few, and then at the list. */
const mostTold = 10;

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
  for (const call of missed)
    floor.log.error({ incident: call.incident, detail: call.what }, 'a call was not made');
  const told = new Set(known.map(({ what }) => what));
  await raiseMissed(
    floor,
    missed.filter(({ what }) => !told.has(what)),
  );
  await recordAudit(floor.db, iso(now), missed);
}

/** One incident for all of them: after an outage every open incident may have a call that came too late. */
async function raiseMissed(floor: Watchfloor, missed: MissedCall[]): Promise<void> {
  if (missed.length === 0) return;
  const names = [...new Set(missed.map(({ incident }) => incidentName(incident)))];
  const whats = missed.map(({ what }) => what);
  const trouble = {
    type: 'call-missed' as const,
    title: `Somebody was to be called about ${listed(names, 3, ', ')}, and may not have been`,
    description: `${listed(whats, mostTold, ' ')} Look at the incidents yourself: docs/escalation.md.`,
    target: 'calls',
  };
  await raise(floor, trouble, digestOf(whats));
}

function listed(all: string[], most: number, between: string): string {
  const more = all.length - most;
  return all.slice(0, most).join(between) + (more > 0 ? ` and ${more} more` : '');
}
