import { badValue } from './door-refusal.ts';

const duration = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const instant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

export interface Times {
  from: number;
  to: number;
}

/** An ISO 8601 duration until now, or an interval: `PT4H`, `start/end`, `start/PT1H`, `PT1H/end`. Milliseconds since 1970. */
export function readTimespan(text: string | undefined, now: number): Times | undefined {
  if (!text) return undefined;
  const [first = '', second] = text.split('/');
  const length = durationOf(first);
  if (second === undefined) return length === undefined ? refuse(text) : { from: now - length, to: now };
  const from = length === undefined ? instantOf(first) : undefined;
  const toLength = durationOf(second);
  const to = toLength === undefined ? instantOf(second) : undefined;
  if (from !== undefined && to !== undefined) return { from, to };
  if (from !== undefined && toLength !== undefined) return { from, to: from + toLength };
  if (length !== undefined && to !== undefined) return { from: to - length, to };
  return refuse(text);
}

function durationOf(text: string): number | undefined {
  const found = duration.exec(text);
  if (!found || text.length < 3) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

function instantOf(text: string): number | undefined {
  const at = instant.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function refuse(text: string): never {
  throw badValue('InvalidTimespan', `The timespan '${text}' is not an ISO 8601 duration or interval`);
}
