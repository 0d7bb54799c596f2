import type { Alert, Severity } from './alert.ts';
import { fitting, type Matcher, mismatch } from './match.ts';

/** What makes a target worth more than others: privileged accounts, crown jewels, what faces the internet. */
export interface ValueRule {
  /** Said on the card: `Privileged account`. */
  name: string;
  match: Matcher;
  /** Factor on the severity; 1 changes nothing. */
  weight: number;
}

export interface Priority {
  /** Severity × value, a whole number of at least 1; orders every list, highest first. */
  score: number;
  /** `Privileged account: adm-keller@contoso.com`, most valuable first. */
  reasons: string[];
}

const severityWeight: Record<Severity, number> = { high: 8, medium: 4, low: 2, informational: 1 };

/** Severity times the value of the most valuable thing attacked; lesser values are said but do not add up. */
export function prioritise(severity: Severity, alerts: Alert[], rules: ValueRule[]): Priority {
  const fits = alerts
    .flatMap((alert) =>
      rules
        .filter((rule) => !mismatch(rule.match, alert))
        .map((rule) => ({
          weight: rule.weight,
          reason: `${rule.name}: ${fitting(rule.match, alert) ?? alert.target}`,
        })),
    )
    .sort((a, b) => b.weight - a.weight);
  const weight = Math.max(1, fits[0]?.weight ?? 1);
  const score = Math.round(severityWeight[severity] * weight);
  return { score, reasons: [...new Set(fits.map((fit) => fit.reason))] };
}
