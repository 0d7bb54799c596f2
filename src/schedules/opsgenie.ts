import { z } from 'zod';
import { createOutside, type Reach } from '../enrichers/outside.ts';
import { FarSideError } from '../errors.ts';
import { clip } from '../time/stretch.ts';
import { endOf, startOf } from './moment.ts';
import type { Schedule } from './schedule.ts';

const weekMs = 7 * 24 * 60 * 60 * 1000;
const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Who is on call by the final timeline of a schedule of Opsgenie: overrides and forwarding are in it. `rotation` takes one
 * of its rotations by name, empty all of them. https://docs.opsgenie.com/docs/schedule-api
 */
export function createOpsgenie(
  { schedule, rotation }: { schedule: string; rotation: string },
  key: string,
  reach: Reach,
): Schedule {
  const outside = createOutside(
    { title: 'Opsgenie', side: 'schedules', keyHeader: 'authorization', keyPrefix: 'GenieKey ' },
    reach,
  );
  const place = `/v2/schedules/${encodeURIComponent(schedule)}/timeline`;

  return {
    key,
    title: `Opsgenie schedule ${rotation ? `${schedule}, ${rotation}` : schedule}`,
    async read(stretch, signal) {
      const query = new URLSearchParams({
        identifierType: id.test(schedule) ? 'id' : 'name',
        // Java's pattern for it knows no fractions of a second.
        date: new Date(stretch.from).toISOString().replace(/\.\d+Z$/, 'Z'),
        interval: String(Math.ceil((stretch.to - stretch.from) / weekMs)),
        intervalUnit: 'weeks',
      });
      const { data } = await outside.get(`${place}?${query}`, answerShape, signal);
      const { rotations } = data.finalTimeline;
      const wanted = rotation ? rotations.filter(({ name }) => name === rotation) : rotations;
      if (rotation && wanted.length === 0)
        throw new FarSideError('schedules', 'not-found', `Opsgenie knows no rotation "${rotation}" there.`);
      const turns = wanted.flatMap(({ periods }) =>
        periods.flatMap(({ startDate, endDate, recipient }) =>
          recipient?.type === 'user' && recipient.name
            ? [{ from: startOf(startDate, stretch), to: endOf(endDate, stretch), who: recipient.name }]
            : [],
        ),
      );
      return clip(turns, stretch);
    },
  };
}

const answerShape = z.object({
  data: z.object({
    finalTimeline: z.object({
      rotations: z.array(
        z.object({
          name: z.string(),
          // A rotation without anybody has none.
          periods: z
            .array(
              z.object({
                startDate: z.iso.datetime({ offset: true }),
                endDate: z.iso.datetime({ offset: true }),
                // A user's name is their address there; teams and escalations are nobody in person, and "none" is nobody.
                recipient: z
                  .object({ type: z.string(), name: z.string().max(320).toLowerCase().optional() })
                  .optional(),
              }),
            )
            .default([]),
        }),
      ),
    }),
  }),
});
