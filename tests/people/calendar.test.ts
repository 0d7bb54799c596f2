import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../src/people/read-calendar.ts';
import { writeCalendar } from '../../src/people/write-calendar.ts';
import { at, berlin, stretch } from './rotas.ts';

const calendar = (...events: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) =>
  ['BEGIN:VEVENT', 'DTSTAMP:20261101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
const december = stretch('2026-12-01T00:00Z', '2027-01-01T00:00Z');
const read = (text: string, zone = berlin) =>
  readCalendar(text, december, zone)
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to, who }) => [new Date(from).toISOString().slice(0, 16), (to - from) / 3_600_000, ...who]);

describe('a calendar of shifts', () => {
  it('tells who attends, in UTC, in a zone that it names, and in the zone of the rota', () => {
    const text = calendar(
      event(
        'UID:1',
        'DTSTART:20261201T080000Z',
        'DTEND:20261201T200000Z',
        'ATTENDEE;CN=Adam:MAILTO:Adam@contoso.com',
      ),
      event(
        'UID:2',
        'DTSTART;TZID=America/New_York:20261202T080000',
        'DURATION:PT12H',
        'SUMMARY:On call: Priya Nair',
      ),
      event('UID:3', 'DTSTART:20261203T080000', 'DTEND:20261203T200000', 'SUMMARY:lena@contoso.com'),
      event('UID:4', 'DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Christmas'),
    );
    expect(read(text)).toEqual([
      ['2026-12-01T08:00', 12, 'adam@contoso.com'],
      ['2026-12-02T13:00', 12, 'Priya Nair'],
      ['2026-12-03T07:00', 12, 'lena@contoso.com'],
      ['2026-12-24T23:00', 48, 'Christmas'],
    ]);
  });

  it('repeats what repeats itself, but for what was moved, left out or cancelled', () => {
    const text = calendar(
      event(
        ...[
          'UID:1',
          'DTSTART;TZID=Europe/Berlin:20261019T090000',
          'DTEND;TZID=Europe/Berlin:20261020T090000',
        ],
        ...['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/Berlin:20261207T090000', 'SUMMARY:adam@contoso.com'],
      ),
      event(
        ...['UID:1', 'RECURRENCE-ID;TZID=Europe/Berlin:20261214T090000', 'SUMMARY:priya@contoso.com'],
        ...['DTSTART;TZID=Europe/Berlin:20261215T090000', 'DTEND;TZID=Europe/Berlin:20261216T090000'],
      ),
      event('UID:2', 'DTSTART:20261202T000000Z', 'DURATION:PT1H', 'STATUS:CANCELLED', 'SUMMARY:nobody'),
    );
    expect(read(text)).toEqual([
      ['2026-11-30T08:00', 24, 'adam@contoso.com'],
      ['2026-12-15T08:00', 24, 'priya@contoso.com'],
      ['2026-12-21T08:00', 24, 'adam@contoso.com'],
      ['2026-12-28T08:00', 24, 'adam@contoso.com'],
    ]);
  });

  it('knows zones that the file explains, as Outlook writes them', () => {
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:W. Europe Standard Time', 'BEGIN:STANDARD', 'DTSTART:16011028T030000'],
      ...[
        'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
        'TZOFFSETFROM:+0200',
        'TZOFFSETTO:+0100',
        'END:STANDARD',
      ],
      ...['BEGIN:DAYLIGHT', 'DTSTART:16010325T020000', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'],
      ...['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'END:DAYLIGHT', 'END:VTIMEZONE'],
    ].join('\r\n');
    const shift = event(
      'UID:1',
      'DTSTART;TZID=W. Europe Standard Time:20261201T090000',
      'DURATION:PT1H',
      'SUMMARY:x',
    );
    expect(read(calendar(zone, shift), 'UTC')).toEqual([['2026-12-01T08:00', 1, 'x']]);
  });

  it('is refused where it is none, or never ends', () => {
    expect(() => read('BEGIN:VCARD\r\nEND:VCARD\r\n')).toThrow('no VCALENDAR');
    expect(() => read('hello')).toThrow('RFC 5545');
    const often = event(
      'UID:1',
      'DTSTART:20200101T000000Z',
      'DURATION:PT1S',
      'RRULE:FREQ=SECONDLY',
      'SUMMARY:x',
    );
    expect(() => read(calendar(often))).toThrow('more than 20000 times');
  });
});

describe('a calendar that others subscribe to', () => {
  it('holds turns that any calendar reads, whatever people are called', () => {
    const name = 'Evil\r\nBEGIN:VEVENT; "Adam", \\n';
    const turns = [
      { id: 'soc-first-1@watchfloor', title: `On call: ${name}`, address: 'adam@contoso.com', about: 'soc' },
    ].map((one) => ({ ...one, ...stretch('2026-12-01T08:00Z', '2026-12-02T08:00Z') }));
    const text = writeCalendar({ name: 'On call: soc', turns, everyMinutes: 60 }, at('2026-11-30T10:00Z'));
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
    expect(text).toContain('SUMMARY:On call: Evil BEGIN:VEVENT\\; "Adam"\\, \\\\n\r\n');
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT1H');
    expect(read(text)).toEqual([['2026-12-01T08:00', 24, 'adam@contoso.com']]);
  });
});
