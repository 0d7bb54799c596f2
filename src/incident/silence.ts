import type { Alert, Instant, Owner, Severity } from './alert.ts';
import { severities } from './alert.ts';
import { isExercise } from './exercise.ts';
import type { Incident } from './incident.ts';
import { type Matcher, matchable, mismatch } from './match.ts';
import { type Silenced, silenceName } from './silenced.ts';

/** New incidents that it matches are shown nowhere and call nobody, until it ends. It always ends. */
export interface Silence {
  number: number;
  /** Says which severities, so that nothing graver is hidden by leaving them out. */
  matcher: Matcher;
  from: Instant;
  until: Instant;
  reason: string;
  /** Who answers for it; of a maintenance window nobody. */
  owner: Owner | undefined;
  /** Name of the maintenance window that it is one night of. */
  window: string | undefined;
  /** The incident that it was made from. */
  about: number | undefined;
  /** That was for named people when it was made: nobody else reads why. */
  isRestricted?: boolean;
}

/** What a silence would have hidden, had it been there. */
export interface HiddenBefore {
  count: number;
  high: number;
  /** Numbers of incidents, the newest few; `truePositiveCount` counts all. */
  truePositives: number[];
  truePositiveCount: number;
  /** Not all of that time were looked at, only the newest: since when those are. */
  cutAt: Instant | undefined;
}

/** What a silence hides where nobody says: high severity is never hidden by leaving it out. */
export const usuallyHidden = severities.filter((severity) => severity !== 'high');

export function withSeverities(matcher: Matcher): Matcher {
  return matcher.severity ? matcher : { ...matcher, severity: usuallyHidden };
}

/** Whether it would hide high severity, which leads decide on. */
export function hidesHigh(matcher: Matcher): boolean {
  return mismatch({ severity: withSeverities(matcher).severity ?? [] }, severeAlert) === undefined;
}

/** A matcher is asked of alerts; of this one only the severity is looked at. */
const severeAlert = { severity: 'high' satisfies Severity } as Alert;

/** Whether it says anything beside severities and sources: one that does not hides a whole source. */
export function isNarrow(matcher: Matcher): boolean {
  return matchable.some(
    (field) =>
      field !== 'severity' && field !== 'source' && matcher[field]?.every((pattern) => /[^*]/.test(pattern)),
  );
}

/** Which of them keeps an alert quiet; of several the one that lasts longest. What proves that alerts arrive has to arrive. */
export function silencedBy(silences: Silence[], alert: Alert): Silence | undefined {
  if (isExercise({ alerts: [alert] })) return undefined;
  return silences
    .filter(({ matcher }) => mismatch(matcher, alert) === undefined)
    .reduce<Silence | undefined>(
      (longest, one) => (longest && longest.until >= one.until ? longest : one),
      undefined,
    );
}

export function silencedAs(silence: Silence): Silenced {
  return { silence: silenceName(silence.number), until: silence.until, reason: openReason(silence) };
}

/** Why, as anybody may read it: what it hides, and rules in Azure, are read by others than the incident that it was made from. */
export function openReason({ reason, isRestricted }: Silence): string {
  return isRestricted ? 'for a restricted incident' : reason;
}

/** Which of them keeps an incident quiet: one that matches all its alerts, as grave as the incident is by now. */
export function silencedWhole(silences: Silence[], { alerts, severity }: Incident): Silence | undefined {
  const fitting = silences.filter(({ matcher }) =>
    alerts.every((alert) => mismatch(matcher, { ...alert, severity }) === undefined),
  );
  return silencedBy(fitting, { ...alerts[0], severity } as Alert);
}

/**
 * Whether an alert that joins a silenced incident is another matter: nothing would keep it quiet by itself, it is of a rule
 * that is not there yet, and it is not the whole of alerts that are silenced there already.
 */
export function isAnotherMatter({ alerts }: Incident, alert: Alert): boolean {
  const known = new Set(alerts.map(({ sourceId }) => sourceId));
  const isWhole = alert.contains.length > 0 && alert.contains.every((id) => known.has(id));
  return !isWhole && !alerts.some(({ type }) => type === alert.type);
}
