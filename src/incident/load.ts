/** How often people were interrupted, without who. */
export interface Spread {
  people: number;
  interruptions: Range;
  nights: Range;
}

export interface Range {
  min: number;
  median: number;
  max: number;
}

/** How often one person was interrupted in a span, and how many of these times at night. */
export interface Interrupted {
  personId: string;
  interruptions: number;
  nights: number;
}

/** Of two, each would know the other's number. */
const fewestPeople = 3;

/**
 * How fairly it is shared. `among` are object ids of everybody who may be called: whoever was left in peace counts with
 * nought. `undefined` of fewer than `fewestPeople`.
 */
export function spreadOf(all: Interrupted[], among: string[]): Spread | undefined {
  const known = new Map(all.map((one) => [one.personId.toLowerCase(), one]));
  const people = [...new Set([...among.map((id) => id.toLowerCase()), ...known.keys()])];
  if (people.length < fewestPeople) return undefined;
  const range = (count: (one: Interrupted) => number) =>
    rangeOf(people.map((id) => (known.has(id) ? count(known.get(id) as Interrupted) : 0)));
  return {
    people: people.length,
    interruptions: range(({ interruptions }) => interruptions),
    nights: range(({ nights }) => nights),
  };
}

function rangeOf(numbers: number[]): Range {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? 0;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}

/** When a call wakes somebody: from ten in the evening, and until seven. */
export const night = { from: 22, to: 7 } as const;
