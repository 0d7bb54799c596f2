import { z } from 'zod';
import { createOutside, type Reach } from '../enrichers/outside.ts';
import { FarSideError } from '../errors.ts';
import { clip } from '../time/stretch.ts';
import { endOf, startOf } from './moment.ts';
import type { Schedule, ScheduledTurn } from './schedule.ts';

/** The most that a page holds. */
const pageSize = 100;
/** Ninety days of turns by the hour, for the escalation policies that name one schedule. */
const mostPages = 30;

/**
 * Who is on call by a schedule of PagerDuty, overrides and all. A schedule that no escalation policy names has nobody on
 * call. https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls
 */
export function createPagerDuty(schedule: string, key: string, reach: Reach): Schedule {
  const outside = createOutside(
    {
      ...{ title: 'PagerDuty', side: 'schedules', keyHeader: 'authorization', keyPrefix: 'Token token=' },
      accept: 'application/vnd.pagerduty+json;version=2',
    },
    reach,
  );

  return {
    key,
    title: `PagerDuty schedule ${schedule}`,
    async read(stretch, signal) {
      const turns = new Map<string, ScheduledTurn>();
      const query = new URLSearchParams({
        'schedule_ids[]': schedule,
        'include[]': 'users',
        since: new Date(stretch.from).toISOString(),
        until: new Date(stretch.to).toISOString(),
        time_zone: 'UTC',
        limit: String(pageSize),
      });
      for (let page = 0; page < mostPages; page += 1) {
        query.set('offset', String(page * pageSize));
        const { oncalls, more } = await outside.get(`/oncalls?${query}`, pageShape, signal);
        for (const { user, start, end } of oncalls) {
          const turn = { from: startOf(start, stretch), to: endOf(end, stretch), who: user.email };
          // Each policy that names the schedule has the same turn once more.
          turns.set(`${turn.who} ${turn.from} ${turn.to}`, turn);
        }
        if (!more) return clip([...turns.values()], stretch);
      }
      throw new FarSideError('schedules', 'rejected', 'PagerDuty has more turns than anybody can have.');
    },
  };
}

const pageShape = z.object({
  oncalls: z.array(
    z.object({
      // Without include[] there is no address, and nobody could be told by their name alone.
      user: z.object({ email: z.string().min(1).max(320).toLowerCase() }),
      // Whoever is always on call has no times.
      start: z.iso.datetime({ offset: true }).nullable(),
      end: z.iso.datetime({ offset: true }).nullable(),
    }),
  ),
  more: z.boolean(),
});
