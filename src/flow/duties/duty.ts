import { Cron } from 'croner';

/** Something that is done at a time, again and again. */
export interface Duty {
  /** The same through all versions: its next time is stored under it. */
  name: string;
  /** Says how its times are told; when it changes the times begin anew. */
  schedule: string;
  /** The first time after this one; `undefined` where there is none any more. */
  next(after: Date): Date | undefined;
  /** Of several times that were missed: each, or the last alone. */
  catchUp: 'every' | 'last';
  /** `due` is the very time, also when it is late. May run twice for one time. */
  run(due: Date, signal: AbortSignal): Promise<void>;
}

type Times = Pick<Duty, 'schedule' | 'next'>;

/** Whole multiples since 1970, so that all replicas and restarts mean the same times. */
export function everyMinutes(minutes: number): Times {
  const step = minutes * 60_000;
  return {
    schedule: `every ${minutes} min`,
    next: (after) => new Date((Math.floor(after.getTime() / step) + 1) * step),
  };
}

/**
 * `0 8 * * 1-5` in a time zone, on its clocks: what falls into the hour that a spring night skips comes right after it, and
 * in the hour that autumn repeats it comes once. Throws where the words are no schedule.
 */
export function atTimes(cron: string, timeZone: string): Times {
  const job = new Cron(cron, { timezone: timeZone, paused: true });
  return { schedule: `${cron} ${timeZone}`, next: (after) => job.nextRun(after) ?? undefined };
}
