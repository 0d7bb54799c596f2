import { checkCalls, checkNotices, readStories } from './check.ts';
import { checkFigures } from './check-figures.ts';
import { openHouse } from './house.ts';
import type { MovedDatabase } from './moved-clock.ts';
import { interruptionsByShift, messagesPerAlert } from './report.ts';
import { simulate } from './simulate.ts';
import { weather } from './weather.ts';

export interface Month {
  seed: number;
  /** The clocks of the team's town go forward on its second day. */
  start: number;
  days: number;
  alerts: number;
}

const day = 86_400_000;
const outageHours = 2;

/** Lives through it; tells what it was like, and what was not as it has to be. */
export async function liveThrough(
  database: MovedDatabase,
  { seed, start, days, alerts }: Month,
  tell: (at: number) => void = () => {},
): Promise<{ lines: string[]; faults: string[]; calls: number }> {
  const end = start + days * day;
  // On the second afternoon chat is gone.
  const out = start + 1.6 * day;
  const house = await openHouse(database, {
    start,
    isOut: (at) => at >= out && at < out + outageHours * 3_600_000,
  });
  await simulate(house, weather(seed, start, days, alerts), { seed, start, end, tell });
  const stories = await readStories(database.db);
  const calls = checkCalls(stories, end);
  const faults = [
    ...calls.faults,
    ...(await checkNotices(database.db, house.said)),
    ...(await checkFigures(database.db, stories, { start, days })),
  ];
  const lines = [
    `${alerts} alerts of ${days} days became ${stories.length} incidents; ${calls.due} calls were due`,
    ...(await interruptionsByShift(database.db, start, days)),
    messagesPerAlert(house.said, alerts),
  ];
  return { lines, faults, calls: calls.due };
}
