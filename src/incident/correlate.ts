import type { Alert, Instant } from './alert.ts';

/**
 * What makes two Defender alerts the same story: one compromised entity and one type in one subscription.
 * `undefined` where an alert belongs to no such story: a Sentinel incident is a whole already. What is made up is a story of
 * its own and never joins what happened.
 */
export function correlationKey(alert: Alert): string | undefined {
  if (alert.exercise) return `exercise|${alert.exercise.id}`.toLowerCase();
  if (alert.source === 'sentinel' || alert.target === '') return undefined;
  return [alert.subscription, alert.target, alert.type].join('|').toLowerCase();
}

/** Whether an alert comes soon enough after the last one of an open incident to join it. */
export function isWithinWindow(lastActivityAt: Instant, alert: Alert, windowHours: number): boolean {
  return Date.parse(alert.lastActivityAt) - Date.parse(lastActivityAt) <= windowHours * 3_600_000;
}
