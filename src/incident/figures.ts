import type { Instant } from './alert.ts';

/** From that moment on, up to that other one and not with it. */
export interface Span {
  from: Instant;
  to: Instant;
}

/** How long incidents have been open at the end of a span. */
export const ages = ['under a day', '1 to 7 days', '7 to 30 days', 'over 30 days'] as const;

/** Seconds; `undefined` where nothing was timed. */
export interface Times {
  count: number;
  median: number | undefined;
  p90: number | undefined;
  mean: number | undefined;
}

export interface Kept {
  kept: number;
  missed: number;
}

/** What is counted of all incidents, or of those of one severity, product or rule: docs/digests.md says how. */
export interface Counts {
  opened: number;
  /** Of those opened: nobody was to be bothered. */
  silenced: number;
  closed: number;
  reopened: number;
  /** At the end of the span. */
  open: number;
  /** The same by age, as `ages`. */
  backlog: [number, number, number, number];
  acknowledge: Times;
  remediate: Times;
  /** Of those acknowledged or closed for whom limits run: in time. And those whose limit was over in the span. */
  limits: { acknowledge: Kept; remediate: Kept };
  /** Of those closed. */
  truePositives: number;
  falsePositives: number;
  /** Minutes between acknowledging and closing, each incident's at most `mostMinutes`. */
  minutes: number;
}

export interface Figures {
  span: Span;
  all: Counts;
  /** Opened in the span and restricted to named people: counted nowhere else, for that would tell of them. */
  restricted: number;
  bySeverity: NamedCounts[];
  byProduct: NamedCounts[];
  byRule: NamedCounts[];
}

export type NamedCounts = Counts & { name: string };

/**
 * Longer than that nobody sits at one incident: it waited for somebody. So a night between acknowledging and closing
 * counts an hour.
 */
export const mostMinutes = 60;

/** By what figures are told apart. */
export const parts = ['severity', 'product', 'rule'] as const;
export type Part = (typeof parts)[number];

export function partOf(figures: Figures, part: Part): NamedCounts[] {
  switch (part) {
    case 'severity':
      return figures.bySeverity;
    case 'product':
      return figures.byProduct;
    case 'rule':
      return figures.byRule;
  }
}

export const noTimes: Times = { count: 0, median: undefined, p90: undefined, mean: undefined };

export const nothingCounted: Counts = {
  opened: 0,
  silenced: 0,
  closed: 0,
  reopened: 0,
  open: 0,
  backlog: [0, 0, 0, 0],
  acknowledge: noTimes,
  remediate: noTimes,
  limits: { acknowledge: { kept: 0, missed: 0 }, remediate: { kept: 0, missed: 0 } },
  truePositives: 0,
  falsePositives: 0,
  minutes: 0,
};

/** Of what was closed with a classification that says something; `undefined` of nothing. */
export function falseShare({ truePositives, falsePositives, closed }: Counts): number | undefined {
  return closed === 0 || truePositives + falsePositives === 0 ? undefined : falsePositives / closed;
}
