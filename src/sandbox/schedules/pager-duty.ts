import type { Request, RequestHandler, Response, Server } from 'restify';
import { findPerson } from '../people.ts';
import { turnsBetween } from './turns.ts';

const dayMs = 24 * 60 * 60 * 1000;
const longestMs = 90 * dayMs;

/** Lena and Amara, a week each. Two escalation policies name the schedule. */
export const PAGERDUTY_SCHEDULE = 'PI7DH85';
const members = ['lena', 'amara'];
const policies = ['PT20YPA', 'PNDIG5R'];

/**
 * Stand-in for the REST API of PagerDuty, as far as it tells who is on call.
 * https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls
 */
export function mountPagerDuty(
  secure: Server,
  { token, before }: { token: string; before: RequestHandler[] },
): void {
  secure.get(
    '/schedules/pagerduty/oncalls',
    ...before,
    async (request: Request, response: Response): Promise<void> => {
      const refuse = (status: number, code: number, message: string, errors: string[] = []): void => {
        response.send(status, { error: { message, code, ...(errors.length > 0 && { errors }) } });
      };
      if (request.header('authorization') !== `Token token=${token}`)
        return refuse(401, 2006, 'Authentication failed');
      if (!/^application\/vnd\.pagerduty\+json;\s*version=2$/.test(request.header('accept') ?? ''))
        return refuse(406, 2008, 'Version 2 of the API is asked for by the header Accept');
      const { searchParams: query } = new URL(request.url ?? '/', 'https://stand-in');
      const now = Date.now();
      const [since, until] = ['since', 'until'].map((name) =>
        Date.parse(query.get(name) ?? new Date(now).toISOString()),
      );
      const limit = Number(query.get('limit') ?? 25);
      const offset = Number(query.get('offset') ?? 0);
      const invalid = (error: string) => refuse(400, 2001, 'Invalid Input Provided', [error]);
      if (since === undefined || until === undefined || Number.isNaN(since) || Number.isNaN(until))
        return invalid('Since and until are dates.');
      if (until < since) return invalid('Until cannot be before since.');
      if (until - since > longestMs) return invalid('The search range cannot exceed 3 months.');
      if (!(limit >= 1 && limit <= 100)) return invalid('Limit must be from 1 to 100.');
      const wanted = query.getAll('schedule_ids[]');
      if (wanted.some((id) => id !== PAGERDUTY_SCHEDULE)) return refuse(404, 2100, 'Not Found');
      const withUsers = query.getAll('include[]').includes('users');
      const all = policies.flatMap((policy) =>
        turnsBetween(members, 7, { from: since, to: until }).map(({ who, from, to }) => ({
          escalation_policy: { id: policy, type: 'escalation_policy_reference' },
          escalation_level: 2,
          schedule: { id: PAGERDUTY_SCHEDULE, type: 'schedule_reference', summary: 'Cloud, lead' },
          user: userOf(who, withUsers),
          start: withoutFraction(from),
          end: withoutFraction(to),
        })),
      );
      const page = all.slice(offset, offset + limit);
      response.send(200, { oncalls: page, limit, offset, more: offset + limit < all.length, total: null });
    },
  );
}

function userOf(id: string, whole: boolean): object {
  const { name, upn } = findPerson(id);
  const user = { id: `P${id.toUpperCase().padEnd(6, '0').slice(0, 6)}`, summary: name };
  return whole ? { ...user, type: 'user', name, email: upn } : { ...user, type: 'user_reference' };
}

const withoutFraction = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
