import type { Alert, Instant } from './alert.ts';
import { isExercise } from './exercise.ts';
import { type Incident, incidentName, worse } from './incident.ts';
import { type Matchable, type Matcher, mismatch, sharable } from './match.ts';
import type { Silenced } from './silenced.ts';

/** While an incident that fits `parent` is open, what fits `child` and shares these fields with it is explained by it. */
export interface InhibitRule {
  name: string;
  parent: Matcher;
  child: Matcher;
  /** Every one of them has a value in common. */
  share: Matchable[];
  /** After so many hours it is looked at anew. */
  hours: number;
}

/** Rules for which an alert is a child. What is a parent itself is never kept quiet by another, nor is an exercise. */
export function rulesFor(rules: InhibitRule[], alert: Alert): InhibitRule[] {
  if (isExercise({ alerts: [alert] })) return [];
  return rules.filter(
    ({ parent, child }) => mismatch(child, alert) === undefined && mismatch(parent, alert) !== undefined,
  );
}

/** The open incident that explains an alert, as what keeps it quiet; never one that is less grave. */
export function inhibitedBy(
  rules: InhibitRule[],
  alert: Alert,
  open: Incident[],
  now: Instant,
): Silenced | undefined {
  for (const rule of rulesFor(rules, alert)) {
    const parent = open.find((incident) => explains(rule, incident, alert));
    if (!parent) continue;
    const until = new Date(Date.parse(now) + rule.hours * 3_600_000).toISOString();
    return { silence: incidentName(parent.id), until, reason: rule.name };
  }
  return undefined;
}

function explains(
  rule: InhibitRule,
  { status, severity, silenced, alerts }: Incident,
  alert: Alert,
): boolean {
  // One that nobody is shown explains nothing, and what is made up nothing real.
  if (
    status === 'closed' ||
    silenced ||
    isExercise({ alerts }) ||
    worse(severity, alert.severity) !== severity
  )
    return false;
  return alerts.some(
    (theirs) =>
      mismatch(rule.parent, { ...theirs, severity }) === undefined &&
      rule.share.every((field) => share(field, theirs, alert)),
  );
}

function share(field: Matchable, a: Alert, b: Alert): boolean {
  const theirs = new Set(sharable(field, a));
  return sharable(field, b).some((value) => theirs.has(value));
}
