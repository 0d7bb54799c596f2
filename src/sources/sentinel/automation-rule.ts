import type { Matcher } from '../../incident/match.ts';
import { openReason, type Silence } from '../../incident/silence.ts';
import { silenceName } from '../../incident/silenced.ts';
import { saysOnly, wholeNames } from '../whole-names.ts';

/** Conditions know titles, severities and whole names; of what we call the rule of an incident they know nothing. */
export function canAutomate(matcher: Matcher): boolean {
  const isWhole = (field: 'host' | 'ip' | 'account' | 'severity') =>
    !matcher[field] || wholeNames(matcher, field) !== undefined;
  return (
    saysOnly(matcher, 'sentinel', ['title', 'severity', 'host', 'ip', 'account']) &&
    matcher.title?.length === 1 &&
    titleCondition(matcher.title[0] ?? '') !== undefined &&
    (['host', 'ip', 'account', 'severity'] as const).every(isWhole) &&
    // Names and what stands behind their @ are conditions apart: of two domains each name would fit in both.
    new Set(matcher.account?.map(domainOf)).size <= 1
  );
}

function domainOf(account: string): string {
  return account.split('@', 2)[1]?.toLowerCase() ?? '';
}

/**
 * An automation rule that closes what it fits, as it comes.
 * https://learn.microsoft.com/rest/api/securityinsights/automation-rules/create-or-update
 */
export function automationRule(silence: Silence): { properties: unknown } {
  const { number, matcher, until } = silence;
  const name = silenceName(number);
  return {
    properties: {
      displayName: `Watchfloor ${name}`,
      // Before the rules that the team has: those need not run on what nobody is to see.
      order: 1,
      triggeringLogic: {
        isEnabled: true,
        expirationTimeUtc: until,
        triggersOn: 'Incidents',
        triggersWhen: 'Created',
        conditions: conditionsOf(matcher),
      },
      actions: [
        {
          order: 1,
          actionType: 'ModifyProperties',
          actionConfiguration: {
            status: 'Closed',
            classification: 'Undetermined',
            classificationComment: `Silenced, ${name}: ${openReason(silence)}`.slice(0, 500),
          },
        },
      ],
    },
  };
}

function conditionsOf(matcher: Matcher): unknown[] {
  const title = titleCondition(matcher.title?.[0] ?? '');
  const accounts = matcher.account ?? [];
  const [domain = ''] = accounts.map(domainOf);
  return [
    ...(title ? [property('IncidentTitle', title.operator, [title.value])] : []),
    ...(matcher.severity ? [property('IncidentSeverity', 'Equals', matcher.severity.map(capital))] : []),
    ...(matcher.host ? [property('HostName', 'Equals', matcher.host)] : []),
    ...(matcher.ip ? [property('IPAddress', 'Equals', matcher.ip)] : []),
    ...(accounts.length > 0
      ? [
          property(
            'AccountName',
            'Equals',
            accounts.map((upn) => upn.split('@', 1)[0] ?? upn),
          ),
        ]
      : []),
    ...(domain ? [property('AccountUPNSuffix', 'Equals', [domain])] : []),
  ];
}

function property(propertyName: string, operator: string, propertyValues: string[]) {
  return { conditionType: 'Property', conditionProperties: { propertyName, operator, propertyValues } };
}

/** A star at either end, or at both; within a title there is no operator for it. */
function titleCondition(pattern: string): { operator: string; value: string } | undefined {
  const value = pattern.replace(/^\*|\*$/g, '');
  if (value === '' || value.includes('*')) return undefined;
  const [begins, ends] = [pattern.startsWith('*'), pattern.endsWith('*')];
  return { operator: begins ? (ends ? 'Contains' : 'EndsWith') : ends ? 'StartsWith' : 'Equals', value };
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
