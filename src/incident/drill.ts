import type { Classification, Instant } from './alert.ts';
import { type Expectation, expectationInWords, type Scenario } from './scenario.ts';

/** One playing of a scenario. */
export interface Drill {
  number: number;
  /** As it was when the drill began: files change. */
  scenario: Scenario;
  startedAt: Instant;
  /** Who started it, or the name of the game day. */
  startedBy: string;
  /** Where its cards go; empty where they go as real ones would. */
  rooms: { channel: 'slack' | 'teams'; conversation: string }[];
  /** Whether people were told that it begins. */
  announced: boolean;
}

/** `drill-7`: in its alerts, and what joins them. */
export function drillKey(number: number): string {
  return `drill-${number}`;
}

/** `DRILL-7`: as people say it. */
export function drillName(number: number): string {
  return `DRILL-${number}`;
}

export function endOf({ startedAt, scenario }: Pick<Drill, 'startedAt' | 'scenario'>): Instant {
  return minutesAfter(startedAt, scenario.minutes);
}

/** When an alert of it comes. */
export function alertAt({ startedAt, scenario }: Drill, index: number): Instant {
  return minutesAfter(startedAt, scenario.alerts[index]?.afterMinutes ?? 0);
}

function minutesAfter(at: Instant, minutes: number): Instant {
  return new Date(Date.parse(at) + minutes * 60_000).toISOString();
}

/** Something that happened to the incidents of a drill. */
export type Happening = { at: Instant; by: string } & (
  | { what: 'card' | 'acknowledge' | 'assign' | 'look' }
  | { what: 'run' | 'approve'; play: string }
  | { what: 'close'; as: Classification }
);

/** How one step went. `wrong`: it was done, and otherwise than expected. */
export type Outcome = 'in time' | 'late' | 'missed' | 'wrong';

export interface StepResult {
  step: Expectation['step'] | 'card';
  label: string;
  goalSeconds: number;
  /** `undefined` where it never came. */
  tookSeconds: number | undefined;
  outcome: Outcome;
  /** Who did it, and what they did where that was not expected; may be empty. */
  note: string;
}

/** The product's own part: a minute is a hundred times what it takes. */
const cardGoalSeconds = 60;

/** How a drill went, step by step: the card first, then what was expected, in its order. */
export function measure(drill: Pick<Drill, 'scenario' | 'startedAt'>, happened: Happening[]): StepResult[] {
  const inOrder = happened.toSorted((a, b) => a.at.localeCompare(b.at));
  const card = inOrder.find(({ what }) => what === 'card');
  return [
    result(drill, { step: 'card', label: 'Its card is there', goalSeconds: cardGoalSeconds }, card),
    ...drill.scenario.expect.map((expected) => measureOne(drill, expected, inOrder)),
  ];
}

function measureOne(
  drill: Pick<Drill, 'scenario' | 'startedAt'>,
  expected: Expectation,
  happened: Happening[],
): StepResult {
  const wanted = {
    step: expected.step,
    label: expectationInWords(expected),
    goalSeconds: expected.withinMinutes * 60,
  };
  switch (expected.step) {
    case 'acknowledge':
    case 'assign':
    case 'look':
      return result(
        drill,
        wanted,
        happened.find(({ what }) => what === expected.step),
      );
    case 'run':
    case 'approve': {
      const { step } = expected;
      const runs = happened.flatMap((one) =>
        (one.what === 'run' || one.what === 'approve') && one.what === step ? [one] : [],
      );
      const right = runs.find(({ play }) => play === expected.play);
      // What another step expects is not done in place of this one.
      const other = runs.find(({ play }) => !expectedPlays(drill.scenario).includes(play));
      if (right || !other) return result(drill, wanted, right);
      return { ...result(drill, wanted, other), outcome: 'wrong', note: `${other.by}: ${other.play}` };
    }
    case 'close': {
      // Reopened and closed anew, the last word counts.
      const closed = happened.filter((one) => one.what === 'close').at(-1);
      const measured = result(drill, wanted, closed);
      if (!closed || !expected.as || closed.as === expected.as) return measured;
      return { ...measured, outcome: 'wrong', note: `${closed.by}: ${closed.as.replaceAll('-', ' ')}` };
    }
  }
}

const expectedPlays = ({ expect }: Scenario): string[] =>
  expect.flatMap((one) => (one.step === 'run' || one.step === 'approve' ? [one.play] : []));

function result(
  { startedAt }: Pick<Drill, 'startedAt'>,
  wanted: Pick<StepResult, 'step' | 'label' | 'goalSeconds'>,
  done: Happening | undefined,
): StepResult {
  if (!done) return { ...wanted, tookSeconds: undefined, outcome: 'missed', note: '' };
  const tookSeconds = Math.max(0, Math.round((Date.parse(done.at) - Date.parse(startedAt)) / 1_000));
  const outcome = tookSeconds <= wanted.goalSeconds ? 'in time' : 'late';
  return { ...wanted, tookSeconds, outcome, note: done.by };
}
