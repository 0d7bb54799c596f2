import type { Dice } from '../dice.ts';

/** The hour that noise is made for. */
export interface Hour {
  start: number;
  dice: Dice;
  /** 0 to 1: the share of people at work. */
  busy: number;
  /** UTC. */
  ofDay: number;
  /** As many whole ones as that, on average. */
  some(count: number): number;
  /** A moment of the hour. */
  time(): number;
}

/** So many events, one after the other. */
export function* times<T>(count: number, make: (n: number) => T): Generator<T> {
  for (let n = 0; n < count; n += 1) yield make(n);
}
