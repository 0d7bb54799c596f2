import type { Child } from './child.ts';
import type { FarSide } from './far-side.ts';

/** The running servers that are pressed on by turns. */
export interface Sides {
  product: Pick<Child, 'url' | 'pid'>;
  floors: Record<'alerts' | 'bolt' | 'botbuilder', Pick<Child, 'url' | 'pid'>>;
  farSide: FarSide;
}

export type Unit = 'ms' | '/s' | 'MB';

/** Keeps one pair of figures for a line of the table; a floor is `undefined` where there is none. */
export type Note = (name: string, unit: Unit, ours: number, floor: number | undefined) => void;
