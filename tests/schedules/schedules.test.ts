import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import restify from 'restify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRest } from '../../src/azure/rest.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { Directory } from '../../src/sandbox/graph/directory.ts';
import { GRAPH_AUDIENCE, mountGraph } from '../../src/sandbox/graph/graph.ts';
import { SHIFTS_GROUP, SHIFTS_TEAM } from '../../src/sandbox/graph/shifts.ts';
import { findPerson } from '../../src/sandbox/people.ts';
import { OPSGENIE_SCHEDULE } from '../../src/sandbox/schedules/opsgenie.ts';
import { PAGERDUTY_SCHEDULE } from '../../src/sandbox/schedules/pager-duty.ts';
import { mountSchedules } from '../../src/sandbox/schedules/schedules.ts';
import { createCalendarFile } from '../../src/schedules/calendar-file.ts';
import { createOpsgenie } from '../../src/schedules/opsgenie.ts';
import { createPagerDuty } from '../../src/schedules/pager-duty.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { createTeamsShifts } from '../../src/schedules/teams-shifts.ts';
import type { Stretch } from '../../src/time/stretch.ts';
import { certificate, startAnswering } from '../enrichers/outside-world.ts';

const keys = { pagerDuty: 'token-of-pagerduty', opsgenie: 'key-of-opsgenie' };
const tenantId = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';
const now = Date.parse('2026-11-30T10:00:00Z');
const dayMs = 86_400_000;
const days = (count: number): Stretch => ({ from: now, to: now + count * dayMs });
const signal = AbortSignal.timeout(60_000);

/** Each with who is on call at ten on the thirtieth of November, and who comes after. */
interface Kept {
  name: string;
  whole: Schedule;
  first: string;
  second: string;
  turnDays: number;
  /** The same where nothing of the name is there, and where our key is not good. */
  strange?: Schedule;
  unwelcome?: Schedule;
}

let base: string;
let kept: Kept[];
const secure = certificate.then(({ cert, key }) => restify.createServer({ certificate: cert, key }));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-schedules-'));

beforeAll(async () => {
  const server = await secure;
  const faults = new Faults(() => {});
  const directory = new Directory();
  const entra = await createEntra({ tenantId, directory, clients: [] });
  mountSchedules(server, { keys });
  mountGraph(server, { entra, faults, directory });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  base = `https://127.0.0.1:${server.address().port}`;
  const graph = (...permissions: string[]) =>
    createRest({
      endpoint: base,
      scope: `${GRAPH_AUDIENCE}/.default`,
      credential: {
        getToken: async () => ({
          token: await entra.issue(GRAPH_AUDIENCE, { roles: permissions }),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      },
    });
  const reach = (side: 'pagerduty' | 'opsgenie', key: string) => ({
    url: `${base}/schedules/${side}`,
    key: () => key,
  });
  const opsgenie = { schedule: OPSGENIE_SCHEDULE.name, rotation: 'Daily' };
  const shifts = { team: SHIFTS_TEAM, group: SHIFTS_GROUP };
  const file = path.join(folder, 'shifts.ics');
  fs.writeFileSync(file, calendar);
  kept = [
    {
      ...{ name: 'PagerDuty', first: 'amara@contoso.com', second: 'lena@contoso.com', turnDays: 7 },
      whole: createPagerDuty(PAGERDUTY_SCHEDULE, 'a', reach('pagerduty', keys.pagerDuty)),
      strange: createPagerDuty('PNOBODY', 'a', reach('pagerduty', keys.pagerDuty)),
      unwelcome: createPagerDuty(PAGERDUTY_SCHEDULE, 'a', reach('pagerduty', 'old')),
    },
    {
      ...{ name: 'Opsgenie', first: 'priya@contoso.com', second: 'adam@contoso.com', turnDays: 1 },
      whole: createOpsgenie(opsgenie, 'b', reach('opsgenie', keys.opsgenie)),
      strange: createOpsgenie({ ...opsgenie, rotation: 'Nightly' }, 'b', reach('opsgenie', keys.opsgenie)),
      unwelcome: createOpsgenie(opsgenie, 'b', reach('opsgenie', 'old')),
    },
    {
      ...{ name: 'Shifts', first: findPerson('adam').oid, second: findPerson('olivia').oid, turnDays: 1 },
      whole: createTeamsShifts(shifts, 'c', graph('Schedule.Read.All')),
      strange: createTeamsShifts({ ...shifts, team: tenantId }, 'c', graph('Schedule.Read.All')),
      unwelcome: createTeamsShifts(shifts, 'c', graph('User.Read.All')),
    },
    {
      ...{ name: 'a calendar', first: 'adam@contoso.com', second: 'priya nair', turnDays: 1 },
      whole: createCalendarFile({ file, timeZone: 'Europe/Berlin' }, 'd'),
    },
  ];
}, 60_000);
afterAll(async () => {
  const server = await secure;
  await closeServer(server.server);
  fs.rmSync(folder, { recursive: true, force: true });
});

const calendar = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN'],
  ...[
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTART:20260105T090000Z',
    'DTEND:20260106T090000Z',
    'RRULE:FREQ=DAILY;INTERVAL=2',
  ],
  ...['SUMMARY:On call: Priya Nair', 'END:VEVENT'],
  ...[
    'BEGIN:VEVENT',
    'UID:2',
    'DTSTART:20260106T090000Z',
    'DTEND:20260107T090000Z',
    'RRULE:FREQ=DAILY;INTERVAL=2',
  ],
  ...['ATTENDEE:mailto:Adam@contoso.com', 'SUMMARY:On call', 'END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n');

describe.each([0, 1, 2, 3])('a schedule that is kept elsewhere (%i)', (index) => {
  const one = () => kept[index] as Kept;

  it('tells who is on call and who comes next, cut to what was asked', async () => {
    const { whole, first, second, turnDays } = one();
    const turns = (await whole.read(days(14), signal)).toSorted((a, b) => a.from - b.from);
    expect(turns.slice(0, 2).map(({ who }) => who)).toEqual([first, second]);
    expect(turns[0]?.from).toBe(now);
    expect(turns.at(-1)?.to).toBe(now + 14 * dayMs);
    expect((turns[1]?.to ?? 0) - (turns[1]?.from ?? 0)).toBe(turnDays * dayMs);
    for (const [at, { to }] of turns.slice(0, -1).entries()) expect(turns[at + 1]?.from).toBe(to);
  });

  it('tells each turn once, over all its pages', async () => {
    const { whole, turnDays } = one();
    const turns = await whole.read(days(75), signal);
    // The first began before, and the last goes on.
    expect(turns.length).toBe(Math.floor((75 - 1 / 24) / turnDays) + (turnDays === 7 ? 1 : 2));
  });

  it('says in our words what cannot be had, and never what our key is', async () => {
    const { strange, unwelcome } = one();
    if (strange) await expect(strange.read(days(1), signal)).rejects.toMatchObject({ reason: 'not-found' });
    if (!unwelcome) return;
    const refused = unwelcome.read(days(1), signal);
    await expect(refused).rejects.toMatchObject({ name: 'FarSideError', reason: 'auth' });
    await expect(refused).rejects.not.toThrow(/token-of|key-of|\bold\b/);
  });
});

describe('an answer that nobody can read', () => {
  const answers: [string, number, string][] = [
    ['no turns', 200, '{"oncalls":null,"more":false}'],
    [
      'somebody without an address',
      200,
      '{"oncalls":[{"user":{"summary":"Tim"},"start":null,"end":null}],"more":false}',
    ],
    ['a page', 200, '<html>'],
    ['an error of theirs', 502, 'Bad gateway'],
  ];

  it.each(answers)('is none: %s', async (_what, status, body) => {
    using server = await startAnswering((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    const schedule = createPagerDuty('P1', 'a', { url: server.url, key: () => 'k' });
    await expect(schedule.read(days(1), signal)).rejects.toMatchObject({
      side: 'schedules',
      reason: 'unavailable',
    });
  });

  it('may have no beginning and no end: then somebody is always on call', async () => {
    const body = '{"oncalls":[{"user":{"email":"Lena@contoso.com"},"start":null,"end":null}],"more":false}';
    using server = await startAnswering((_request, response) => response.end(body));
    const schedule = createPagerDuty('P1', 'a', { url: server.url, key: () => 'k' });
    expect(await schedule.read(days(3), signal)).toEqual([{ ...days(3), who: 'lena@contoso.com' }]);
  });
});
