import type { Severity } from './alert.ts';
import type { Mark } from './enrichment.ts';
import type { Incident } from './incident.ts';
import { fitting, type Matcher, mismatch } from './match.ts';
import { type Learned, markNames, type Weights } from './worth.ts';

/** What makes a target worth more than others: privileged accounts, crown jewels, what faces the internet. */
export interface ValueRule {
  /** Said on the card: `Privileged account`. */
  name: string;
  match: Matcher;
  /** Factor on the severity; 1 changes nothing. */
  weight: number;
}

/** What is worth how much: by the settings, and by what enrichers tell. */
export interface Worth {
  rules: ValueRule[];
  weights: Weights;
}

export interface Priority {
  /** Severity × value, a whole number of at least 1; orders every list, highest first. */
  score: number;
  /** `Privileged account: adm-keller@contoso.com`, most valuable first. */
  reasons: string[];
}

const severityWeight: Record<Severity, number> = { high: 8, medium: 4, low: 2, informational: 1 };

type Weighed = Pick<Incident, 'severity' | 'alerts' | 'learned'>;
type Reason = { weight: number; reason: string };

/** Severity times the value of the most valuable thing attacked; lesser values are said but do not add up. */
export function prioritise(incident: Weighed, { rules, weights }: Worth): Priority {
  const fits = [...learnedReasons(incident, weights), ...ruleReasons(incident, rules)].sort(
    (a, b) => b.weight - a.weight,
  );
  const weight = Math.max(1, fits[0]?.weight ?? 1);
  const score = Math.round(severityWeight[incident.severity] * weight);
  return { score, reasons: [...new Set(fits.flatMap(({ reason }) => reason || []))] };
}

/** One for each mark. That an address is known bad is said beside the address. */
function learnedReasons({ learned = [] }: Weighed, weights: Weights): Reason[] {
  const byMark = Map.groupBy(learned, ({ mark }) => mark);
  return [...byMark].map(([mark, all]) => ({
    weight: weights[mark],
    reason: mark === 'malicious' ? '' : reasonFor(mark, all),
  }));
}

/** `Crown jewel: vm-pay-web-01 is tagged crown-jewel; also kv-payments`. */
function reasonFor(mark: Mark, [first, ...others]: Learned[]): string {
  if (!first) return '';
  const names = [...new Set(others.map(({ name }) => name))].filter((name) => name !== first.name);
  const also = names.length > 0 ? `; also ${names.slice(0, 3).join(', ')}` : '';
  return `${markNames[mark]}: ${first.name} ${first.says}${also}`;
}

/** A rule that says no more than what was learned weighs, and is not said again. */
function ruleReasons({ alerts, learned = [] }: Weighed, rules: ValueRule[]): Reason[] {
  const known = new Set(learned.map(({ mark }) => markNames[mark].toLowerCase()));
  return alerts.flatMap((alert) =>
    rules
      .filter((rule) => !mismatch(rule.match, alert))
      .map((rule) => ({
        weight: rule.weight,
        reason: known.has(rule.name.toLowerCase())
          ? ''
          : `${rule.name}: ${fitting(rule.match, alert) ?? alert.target}`,
      })),
  );
}
