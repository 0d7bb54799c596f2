import { clean } from '../../channels/clean.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import type { ReplyView } from '../../channels/views.ts';
import { zonedTime } from '../../channels/zoned-time.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { type Clock, clockName, findRunning, isRunning } from '../../incident/clock.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { ClockRule } from '../../people/clock-policy.ts';
import type { Caller } from '../../people/people.ts';
import { readPastIn } from '../../time/read-past.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { admitRoles, changeFor } from './change-for.ts';
import { lookAt } from './look.ts';

/** Starts a clock for somebody who may. `since` is as it was said; now where it is empty. */
export async function startClock(
  floor: Watchfloor,
  person: Caller,
  id: number,
  { name, since, zone }: { name: string; since: string; zone: string | undefined },
): Promise<{ incident: Incident; told: string }> {
  const rule = findRule(floor, name);
  admitRoles(person, rule.startedBy, `Starting ${clockName(rule)}`);
  const now = floor.now();
  const startedAt = readSince(since, now, zone) ?? now.toISOString();
  const { startedBy: _, ...kind } = rule;
  const incident = await changeFor(floor, person, id, () => ({
    type: 'start-clock',
    kind,
    startedAt,
    now: now.toISOString(),
  }));
  const clock = findRunning(incident.clocks, rule.name);
  const due = clock ? ` Notify by ${zonedTime(clock.dueAt, zone)}.` : '';
  return { incident, told: `${clockName(rule)} runs on ${incidentName(id)}.${due}` };
}

function readSince(said: string, now: Date, zone: string | undefined): Instant | undefined {
  if (!said) return undefined;
  const read = readPastIn(said, now.getTime(), zone ?? 'UTC');
  if (read) return new Date(read.from).toISOString();
  throw new Refused(
    `I cannot tell when "${clean(said, 40)}" is. Say --since 02:14 or --since "2026-11-28 02:14".`,
  );
}

export async function stopClock(
  floor: Watchfloor,
  person: Caller,
  id: number,
  { name, note }: { name: string; note: string },
): Promise<{ incident: Incident; told: string }> {
  if (!note)
    throw new Refused(`Say what was done: clock stop ${incidentName(id)} ${name} "notified, ref …".`);
  const incident = await changeFor(floor, person, id, (before) => ({
    type: 'stop-clock',
    name: runningName(before, name),
    note,
  }));
  return { incident, told: `The clock ${clean(name, 40)} of ${incidentName(id)} is stopped.` };
}

/** A clock that the settings name no more still can be stopped. */
export function runningName({ id, clocks = [] }: Incident, said: string): string {
  const running = clocks.filter(isRunning);
  const found =
    running.find(({ name }) => name === said) ??
    (said === '' && running.length === 1 ? running[0] : undefined);
  if (found) return found.name;
  if (running.length === 0) throw new Refused(`No clock runs on ${incidentName(id)}.`);
  throw new Refused(`Say which clock: ${running.map(({ name }) => name).join(', ')}.`);
}

function findRule({ after }: Watchfloor, said: string): ClockRule {
  const known = after.clocks;
  if (known.length === 0) throw new Refused('No clocks are set up: clocks in the settings.');
  const found = known.find(({ name }) => name === said);
  if (found) return found;
  const fitting = said ? known.filter(({ name }) => name.startsWith(said)) : [];
  const [only, other] = fitting;
  if (only && !other) return only;
  throw new Refused(`Say which clock: ${known.map(({ name }) => name).join(', ')}.`);
}

/** All clocks of an incident, running or not. */
export async function tellClocks(floor: Watchfloor, visitor: Visitor, id: number): Promise<ReplyView> {
  const { incident, show } = await lookAt(floor, visitor, id, 'details');
  const { clocks = [] } = incident;
  const name = incidentName(id);
  const startable = floor.after.clocks.filter((rule) => !findRunning(clocks, rule.name));
  const lines = clocks.map((clock) => ({
    lead: show(clockName(clock), 60),
    text: show(clockInWords(clock), 300),
    at: clock.stopped?.at ?? clock.dueAt,
  }));
  const page: PageView = {
    title: clocks.length === 0 ? `No clock was started on ${name}` : `Clocks of ${name}`,
    subtitle: 'Whether a law applies lawyers say; a clock counts from when we came to know.',
    tone: clocks.some((clock) => isRunning(clock) && clock.ranOut) ? 'urgent' : 'plain',
    facts: [],
    sections: clocks.length > 0 ? [{ title: '', body: { kind: 'lines', lines, more: 0 } }] : [],
    buttons: [
      ...clocks
        .filter(isRunning)
        .slice(0, 3)
        .map((clock) => stopButton(id, clock)),
      ...(startable.length > 0 ? [say('Start a clock', `clock start ${name}`, { form: true })] : []),
    ],
    fallback: `${name} has ${clocks.filter(isRunning).length} clocks that run.`,
  };
  return { kind: 'page', page };
}

function clockInWords({ stopped, ranOut }: Clock): string {
  if (stopped) return `stopped by ${stopped.by}: ${stopped.note}`;
  return ranOut ? 'OVERDUE, not stopped; it ended' : 'runs; notify by';
}

export function stopButton(id: number, { name, title }: Clock): PageView['buttons'][number] {
  const words = `clock stop ${incidentName(id)} ${name}`;
  return say(`Stop ${title}`.slice(0, 20), words, { primary: true, form: true });
}
