import { cardLimit, sizeOf } from './check-card.ts';
import type { Card } from './templates.ts';

/** How much of an answer one card shows. */
export interface Fit {
  rows: number;
  columns: number;
  /** Code points of a cell, or of a name in a chart. */
  cell: number;
  /** Code points of a text beside them. */
  text: number;
}

/**
 * From all that a view may hold down to what fits whatever is in it: cells are cut first and columns next, for the rows
 * of a page that are left out can be turned to by no button.
 */
const fits: [Fit, ...Fit[]] = [
  { rows: 20, columns: 20, cell: 200, text: 1_500 },
  { rows: 20, columns: 20, cell: 60, text: 1_500 },
  { rows: 20, columns: 14, cell: 60, text: 1_500 },
  { rows: 20, columns: 10, cell: 60, text: 1_000 },
  { rows: 20, columns: 8, cell: 50, text: 1_000 },
  { rows: 20, columns: 6, cell: 40, text: 600 },
  { rows: 20, columns: 5, cell: 30, text: 400 },
  { rows: 12, columns: 5, cell: 30, text: 300 },
  { rows: 8, columns: 4, cell: 24, text: 200 },
  { rows: 4, columns: 3, cell: 16, text: 120 },
  { rows: 2, columns: 2, cell: 12, text: 60 },
  { rows: 1, columns: 2, cell: 8, text: 24 },
];

/** The first drawing that Teams takes; `undefined` is one that is known to be too large before it is whole. */
export function drawToFit(draw: (fit: Fit) => Card | undefined): Card {
  return firstToFit(fits, draw);
}

/** The same with sizes of any kind, the largest first. */
export function firstToFit<Size>(sizes: [Size, ...Size[]], draw: (size: Size) => Card | undefined): Card {
  let card: Card | undefined;
  for (const size of sizes) {
    card = draw(size);
    if (card && sizeOf(card) <= cardLimit) return card;
  }
  return card ?? {};
}
