import { z } from 'zod';
import type { Rest } from '../azure/rest.ts';
import { FarSideError } from '../errors.ts';
import { safeParse } from '../safe-parse.ts';
import { clip } from '../time/stretch.ts';
import type { Schedule, ScheduledTurn } from './schedule.ts';

/** A shift is no longer than that, so one that has begun began within it. */
const longestShiftMs = 24 * 60 * 60 * 1000;
const mostPages = 50;

/**
 * Whose shift it is in the schedule of a team in Microsoft Teams, as it was shared with them: drafts are nobody's shift yet.
 * `group` takes one group of it by id, empty all of them. Application permission Schedule.Read.All; the header
 * MS-APP-ACTS-AS is not wanted any more. https://learn.microsoft.com/graph/api/schedule-list-shifts
 */
export function createTeamsShifts(
  { team, group }: { team: string; group: string },
  key: string,
  graph: Pick<Rest, 'get'>,
): Schedule {
  return {
    key,
    title: `Shifts of the team ${team}`,
    async read(stretch, signal) {
      // A property may stand there once only, so there is no saying "begins before the end".
      const filter = [
        `sharedShift/startDateTime ge ${new Date(stretch.from - longestShiftMs).toISOString()}`,
        `sharedShift/endDateTime le ${new Date(stretch.to + longestShiftMs).toISOString()}`,
      ].join(' and ');
      const turns: ScheduledTurn[] = [];
      let next: string | undefined =
        `/v1.0/teams/${encodeURIComponent(team)}/schedule/shifts?$filter=${encodeURIComponent(filter)}`;
      for (let page = 0; next && page < mostPages; page += 1) {
        const read: z.infer<typeof pageShape> = readPage(await graph.get(next, { signal }));
        for (const { userId, schedulingGroupId, sharedShift, isStagedForDeletion } of read.value) {
          if (!sharedShift || isStagedForDeletion || (group && schedulingGroupId !== group)) continue;
          const { startDateTime, endDateTime } = sharedShift;
          turns.push({ from: Date.parse(startDateTime), to: Date.parse(endDateTime), who: userId });
        }
        next = read['@odata.nextLink'];
      }
      return clip(turns, stretch);
    },
  };
}

function readPage(answer: unknown): z.infer<typeof pageShape> {
  const { data, error } = safeParse(pageShape, answer);
  if (error) throw new FarSideError('azure', 'unavailable', 'Graph gave shifts that nobody can read.');
  return data;
}

/** Graph writes up to seven digits of a second. */
const moment = z.string().refine((said) => !Number.isNaN(Date.parse(said)));

const pageShape = z.object({
  value: z.array(
    z.object({
      userId: z.string().min(1).toLowerCase(),
      schedulingGroupId: z.string().nullish(),
      sharedShift: z.object({ startDateTime: moment, endDateTime: moment }).nullish(),
      isStagedForDeletion: z.boolean().nullish(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
});
