import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response, Server } from 'restify';
import { findPerson } from '../people.ts';
import { turnsBetween } from './turns.ts';

const dayMs = 24 * 60 * 60 * 1000;
const lengths: Record<string, number> = { days: dayMs, weeks: 7 * dayMs, months: 30 * dayMs };

/** Adam and Priya, a day each; and a rotation whose turns are a team's and nobody's. */
export const OPSGENIE_SCHEDULE = { id: '7d1f0c44-3c58-4b6e-9a35-0f5f6b1c2d3e', name: 'Cloud_schedule' };

/** Stand-in for the API of Opsgenie, as far as timelines of schedules go. https://docs.opsgenie.com/docs/schedule-api */
export function mountOpsgenie(
  secure: Server,
  { key, before }: { key: string; before: RequestHandler[] },
): void {
  secure.get(
    '/schedules/opsgenie/v2/schedules/:schedule/timeline',
    ...before,
    async (request: Request, response: Response): Promise<void> => {
      const rest = { took: 0.012, requestId: randomUUID() };
      const refuse = (status: number, message: string): void => {
        response.send(status, { message, ...rest });
      };
      const { authorization } = request.headers;
      if (!authorization?.startsWith('GenieKey ')) return refuse(401, 'Could not authenticate');
      if (authorization !== `GenieKey ${key}`) return refuse(403, 'You are not authorized to access the API');
      const { searchParams: query } = new URL(request.url ?? '/', 'https://stand-in');
      const by = query.get('identifierType') ?? 'id';
      if (by !== 'id' && by !== 'name') return refuse(422, 'identifierType should be one of id, name');
      const wanted = String(request.params.schedule);
      if (wanted !== OPSGENIE_SCHEDULE[by])
        return refuse(404, `Schedule with ${by} [${wanted}] does not exist`);
      const interval = Number(query.get('interval') ?? 1);
      const length = lengths[query.get('intervalUnit') ?? 'weeks'];
      if (!length || !Number.isInteger(interval) || interval < 1)
        return refuse(422, 'interval should be positive, and intervalUnit one of days, weeks, months');
      const said = query.get('date') ?? new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)$/.test(said))
        return refuse(422, "date should be of the form yyyy-MM-dd'T'HH:mm:ssZ");
      const from = Date.parse(said);
      const to = from + interval * length;
      const { id, name } = OPSGENIE_SCHEDULE;
      response.send(200, {
        data: {
          _parent: { id, name, enabled: true },
          startDate: new Date(from).toISOString(),
          endDate: new Date(to).toISOString(),
          finalTimeline: { rotations: [daily(from, to), nobody(from, to)] },
        },
        expandable: ['base', 'forwarding', 'override'],
        ...rest,
      });
    },
  );
}

function daily(from: number, to: number): object {
  const periods = turnsBetween(['adam', 'priya'], 1, { from, to }).map((turn) => ({
    ...period(turn.from, turn.to),
    recipient: { id: findPerson(turn.who).oid, type: 'user', name: findPerson(turn.who).upn },
  }));
  return { id: 'c8f1', name: 'Daily', order: 1.0, periods };
}

function nobody(from: number, to: number): object {
  const team = { ...period(from, to), recipient: { id: 'aa', type: 'team', name: 'Cloud' } };
  return {
    id: 'd0e4',
    name: 'Team',
    order: 2.0,
    periods: [team, { ...period(from, to), recipient: { type: 'none' } }],
  };
}

const period = (from: number, to: number) => ({
  startDate: new Date(from).toISOString(),
  endDate: new Date(to).toISOString(),
  type: 'default',
});
