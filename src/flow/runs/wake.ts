import type { Instant } from '../../incident/alert.ts';
import type { Run } from '../../incident/run.ts';

/** So long before a containment ends somebody is told, or a tenth of its time where that is shorter. */
const reminderMinutes = 15;

/** When something is to be done about a run; `undefined` where nothing is until a person says so. */
export function wakeAt(run: Run, now: Date): Instant | undefined {
  switch (run.state) {
    case 'requested':
    case 'approved':
    case 'running':
    case 'reversing':
      return now.toISOString();
    case 'awaiting-approval':
      return run.decideBy;
    case 'succeeded':
      return run.reminded ? run.endsAt : (reminderAt(run) ?? run.endsAt);
    case 'refused':
    case 'expired':
    case 'failed':
    case 'cancelled':
    case 'reversed':
      return undefined;
  }
}

/** When it is told that it will end soon. */
function reminderAt({ endsAt, endedAt }: Run): Instant | undefined {
  if (!endsAt || !endedAt) return undefined;
  const minutes = (Date.parse(endsAt) - Date.parse(endedAt)) / 60_000;
  const before = Math.min(reminderMinutes, minutes / 10);
  return new Date(Date.parse(endsAt) - before * 60_000).toISOString();
}

/** Milliseconds until the next try: one, two, four … seconds up to a minute, or what the far side wants. */
export function pauseMs(attempts: number, retryAfter: number | undefined): number {
  return Math.min(Math.max(retryAfter ?? 0, 1_000 * 2 ** Math.min(attempts, 6)), 300_000);
}

/** Milliseconds until it is asked again how far the far side is; the longer it takes, the less often. */
export function lookAgainMs(sinceMs: number, wanted: number | undefined): number {
  return Math.min(Math.max(wanted ?? 0, 1_000, sinceMs / 5), 30_000);
}
