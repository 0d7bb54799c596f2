import { describe, FarSideError, Malformed } from '../../errors.ts';
import { recordSchedule, recordScheduleFailure } from '../../store/on-call-schedules.ts';
import { type Duty, everyMinutes } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';

const dayMs = 86_400_000;
/** As far as anybody can ask or swap; PagerDuty tells no more than 90 days. */
const aheadDays = 75;
/** One schedule; the next one is then read all the same. */
const patienceMs = 30_000;

/** Reads schedules that are kept elsewhere. One that cannot be read stays as it was, and its rota says so. */
export function readingSchedules(floor: Watchfloor): Duty[] {
  const { schedules, policy } = floor.rotas;
  if (schedules.length === 0) return [];
  return [
    {
      name: 'on-call-schedules',
      ...soonAndEvery(policy.everyMinutes),
      catchUp: 'last',
      run: (_due, signal) => readAll(floor, signal),
    },
  ];
}

/** The first time that anybody looks they are read at once: until then nobody would be on call. */
function soonAndEvery(minutes: number): Pick<Duty, 'schedule' | 'next'> {
  const { schedule, next } = everyMinutes(minutes);
  let isFirst = true;
  return {
    schedule,
    next(after) {
      const soon = isFirst ? after : next(after);
      isFirst = false;
      return soon;
    },
  };
}

async function readAll(floor: Watchfloor, signal: AbortSignal): Promise<void> {
  const { db, log } = floor;
  for (const schedule of floor.rotas.schedules) {
    const now = floor.now();
    const stretch = { from: now.getTime() - dayMs, to: now.getTime() + aheadDays * dayMs };
    try {
      const turns = await schedule.read(stretch, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
      await recordSchedule(db, schedule.key, turns, now.toISOString());
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isTheirs(error)) throw error;
      const reason = describe(error);
      log.warn({ schedule: schedule.key, reason }, 'schedule cannot be read');
      await recordScheduleFailure(db, schedule.key, reason.slice(0, 500), now.toISOString());
    }
  }
}

/** Of a far side, or of a file. */
function isTheirs(error: unknown): boolean {
  if (error instanceof FarSideError || error instanceof Malformed) return true;
  return error instanceof Error && 'code' in error && 'path' in error;
}
