import type { Instant } from './alert.ts';
import type { Figures } from './figures.ts';
import type { Spread } from './load.ts';
import type { Period } from './local-span.ts';
import type { Proposal } from './proposal.ts';

/** What a digest may tell beside its numbers, in the order in which it does. */
export const digestParts = [
  'decisions',
  'charts',
  'severities',
  'products',
  'rules',
  'noise',
  'containments',
  'drills',
  'load',
] as const;
export type DigestPart = (typeof digestParts)[number];

/** Everything that a digest tells. */
export interface Digest {
  /** `undefined` where it is no whole day, week or month of the calendar. */
  period: Period | undefined;
  /** `Sunday 29 November`. */
  title: string;
  timeZone: string;
  now: Figures;
  before: Figures;
  series: Series;
  noise: NoiseLine[];
  containments: Containments;
  drills: Drills;
  /** `undefined` where so few people share it that a number would be somebody. */
  load: Spread | undefined;
  decisions: Decision[];
}

/** What charts show: days, or weeks where there would be too many days. */
export interface Series {
  unit: 'day' | 'week';
  labels: string[];
  /** New incidents by severity, most severe first. */
  opened: { name: string; values: number[] }[];
  /** Median time to acknowledge, in minutes; `NaN` where nobody acknowledged any. */
  acknowledge: number[];
}

/** What one rule cost. */
export interface NoiseLine {
  rule: string;
  opened: number;
  /** Times somebody was called or told directly about one of its incidents, and how many of them at night. */
  interruptions: number;
  nights: number;
  minutes: number;
  falsePositives: number;
  closed: number;
  proposal: Proposal | undefined;
}

export interface Containments {
  /** In the span. */
  made: number;
  takenBack: number;
  /** Now. */
  standing: number;
  overdue: number;
}

export interface Drills {
  held: number;
  acknowledged: number;
  /** Seconds until somebody acknowledged one, in the middle. */
  median: number | undefined;
  /** Those that ended meanwhile: steps that were expected, and those of them that were done in time or not at all. */
  ended: { number: number; title: string; steps: number; inTime: number; missed: number }[];
}

/** Something that does not go on before somebody says how. */
export type Decision =
  | { kind: 'unowned'; incident: number; openedAt: Instant }
  | { kind: 'overdue'; run: number; incident: number; title: string; endsAt: Instant }
  | { kind: 'unreviewed'; run: number; incident: number; title: string; at: Instant }
  | { kind: 'noisy'; rule: string; closed: number; falsePositives: number; proposal: Proposal | undefined };

/** More than that nobody decides before the first coffee. */
export const mostDecisions = 3;

/** Whether anything happened at all, or waits: an empty digest is sent to nobody. */
export function isTelling({ now, before, decisions, containments, drills }: Digest): boolean {
  const counts = [now.all, before.all].flatMap((one) => [one.opened, one.closed, one.reopened, one.open]);
  const others = [decisions.length, containments.made, containments.standing, drills.held, now.restricted];
  return [...counts, ...others].some((count) => count > 0);
}
