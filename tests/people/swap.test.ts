import { describe, expect, it } from 'vitest';
import { plannedSpans } from '../../src/people/rota.ts';
import { exchangeOf } from '../../src/people/swap.ts';
import { at, berlin, layer, noFacts, rota, shift, stretch } from './rotas.ts';

describe('a swap', () => {
  const daily = layer('first', [shift({ members: ['olivia', 'adam', 'priya'] })]);
  const ahead = stretch('2026-11-30T00:00+01:00', '2026-12-31T00:00+01:00');
  const layersOf = (first: typeof daily) => [
    { layer: first, spans: plannedSpans(rota([first]), first, ahead, noFacts) },
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
