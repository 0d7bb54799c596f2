import type { WorkHours } from '../../src/incident/counted-time.ts';
import type { IncidentEvent } from '../../src/incident/incident.ts';
import type { Story } from '../store/recount.ts';

/** A call that was due, reckoned by hand: the plan as it began, minutes counted one by one, and what people did. */
export interface Due {
  episode: number;
  step: number;
  at: number;
}

const minute = 60_000;

/** Every step that was due before somebody acted, in the order of its time. */
export function callsDue({ events }: Story, end: number): Due[] {
  const due: Due[] = [];
  let pending: Due[] = [];
  let begun: Extract<IncidentEvent, { type: 'escalation-begun' }> | undefined;
  const settle = (until: number) => {
    due.push(...pending.filter(({ at }) => at <= until));
    pending = pending.filter(({ at }) => at > until);
  };
  const expect = (limit: 'acknowledge' | 'remediate', from: number) => {
    if (!begun || begun.plan[limit] === undefined) return;
    const { episode, plan } = begun;
    pending = plan.steps.flatMap((step, n) =>
      step.limit === limit ? [{ episode, step: n + 1, at: countOn(from, step.after, plan.hours) }] : [],
    );
  };
  let isActive = false;
  for (const event of events) {
    const at = Date.parse(event.at);
    switch (event.type) {
      case 'escalation-begun':
        settle(at);
        begun = event;
        expect(isActive ? 'remediate' : 'acknowledge', Date.parse(event.from));
        break;
      case 'acknowledged':
        if (isActive) break;
        settle(at);
        isActive = true;
        expect('remediate', at);
        break;
      case 'reopened':
        isActive = true;
        break;
      case 'released':
        settle(at);
        isActive = false;
        pending = [];
        break;
      case 'closed':
      case 'merged':
        settle(at);
        isActive = false;
        pending = [];
        break;
    }
  }
  settle(end);
  return due.sort((a, b) => a.at - b.at);
}

/** Minute by minute, by the clock on the wall where hours are set. */
function countOn(from: number, minutes: number, hours: WorkHours | undefined): number {
  if (!hours) return from + minutes * minute;
  const isCounted = minutesOf(hours);
  let left = minutes;
  let at = from;
  while (left > 0) {
    const step = Math.min(left * minute, minute - (at % minute));
    if (isCounted(at)) left -= step / minute;
    at += step;
  }
  return at;
}

/** Twenty thousand incidents live in the same minutes: each is looked up once. */
const known = new Map<string, Map<number, boolean>>();

function minutesOf(hours: WorkHours): (at: number) => boolean {
  const name = JSON.stringify(hours);
  const minutes = known.get(name) ?? new Map<number, boolean>();
  known.set(name, minutes);
  return (at) => {
    const start = Math.floor(at / minute);
    const found = minutes.get(start) ?? counts(at, hours);
    minutes.set(start, found);
    return found;
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();
const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function counts(at: number, { timeZone, days, from, to, except }: WorkHours): boolean {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const clock = `${parts.hour}:${parts.minute}`;
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  return (
    days.includes(dayNames.indexOf(parts.weekday ?? '') + 1) &&
    !except.includes(date) &&
    clock >= from &&
    clock < to
  );
}
