import { Refused } from '../../../errors.ts';
import { wasAsked } from '../../../store/drills.ts';
import { atTimes, type Duty } from '../../duties/duty.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { startDrill } from './start.ts';

/** So late it is no drill for those whom it was planned for. */
const latestMs = 3_600_000;

/** Drills that begin by themselves. */
export function gameDays(floor: Watchfloor): Duty[] {
  const { policy } = floor.preparation ?? {};
  return (policy?.drills.gameDays ?? []).map(({ name, scenario, at, timeZone, rooms, announced }) => ({
    name: `game day ${name}`,
    ...atTimes(at, timeZone),
    // What was missed while nobody was here is not played at midnight.
    catchUp: 'last',
    async run(due) {
      const found = floor.preparation?.scenarios.get(scenario);
      if (!found)
        throw new Refused(`No drill is called "${scenario}", which preparation.drills.gameDays names.`);
      const once = `game day ${name} ${due.toISOString()}`;
      if (floor.now().getTime() - due.getTime() > latestMs || (await wasAsked(floor.db, once))) return;
      const by = { kind: 'bot', id: 'watchfloor', name } as const;
      const drill = await startDrill(floor, { scenario: found, rooms, by, announced, once });
      if (!drill && !(await wasAsked(floor.db, once)))
        floor.log.warn({ scenario, due: due.toISOString() }, 'game day left out: another drill is played');
    },
  }));
}
