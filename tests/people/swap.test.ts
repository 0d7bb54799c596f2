import { describe, expect, it } from 'vitest';
import { readStretch, readWhen } from '../../src/people/read-when.ts';
import { spansOf } from '../../src/people/rota.ts';
import { exchangeOf } from '../../src/people/swap.ts';
import { at, berlin, layer, noFacts, rota, shift, stretch } from './rotas.ts';

const now = at('2026-11-30T11:20+01:00');
const when = (said: string, zone = berlin) => {
  const read = readWhen(said, now, zone);
  return read && [new Date(read.from).toISOString(), new Date(read.to).toISOString()];
};
const moment = (said: string) => [new Date(said).toISOString(), new Date(said).toISOString()];

describe('a time that is typed', () => {
  it('is by the clock of the rota, and the next there is', () => {
    expect(when('friday 03:00')).toEqual(moment('2026-12-04T03:00+01:00'));
    expect(when('tomorrow at 9am', 'America/New_York')).toEqual(moment('2026-12-01T09:00-05:00'));
    expect(when('2026-12-24 18:00')).toEqual(moment('2026-12-24T18:00+01:00'));
    expect(when('sunday')).toEqual(['2026-12-05T23:00:00.000Z', '2026-12-06T23:00:00.000Z']);
    expect(when('24 december')).toEqual(['2026-12-23T23:00:00.000Z', '2026-12-24T23:00:00.000Z']);
    expect(when('now')).toEqual(moment('2026-11-30T11:20+01:00'));
    expect(when('in 4h')).toEqual(moment('2026-11-30T15:20+01:00'));
    // Half a year ahead the clocks are other ones.
    expect(when('2027-06-01 09:00')).toEqual(moment('2027-06-01T09:00+02:00'));
  });

  it('ends after it begins; tomorrow is the day after the one on which it is said', () => {
    for (const [said, to] of [
      ['friday 18:00 to saturday 09:00', '2026-12-05T09:00+01:00'],
      ['tomorrow 09:00 to 17:00', '2026-12-01T17:00+01:00'],
      ['tomorrow 09:00 to tomorrow 17:00', '2026-12-01T17:00+01:00'],
      ['friday 22:00 to 06:00', '2026-12-05T06:00+01:00'],
      ['friday 18:00 for 4h', '2026-12-04T22:00+01:00'],
      ['now until tonight at 22:00', '2026-11-30T22:00+01:00'],
      ['friday 18:00 to tomorrow 09:00', undefined],
    ] as const)
      expect([said, readStretch(said, now, berlin)?.to]).toEqual([said, to && at(to)]);
  });

  it('is refused where nobody can tell, or one could in two ways', () => {
    for (const said of [
      '',
      'soon',
      '11/12',
      '2026-02-30',
      '2026-12-24 25:00',
      'friday or so',
      'x'.repeat(200),
    ])
      expect([said, when(said)]).toEqual([said, undefined]);
  });
});

describe('a swap', () => {
  const daily = layer('first', [shift({ members: ['olivia', 'adam', 'priya'] })]);
  const ahead = stretch('2026-11-30T00:00+01:00', '2026-12-31T00:00+01:00');
  const layersOf = (first: typeof daily) => [
    { layer: first, spans: spansOf(rota([first]), first, ahead, noFacts) },
  ];
  const day = (date: string) =>
    stretch(
      `${date}T09:00+01:00`,
      `${date.slice(0, 8)}${String(Number(date.slice(8)) + 1).padStart(2, '0')}T09:00+01:00`,
    );
  const wholeDay = (date: string) => stretch(`${date}T00:00+01:00`, `${date}T23:59:59.999+01:00`);
  const friday = { me: 'adam', them: 'priya', gives: wholeDay('2026-12-03') };

  it('gives the turn that begins on a day, or that is on at a moment, for their next one', () => {
    // Adam has the third of December, Priya the fourth.
    const swapped = { layer: 'first', gives: day('2026-12-03'), gets: day('2026-12-04') };
    expect(exchangeOf(layersOf(daily), { ...friday, gets: 'next' }, berlin)).toEqual(swapped);
    const noon = { from: at('2026-12-03T12:00+01:00'), to: at('2026-12-03T12:00+01:00') };
    expect(exchangeOf(layersOf(daily), { ...friday, gives: noon, gets: 'next' }, berlin)).toEqual(swapped);
  });

  it('gets the one that is named, or nothing where that is meant', () => {
    const named = { ...friday, gets: wholeDay('2026-12-10') };
    expect(exchangeOf(layersOf(daily), named, berlin)).toMatchObject({ gets: day('2026-12-10') });
    expect(exchangeOf(layersOf(daily), { ...friday, gets: 'nothing' }, berlin)).toMatchObject({
      gets: undefined,
    });
  });

  it('is a day for a day where turns are longer', () => {
    const weekly = layer('first', [shift({ members: ['adam', 'priya'], everyDays: 7, start: '2026-11-30' })]);
    expect(exchangeOf(layersOf(weekly), { ...friday, gets: 'next' }, berlin)).toEqual({
      layer: 'first',
      gives: wholeDay('2026-12-03'),
      gets: { from: at('2026-12-07T09:00+01:00'), to: at('2026-12-08T08:59:59.999+01:00') },
    });
  });

  it('needs a turn of one’s own, and one of theirs', () => {
    const wanted = { ...friday, gets: 'next' as const };
    expect(exchangeOf(layersOf(daily), { ...wanted, me: 'olivia' }, berlin)).toBe('not-mine');
    expect(exchangeOf(layersOf(daily), { ...wanted, them: 'lena' }, berlin)).toBe('not-theirs');
  });
});
