import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { onCallPolicy } from '../../src/people/rota-settings.ts';

const matcher = z.record(z.string(), z.array(z.string()));
const read = (text: string) => onCallPolicy(matcher).safeParse(parse(text));
const faults = (text: string) =>
  read(text).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('rotas of the settings', () => {
  it('may be a name, people and a day', () => {
    const { data } = read(
      'rotas: { soc: { layers: [{ name: first, members: [a@x.example], start: 2026-11-02 }] } }',
    );
    expect(data).toMatchObject({ schedules: [], aheadDays: 14, everyMinutes: 5, rooms: [] });
    expect(data?.rotas).toMatchObject([
      {
        ...{ name: 'soc', timeZone: 'UTC', match: undefined, holidays: [], covers: [] },
        layers: [
          {
            name: 'first',
            shifts: [{ members: ['a@x.example'], everyDays: 7, handoff: '09:00', hours: [] }],
          },
        ],
      },
    ]);
  });

  it('have shifts, hours, holidays and schedules that are kept elsewhere, each of those once', () => {
    const { data, error } = read(`
      timeZone: Europe/Berlin
      rotas:
        soc:
          holidays: [2026-12-25, holidays.ics]
          covers: { days: weekdays, from: "07:00", to: "20:00" }
          layers:
            - name: first
              onHolidays: lead
              shifts:
                - { name: day, members: [a], start: 2026-11-02, every: daily, hours: { from: "06:00", to: "22:00" } }
                - { name: night, members: [b], start: 2026-11-02, every: 3 days, hours: { from: "22:00", to: "06:00" } }
            - { name: lead, schedule: { pagerDuty: PI7DH85 }, pairs: true }
        cloud:
          timeZone: America/New_York
          match: { type: [ARM*] }
          layers:
            - { name: first, schedule: { pagerDuty: PI7DH85 } }
            - { name: second, schedule: { opsgenie: Cloud_schedule, rotation: Daily } }
            - { name: third, schedule: { teams: 5d0e9b1c-2f47-4a86-b3c9-18e7f6a4d502 } }
            - { name: fourth, schedule: { calendar: shifts.ics } }`);
    expect(error?.issues).toBeUndefined();
    const [soc, cloud] = data?.rotas ?? [];
    expect(soc).toMatchObject({ holidays: ['2026-12-25'], holidayCalendar: 'calendar holidays.ics' });
    expect(soc?.covers).toMatchObject([{ days: [1, 2, 3, 4, 5] }]);
    expect(soc?.layers[0]?.shifts).toMatchObject([
      { name: 'day', everyDays: 1, handoff: '06:00' },
      { name: 'night', everyDays: 3, handoff: '22:00' },
    ]);
    expect(cloud).toMatchObject({ timeZone: 'America/New_York', match: { type: ['ARM*'] } });
    expect(data?.schedules.map(({ key, timeZone }) => [key, timeZone])).toEqual([
      ['pagerduty PI7DH85', 'America/New_York'],
      ['calendar holidays.ics', 'Europe/Berlin'],
      ['opsgenie Cloud_schedule Daily', 'America/New_York'],
      ['teams-shifts 5d0e9b1c-2f47-4a86-b3c9-18e7f6a4d502', 'America/New_York'],
      ['calendar shifts.ics', 'America/New_York'],
    ]);
  });

  it.each([
    ['timeZone: Europe/Atlantis', 'is no time zone'],
    [
      'rotas: { swap: { layers: [{ name: first, members: [a], start: 2026-11-02 }] } }',
      'is a word that oncall understands',
    ],
    ['rotas: { soc: { layers: [{ name: first, members: [a] }] } }', 'says no start'],
    ['rotas: { soc: { layers: [{ name: first }] } }', 'either members, or shifts, or schedule'],
    ['rotas: { soc: { layers: [{ name: first, members: [a], start: 2026-02-30 }] } }', 'is not a day'],
    [
      'rotas: { soc: { layers: [{ name: first, members: [a], start: 2026-11-02, onHolidays: lead }] } }',
      'no other layer',
    ],
    [
      'rotas: { soc: { holidays: [christmas], layers: [{ name: first, schedule: { calendar: x.ics } }] } }',
      'neither a day',
    ],
    [
      'rotas: { soc: { layers: [{ name: a, schedule: { calendar: x.ics } }, { name: a, schedule: { calendar: x.ics } }] } }',
      'name of another',
    ],
  ])('say what is wrong: %s', (text, fault) => {
    expect(faults(text)?.join('\n')).toContain(fault);
  });
});
