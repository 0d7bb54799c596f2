/** Chance that a seed gives again. */
export interface Dice {
  /** From 0 up to 1. */
  roll(): number;
  /** A whole number from `from` up to and with `to`. */
  between(from: number, to: number): number;
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T;
  chance(share: number): boolean;
  hex(digits: number): string;
  guid(): string;
}

/** Mulberry32: 32 bits of state are plenty for rows that only have to look alive. */
export function diceOf(...seeds: (number | string)[]): Dice {
  let state = seeds.reduce<number>((mixed, seed) => mix(mixed, seed), 0x9e3779b9);
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(roll() * (to - from + 1));
  const hex = (digits: number) => {
    let text = '';
    while (text.length < digits) text += (2 ** 32 + Math.floor(roll() * 2 ** 32)).toString(16).slice(1);
    return text.length === digits ? text : text.slice(0, digits);
  };
  return {
    roll,
    between,
    pick<T>(from: readonly T[]): T {
      const one = from[Math.floor(roll() * from.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    },
    chance: (share) => roll() < share,
    hex,
    guid() {
      const all = hex(32);
      return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-9${all.slice(17, 20)}-${all.slice(20)}`;
    },
  };
}

function mix(state: number, seed: number | string): number {
  let mixed = state;
  for (const letter of String(seed)) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return mixed;
}
