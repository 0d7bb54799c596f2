import { describe, FarSideError } from '../../errors.ts';
import {
  claimDuty,
  type DueDuty,
  endDuty,
  longestDutyPauseSeconds,
  nextDutyAt,
  postponeDuty,
  registerDuty,
} from '../../store/duties.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import { raise } from '../notice.ts';
import type { Watchfloor } from '../watchfloor.ts';
import type { Duty } from './duty.ts';

/** Longer than a duty may take. */
const leaseSeconds = 600;
const firstPauseSeconds = 5;
/** With the pauses between them about a quarter of an hour. */
const mostTries = 8;
/** Where nothing rings, what another replica left is found within this. */
const sweepMs = 5_000;
/** One that just ended may have missed more times. */
const sweepWhileBusyMs = 500;
/** Digests of a day, a week and a month may come due together and be slow; calls are audited and the heart beats all the same. */
export const dutiesAtOnce = 4;

/** Finds duties whose time has come, and does each: never beside itself, by one replica at a time, missed times as it wants. */
export async function openDuties(floor: Watchfloor, duties: Duty[], stopping: AbortSignal): Promise<Look> {
  const byName = new Map(duties.map((duty) => [duty.name, duty]));
  for (const { name, schedule, next } of duties) {
    const first = next(floor.now());
    if (first) await registerDuty(floor.db, { name, schedule, next: first });
  }
  // One that outlasts its lease, deaf to its signal, would be found again.
  const inHand = new Set<string>();
  return async () => {
    const names = [...byName.keys()].filter((name) => !inHand.has(name));
    if (stopping.aborted || byName.size === 0) return Number.POSITIVE_INFINITY;
    const now = floor.now();
    const due = await claimDuty(floor.db, { names, now, leaseSeconds, replica: floor.replica.id });
    const duty = due && byName.get(due.name);
    if (due && duty) {
      inHand.add(duty.name);
      const task = () => attend(floor, duty, due, stopping).finally(() => inHand.delete(duty.name));
      return { tasks: [task], nextMs: 0 };
    }
    const next = await nextDutyAt(floor.db, names);
    const sweep = inHand.size > 0 ? sweepWhileBusyMs : sweepMs;
    return Math.min(sweep, Math.max(100, (next?.getTime() ?? Infinity) - now.getTime()));
  };
}

function attend(floor: Watchfloor, duty: Duty, due: DueDuty, stopping: AbortSignal): Promise<void> {
  return inSpan('duty', { attributes: { duty: duty.name } }, async () => {
    const time = duty.catchUp === 'every' ? due.at : lastBefore(duty, due.at, floor.now());
    const next = duty.next(time) ?? never;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout((leaseSeconds - 30) * 1_000)]);
    try {
      await duty.run(time, signal);
      await endDuty(floor.db, due, { next, failure: undefined });
    } catch (error) {
      await recover(floor, due, error, { next, isEnding: stopping.aborted });
    }
  });
}

/** No more times: further ahead than anything is planned. */
const never = new Date('9999-12-31T00:00:00Z');

/** The last of the times from `first` on that is over. */
function lastBefore({ next }: Duty, first: Date, now: Date): Date {
  let last = first;
  for (let time = next(first); time && time <= now; time = next(time)) last = time;
  return last;
}

async function recover(
  floor: Watchfloor,
  due: DueDuty,
  error: unknown,
  { next, isEnding }: { next: Date; isEnding: boolean },
): Promise<void> {
  if (isEnding) return postponeDuty(floor.db, due, { pauseSeconds: 0, failure: '', isTry: false });
  const failure = describe(error);
  floor.log.warn({ duty: due.name, attempts: due.attempts, reason: failure }, 'duty not done');
  if (due.attempts + 1 < mostTries) {
    const asked = error instanceof FarSideError ? (error.retryAfter ?? 0) / 1_000 : 0;
    const pauseSeconds = Math.min(
      longestDutyPauseSeconds,
      Math.max(asked, firstPauseSeconds * 2 ** due.attempts),
    );
    return postponeDuty(floor.db, due, { pauseSeconds, failure, isTry: true });
  }
  await raise(floor, {
    type: 'duty-failed',
    title: `I could not do what is due: ${due.name}`,
    description: `${failure} It is tried again at its next time.`.slice(0, 5_000),
    target: due.name,
  });
  await endDuty(floor.db, due, { next, failure });
}
