import type { Instant } from './alert.ts';

/** What a law gives so many hours for, as the settings name it. */
export interface ClockKind {
  /** `gdpr`. */
  name: string;
  /** `GDPR`. */
  title: string;
  hours: number;
}

/** A legal clock of an incident. It runs until somebody stops it, whatever becomes of the incident meanwhile. */
export interface Clock extends ClockKind {
  /** When we came to know, from which the law counts. */
  startedAt: Instant;
  dueAt: Instant;
  /** The time was over before anybody stopped it. */
  ranOut: boolean;
  stopped: { at: Instant; by: string; note: string } | undefined;
}

/** `GDPR 72 h`. */
export function clockName({ title, hours }: ClockKind): string {
  return `${title} ${hours} h`;
}

export function newClock(kind: ClockKind, startedAt: Instant): Clock {
  const dueAt = hoursFrom(startedAt, kind.hours);
  return { ...kind, startedAt, dueAt, ranOut: false, stopped: undefined };
}

export function isRunning({ stopped }: Clock): boolean {
  return stopped === undefined;
}

export function findRunning(clocks: readonly Clock[] | undefined, name: string): Clock | undefined {
  return clocks?.find((clock) => clock.name === name && isRunning(clock));
}

/** What is told of a clock and when: half of it is over, so many hours are left, all of it is over. */
const clockSteps = ['half', '12h', '2h', 'end'] as const;
export type ClockStep = (typeof clockSteps)[number];

/** In order of time. Of two at one moment the one that says the hours; none before its beginning. */
function stepsOf({ startedAt, dueAt, hours }: Clock): { step: ClockStep; at: Instant }[] {
  const all: { step: ClockStep; at: Instant }[] = [
    { step: 'half', at: hoursFrom(startedAt, hours / 2) },
    { step: '12h', at: hoursFrom(dueAt, -12) },
    { step: '2h', at: hoursFrom(dueAt, -2) },
    { step: 'end', at: dueAt },
  ];
  return all
    .filter(({ at, step }) => at > startedAt && !all.some((one) => one.at === at && later(one.step, step)))
    .toSorted((a, b) => a.at.localeCompare(b.at));
}

const later = (a: ClockStep, b: ClockStep) => clockSteps.indexOf(a) > clockSteps.indexOf(b);

/** When something is told of it next, after that moment; `undefined` where all has been told. */
export function nextStepAt(clock: Clock, after: Instant): Instant | undefined {
  return stepsOf(clock).find(({ at }) => at > after)?.at;
}

/** When to look at it next. One whose time was over before anybody was told is due at once. */
export function clockWakesAt(clock: Clock, after: Instant): Instant | undefined {
  return nextStepAt(clock, after) ?? (clock.ranOut ? undefined : clock.dueAt);
}

/** What is to be told now. After an outage it is the newest alone: that half was over is no news when it has run out. */
export function stepAt(clock: Clock, now: Instant): ClockStep | undefined {
  return stepsOf(clock).findLast(({ at }) => at <= now)?.step;
}

/** The clocks after one of them started, ran out or was stopped; one that is started again begins anew. */
export function withClock(clocks: readonly Clock[] = [], changed: Clock): Clock[] {
  return [...clocks.filter(({ name }) => name !== changed.name), changed];
}

function hoursFrom(at: Instant, hours: number): Instant {
  return new Date(Date.parse(at) + hours * 3_600_000).toISOString();
}
