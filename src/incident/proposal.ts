/** What a rule's incidents of the last weeks had in common, or all of them, and what hiding those would have cost. */
export interface Backtest {
  /** `machine vm-web-01`, as subjects are known by; `undefined` of all incidents of the rule. */
  key: string | undefined;
  hidden: number;
  truePositives: number;
  /** Nobody knows yet what they are. */
  open: number;
}

/** A change that would make a rule quieter, and how that would have gone. */
export interface Proposal {
  rule: string;
  /** What it is to be silenced for, as a matcher names it; `undefined` for all it finds. */
  on: { field: 'host' | 'account' | 'ip' | 'resource'; name: string } | undefined;
  hidden: number;
  truePositives: number;
  days: number;
}

/** Backtests look back so many days. */
export const backtestDays = 30;
/** Fewer would not be missed as noise, either. */
const fewestHidden = 5;
/** One entity is the reason where it explains so much of it. */
const share = 0.5;

/**
 * Of what would have hidden no true positive and nothing that is open still: one entity where most of the noise is about
 * it, the whole rule otherwise. `undefined` where every change would have hidden something real.
 */
export function propose(rule: string, tests: Backtest[]): Proposal | undefined {
  const safe = tests.filter(
    ({ hidden, truePositives, open }) => truePositives === 0 && open < hidden && hidden >= fewestHidden,
  );
  const whole = tests.find(({ key }) => key === undefined);
  const narrow = safe
    .flatMap((test) => {
      const on = fieldOf(test.key);
      return on ? [{ ...test, on }] : [];
    })
    .sort((a, b) => b.hidden - a.hidden)[0];
  const known = { rule, days: backtestDays };
  if (narrow && narrow.hidden >= share * (whole?.hidden ?? 0))
    return { ...known, on: narrow.on, hidden: narrow.hidden, truePositives: 0 };
  const all = safe.find(({ key }) => key === undefined);
  if (all) return { ...known, on: undefined, hidden: all.hidden, truePositives: 0 };
  return narrow && { ...known, on: narrow.on, hidden: narrow.hidden, truePositives: 0 };
}

/** Which field of a matcher tells incidents about this subject from others. */
function fieldOf(key: string | undefined): Proposal['on'] {
  const [, kind, name = ''] = key?.match(/^(account|machine|resource|ip) (.+)$/s) ?? [];
  const short = name.startsWith('/') ? (name.split('/').at(-1) ?? name) : name;
  if (short === '') return undefined;
  switch (kind) {
    case 'machine':
      return { field: 'host', name: short };
    case 'account':
      return { field: 'account', name: short };
    case 'ip':
      return { field: 'ip', name: short };
    case 'resource':
      return { field: 'resource', name: short };
    default:
      return undefined;
  }
}

/** Closed so often, and so seldom anything but a false alarm, that somebody has to look at the rule. */
export function isNoisy({ closed, falsePositives }: { closed: number; falsePositives: number }): boolean {
  return closed >= fewestHidden && falsePositives / closed > 0.9;
}
