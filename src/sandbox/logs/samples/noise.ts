import type { LogEvent } from '../ingest.ts';
import { diceOf } from './dice.ts';
import { cloudNoise } from './noise/clouds.ts';
import type { Hour } from './noise/hour.ts';
import { machineNoise } from './noise/machines.ts';
import { networkNoise } from './noise/network.ts';
import { peopleNoise } from './noise/people.ts';
import { resourceNoise } from './noise/resources.ts';
import { workspaceNoise } from './noise/workspace.ts';

const HOUR_MS = 3_600_000;

/**
 * What happens at Contoso in one hour, counted from 1970, whenever it is asked: an hour looks the same to a query
 * of today and to one of next week.
 */
export function noiseOf(seed: number, hour: number): LogEvent[] {
  const dice = diceOf(seed, 'hour', hour);
  const start = hour * HOUR_MS;
  const about: Hour = {
    start,
    dice,
    busy: busyness(start),
    ofDay: new Date(start).getUTCHours(),
    some: (count) => Math.floor(count) + Number(dice.chance(count % 1)),
    time: () => start + dice.between(0, HOUR_MS - 1),
  };
  return [peopleNoise, machineNoise, networkNoise, resourceNoise, cloudNoise, workspaceNoise].flatMap(
    (make) => make(about),
  );
}

/** Share of people at work, as in an office of central Europe. */
function busyness(start: number): number {
  const at = new Date(start);
  const isWeekend = at.getUTCDay() % 6 === 0;
  const hour = at.getUTCHours();
  if (hour >= 6 && hour < 17) return isWeekend ? 0.2 : 1;
  if (hour >= 17 && hour < 21) return isWeekend ? 0.15 : 0.4;
  return 0.1;
}
