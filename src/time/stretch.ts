/** A stretch of time from its first moment up to but not including its last, in milliseconds since 1970; of a moment both are the same. */
export interface Stretch {
  from: number;
  to: number;
}

/** As long as no clock can tell from nothing. */
export const moment = (at: number): Stretch => ({ from: at, to: at });

/** What of each lies within a stretch. */
export function clip<T extends Stretch>(all: readonly T[], { from, to }: Stretch): T[] {
  return all.flatMap((one) => {
    const cut = { ...one, from: Math.max(one.from, from), to: Math.min(one.to, to) };
    return cut.from < cut.to ? [cut] : [];
  });
}

/** What is left of each where these stretches are taken out. */
export function without<T extends Stretch>(all: readonly T[], taken: readonly Stretch[]): T[] {
  return taken.reduce<T[]>(
    (left, { from, to }) =>
      left.flatMap((one) =>
        one.to <= from || to <= one.from
          ? [one]
          : [
              { ...one, to: from },
              { ...one, from: to },
            ].filter((part) => part.from < part.to),
      ),
    [...all],
  );
}

/** The same time as stretches in order that neither overlap nor touch. */
export function joined(all: readonly Stretch[]): Stretch[] {
  const done: Stretch[] = [];
  for (const { from, to } of all.toSorted((a, b) => a.from - b.from)) {
    const last = done.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else if (from < to) done.push({ from, to });
  }
  return done;
}

/** What lies within both. */
export function common(some: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  return joined(joined(others).flatMap((one) => clip(some, one))).map(({ from, to }) => ({ from, to }));
}
