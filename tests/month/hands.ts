import { dice } from '../support/dice.ts';
import { shiftAt, team } from './team.ts';

/** What somebody types, and when. */
export interface Act {
  at: number;
  /** Slack user id. */
  as: string;
  words: string;
}

const minute = 60_000;
const [lead] = team.filter(({ roles }) => roles.includes('lead'));

/**
 * What people do, the same for one seed: most take an incident within minutes, some oversee it, and some of those who are
 * called do not hear it either. What has no limit waits for the next morning.
 */
export function hands(seed: number) {
  const throwDice = dice(seed);
  const chance = (percent: number) => throwDice(100) < percent;
  /** Most are near the middle, a few far beyond it. */
  const around = (middle: number) =>
    middle * (0.3 + throwDice(100) / 70 + (chance(8) ? throwDice(400) / 100 : 0));
  const onShift = (at: number) => {
    const [first, second] = team.filter(({ upn }) => upn.startsWith(shiftAt(at)));
    return (chance(70) ? first : second)?.slack ?? '';
  };

  function work(incident: number, from: number, as: string): Act[] {
    const closing = ['fp inaccurate-data', 'bp suspicious-but-expected', 'tp suspicious-activity', 'un'][
      [0, 0, 0, 1, 1, 1, 1, 2, 3][throwDice(9)] ?? 3
    ];
    const done = from + around(55) * minute;
    return [
      { at: from, as, words: `take INC-${incident}` },
      ...(chance(30) ? [{ at: from + 5 * minute, as, words: `comment INC-${incident} looking at it` }] : []),
      // Some go quiet: nobody closes them but whoever is asked again.
      ...(chance(94) ? [{ at: done, as, words: `close INC-${incident} ${closing} seen and judged` }] : []),
      ...(chance(2) ? [{ at: done + around(300) * minute, as, words: `reopen INC-${incident}` }] : []),
    ];
  }

  return {
    /** It has just been opened. */
    opened(incident: number, severity: string, at: number): Act[] {
      if (severity === 'low' || severity === 'informational') {
        const later = at + around(900) * minute;
        const as = onShift(later);
        return chance(90)
          ? [
              { at: later, as, words: `take INC-${incident}` },
              { at: later + minute, as, words: `close INC-${incident} bp suspicious-but-expected` },
            ]
          : [];
      }
      const isNight = shiftAt(at) === 'night';
      if (chance(isNight ? 25 : 8)) return [];
      const from = at + around(isNight ? 9 : 5) * minute;
      return work(incident, from, onShift(from));
    },

    /** Somebody was called for it. */
    called(incident: number, whom: string[], about: 'limit' | 'quiet', at: number): Act[] {
      const [id] = whom;
      const person = team.find((one) => one.id === id) ?? lead;
      if (!chance(about === 'quiet' ? 60 : 75)) return [];
      const from = at + (1 + throwDice(6)) * minute;
      return work(incident, from, person?.slack ?? '');
    },
  };
}
