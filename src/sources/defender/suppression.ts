import type { AlertsSuppressionRule, ScopeElement } from '@azure/arm-security';
import { severities } from '../../incident/alert.ts';
import type { Matcher } from '../../incident/match.ts';
import type { Silence } from '../../incident/silence.ts';
import { silenceName } from '../../incident/silenced.ts';
import { saysOnly, wholeNames } from '../whole-names.ts';

/** A rule names one type of alert, and conditions on entities; it knows no severity, so that only a matcher of all can be held. */
export function canSuppress(matcher: Matcher): boolean {
  return (
    saysOnly(matcher, 'defender', ['type', 'severity', 'host', 'ip']) &&
    severities.every((severity) => matcher.severity?.includes(severity) ?? true) &&
    wholeNames(matcher, 'type')?.length === 1 &&
    (!matcher.host || wholeNames(matcher, 'host') !== undefined) &&
    (!matcher.ip || wholeNames(matcher, 'ip') !== undefined)
  );
}

/**
 * A suppression rule; alerts that it fits are dismissed as they come.
 * https://learn.microsoft.com/azure/defender-for-cloud/alerts-suppression-rules
 */
export function suppressionRule({ number, matcher, until, reason }: Silence): AlertsSuppressionRule {
  const allOf: ScopeElement[] = [
    ...(matcher.host ? [{ field: 'entities.host.hostname', in: matcher.host }] : []),
    ...(matcher.ip ? [{ field: 'entities.ip.address', in: matcher.ip }] : []),
  ];
  return {
    alertType: matcher.type?.[0] ?? '',
    expirationDateUtc: new Date(until),
    reason: 'Other',
    state: 'Enabled',
    comment: `Watchfloor ${silenceName(number)}: ${reason}`.slice(0, 250),
    ...(allOf.length > 0 && { suppressionAlertsScope: { allOf } }),
  };
}
