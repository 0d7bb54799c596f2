import { isDeepStrictEqual } from 'node:util';
import type { Span } from '../../src/incident/figures.ts';
import type { Db } from '../../src/store/database.ts';
import { readFigures } from '../../src/store/figures.ts';
import { recount, type Story } from '../store/recount.ts';

const day = 86_400_000;

/** What digests tell of each day, each week and the whole, against raw events counted by hand. */
export async function checkFigures(
  db: Db,
  stories: Story[],
  { start, days }: { start: number; days: number },
): Promise<string[]> {
  const faults: string[] = [];
  for (const length of [1, 7, days]) {
    for (let from = start; from + length * day <= start + days * day; from += length * day) {
      const span = { from: new Date(from).toISOString(), to: new Date(from + length * day).toISOString() };
      faults.push(...(await compare(db, stories, span)));
    }
  }
  return faults;
}

async function compare(db: Db, stories: Story[], span: Span): Promise<string[]> {
  const { all } = await readFigures(db, span);
  const counted = recount(stories, span);
  return Object.entries(counted).flatMap(([name, wanted]) => {
    const told = Object.entries(all).find(([key]) => key === name)?.[1];
    return isDeepStrictEqual(rounded(told), rounded(wanted))
      ? []
      : [
          `${span.from} to ${span.to}: ${name} is told as ${JSON.stringify(told)}, and is ${JSON.stringify(wanted)}`,
        ];
  });
}

/** Sums of floating numbers differ in their last digits with the order in which they are made. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_key, one) =>
      typeof one === 'number' ? Math.round(one * 1_000) / 1_000 : one,
    ),
  );
}
