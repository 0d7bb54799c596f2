import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plannedSpans, takenOver } from '../../src/people/rota.ts';
import { troublesOf } from '../../src/people/rota-troubles.ts';
import { spansOfShift } from '../../src/people/shift.ts';
import { inOrder, overlapsIn } from '../../src/people/spans.ts';
import { everyDay } from '../../src/time/hours.ts';
import { at, berlin, hours, layer, noFacts, rota, shift, stretch, told } from './rotas.ts';

describe('people who take turns', () => {
  it('hand over every day at their hour', () => {
    expect(
      told(spansOfShift(shift(), berlin, stretch('2026-11-02T00:00+01:00', '2026-11-05T00:00+01:00'))),
    ).toEqual([
      'olivia 11-02 09:00+01:00 … 11-03 09:00+01:00',
      'adam 11-03 09:00+01:00 … 11-04 09:00+01:00',
      'olivia 11-04 09:00+01:00 … 11-05 00:00+01:00',
    ]);
  });

  it('have a week each, three days each, or all of it where they are alone', () => {
    const month = stretch('2026-11-01T00:00Z', '2026-12-01T00:00Z');
    const weeks = spansOfShift(shift({ everyDays: 7 }), berlin, month);
    expect(weeks.map(({ who }) => who)).toEqual(['olivia', 'adam', 'olivia', 'adam', 'olivia']);
    const three = spansOfShift(shift({ everyDays: 3 }), berlin, month);
    expect(told(three)[1]).toBe('adam 11-05 09:00+01:00 … 11-08 09:00+01:00');
    expect(spansOfShift(shift({ members: ['lena'] }), berlin, month)).toHaveLength(1);
  });

  it('begin on the first day and end on the last', () => {
    const spans = spansOfShift(
      shift({ until: '2026-11-04' }),
      berlin,
      stretch('2026-10-01T00:00Z', '2027-01-01T00:00Z'),
    );
    expect(told(spans)).toEqual([
      'olivia 11-02 09:00+01:00 … 11-03 09:00+01:00',
      'adam 11-03 09:00+01:00 … 11-04 09:00+01:00',
    ]);
  });

  it('serve 23 hours on the day that is an hour shorter, and 25 on the one that is longer', () => {
    const from2025 = shift({ start: '2025-11-03' });
    const spring = spansOfShift(
      from2025,
      berlin,
      stretch('2026-03-28T09:00+01:00', '2026-03-30T09:00+02:00'),
    );
    expect(told(spring)).toEqual([
      'adam 03-28 09:00+01:00 … 03-29 09:00+02:00',
      'olivia 03-29 09:00+02:00 … 03-30 09:00+02:00',
    ]);
    expect(spring.map(hours)).toEqual([23, 24]);
    const autumn = spansOfShift(
      from2025,
      berlin,
      stretch('2026-10-24T09:00+02:00', '2026-10-26T09:00+01:00'),
    );
    expect(autumn.map(hours)).toEqual([25, 24]);
  });

  it('hand over in the hour that is skipped as soon as it is over, and in the one that comes twice the first time', () => {
    const early = shift({ start: '2025-11-03', handoff: '02:30' });
    const spring = spansOfShift(early, berlin, stretch('2026-03-28T02:30+01:00', '2026-03-30T02:30+02:00'));
    expect(told(spring)).toEqual([
      'adam 03-28 02:30+01:00 … 03-29 03:30+02:00',
      'olivia 03-29 03:30+02:00 … 03-30 02:30+02:00',
    ]);
    const autumn = spansOfShift(early, berlin, stretch('2026-10-24T02:30+02:00', '2026-10-26T02:30+01:00'));
    expect(told(autumn)[0]).toMatch(/10-25 02:30\+02:00$/);
    expect(autumn.map(hours)).toEqual([24, 25]);
  });

  it('are there at their hours alone: on weekdays, by day, over midnight', () => {
    const office = shift({ everyDays: 7, hours: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }] });
    const week = stretch('2026-11-06T00:00+01:00', '2026-11-10T00:00+01:00');
    expect(told(spansOfShift(office, berlin, week))).toEqual([
      'olivia 11-06 08:00+01:00 … 11-06 18:00+01:00',
      'olivia 11-09 08:00+01:00 … 11-09 09:00+01:00',
      'adam 11-09 09:00+01:00 … 11-09 18:00+01:00',
    ]);
    const night = shift({ handoff: '22:00', hours: [{ days: everyDay, from: '22:00', to: '06:00' }] });
    const autumn = spansOfShift(night, berlin, stretch('2026-11-03T00:00+01:00', '2026-11-04T12:00+01:00'));
    expect(told(autumn)).toEqual([
      'olivia 11-03 00:00+01:00 … 11-03 06:00+01:00',
      'adam 11-03 22:00+01:00 … 11-04 06:00+01:00',
    ]);
  });

  it('leave no minute out and share none, in any zone, at any hour, over any change of clocks', () => {
    const zones = [
      berlin,
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Asia/Kathmandu',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom('00', '15', '30', '59'),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 6 }),
        fc.date({ min: new Date('2026-01-05'), max: new Date('2027-12-01'), noInvalidDate: true }),
        (zone, hour, minute, everyDays, count, from) => {
          const members = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count);
          const handoff = `${String(hour).padStart(2, '0')}:${minute}`;
          const whole = { from: from.getTime(), to: from.getTime() + 40 * 86_400_000 };
          const turns = shift({ members, everyDays, handoff, start: '2026-01-01' });
          const spans = spansOfShift(turns, zone, whole);
          expect(spans[0]?.from).toBe(whole.from);
          expect(spans.at(-1)?.to).toBe(whole.to);
          for (const [index, { to }] of spans.slice(0, -1).entries()) expect(spans[index + 1]?.from).toBe(to);
          expect(overlapsIn(spans)).toEqual([]);
          // Looked at from any moment on it is the same person.
          const later = { from: whole.from + 3_600_000, to: whole.to };
          expect(spansOfShift(turns, zone, later).at(-1)).toEqual(
            count === 1 ? { ...spans.at(-1), from: later.from } : spans.at(-1),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a layer', () => {
  const week = stretch('2026-12-24T00:00+01:00', '2026-12-28T00:00+01:00');
  const first = layer('first', [shift()], { onHolidays: { layer: 'lead' } });
  const lead = layer('lead', [shift({ members: ['lena'], everyDays: 7 })]);

  it('is taken over by another on a holiday, from midnight to midnight', () => {
    const soc = rota([first, lead], { holidays: ['2026-12-25', '2026-12-26'] });
    expect(told(inOrder(plannedSpans(soc, first, week, noFacts)))).toEqual([
      'adam 12-24 00:00+01:00 … 12-24 09:00+01:00',
      'olivia 12-24 09:00+01:00 … 12-25 00:00+01:00',
      'lena 12-25 00:00+01:00 … 12-27 00:00+01:00',
      'olivia 12-27 00:00+01:00 … 12-27 09:00+01:00',
      'adam 12-27 09:00+01:00 … 12-28 00:00+01:00',
    ]);
  });

  it('has nobody on a holiday of a calendar where it says so', () => {
    const off = layer('first', [shift()], { onHolidays: 'off' });
    const soc = rota([off], { holidayCalendar: 'holidays' });
    const facts = {
      ...noFacts,
      schedule: () => [{ ...stretch('2026-12-25T00:00+01:00', '2026-12-26T00:00+01:00'), who: 'Christmas' }],
    };
    const gone = plannedSpans(soc, off, week, facts).filter(
      ({ from, to }) => from < at('2026-12-26T00:00+01:00') && to > at('2026-12-25T00:00+01:00'),
    );
    expect(gone).toEqual([]);
  });

  it('is whoever an override says, and of two the later', () => {
    const soc = rota([lead]);
    const override = (number: number, who: string, from: string, to: string) => ({
      ...{ number, rota: 'soc', layer: 'lead', who, instead: undefined },
      ...stretch(from, to),
    });
    const overrides = [
      override(2, 'amara', '2026-12-25T06:00+01:00', '2026-12-25T12:00+01:00'),
      override(1, 'adam', '2026-12-25T00:00+01:00', '2026-12-26T00:00+01:00'),
      { ...override(3, 'vera', '2026-12-24T00:00+01:00', '2026-12-28T00:00+01:00'), rota: 'cloud' },
    ];
    const planned = plannedSpans(soc, lead, week, noFacts);
    expect(takenOver(soc, lead, week, planned, overrides).map(({ who }) => who)).toEqual([
      ...['lena', 'adam', 'amara', 'adam', 'lena'],
    ]);
  });

  it('keeps the other one of a pair where one is relieved', () => {
    const pair = layer('first', [shift({ members: ['lena'] }), shift({ members: ['amara'] })], {
      pairs: true,
    });
    const day = stretch('2026-12-25T00:00+01:00', '2026-12-26T00:00+01:00');
    const relieved = { number: 1, rota: 'soc', layer: 'first', who: 'adam', instead: 'lena', ...day };
    const planned = plannedSpans(rota([pair]), pair, day, noFacts);
    const who = takenOver(rota([pair]), pair, day, planned, [relieved]).map((one) => one.who);
    expect(who).toEqual(['adam', 'amara']);
  });
});

describe('troubles of a rota', () => {
  const days = stretch('2026-11-02T00:00+01:00', '2026-11-05T00:00+01:00');
  const first = layer('first', [shift()]);
  const lead = layer('lead', [shift({ members: ['lena'], start: '2026-10-01' })]);
  const spans = (of: typeof first, more = noFacts) => ({
    layer: of,
    spans: plannedSpans(rota([of]), of, days, more),
  });
  const found = (
    layers: ReturnType<typeof spans>[],
    unfit: (who: string) => string | undefined = () => undefined,
  ) => troublesOf(rota(layers.map((one) => one.layer)), layers, days, unfit);

  it('are none where somebody is there all the time', () => {
    const earlier = layer('first', [shift({ start: '2026-10-01' })]);
    expect(found([spans(earlier), spans(lead)])).toEqual([]);
  });

  it('are a gap in the first layer, and worse where nobody stands behind it', () => {
    expect(found([spans(first), spans(lead)])).toMatchObject([
      { kind: 'gap', layer: 'first', from: days.from },
    ]);
    expect(found([spans(first)])).toMatchObject([
      { kind: 'nobody', layer: '', from: days.from, to: at('2026-11-02T09:00+01:00') },
    ]);
  });

  it('are two in one layer unless pairs are meant, and one in two layers', () => {
    const two = [shift({ start: '2026-10-01' }), shift({ members: ['priya'], start: '2026-10-01' })];
    expect(found([spans(layer('first', two))]).map(({ kind, who }) => [kind, who.length])).toEqual([
      ...[
        ['overlap', 2],
        ['overlap', 2],
        ['overlap', 2],
        ['overlap', 2],
      ],
    ]);
    expect(found([spans(layer('first', two, { pairs: true }))])).toEqual([]);
    const alone = layer('first', [shift({ members: ['lena'], start: '2026-10-01' })]);
    expect(found([spans(alone), spans(lead)])).toMatchObject([{ kind: 'twice', who: ['lena'], ...days }]);
  });

  it('are people who cannot be called, and the time that is empty without them', () => {
    const gone = (who: string) => (who === 'adam' ? 'has left' : undefined);
    const earlier = layer('first', [shift({ start: '2026-11-01', members: ['adam'], everyDays: 7 })]);
    expect(found([spans(earlier)], gone)).toMatchObject([
      { kind: 'nobody', ...days },
      { kind: 'unfit', layer: 'first', who: ['adam'], because: 'has left', ...days },
    ]);
  });

  it('are not looked for at hours at which nobody has to be there', () => {
    const office = { days: everyDay, from: '09:00', to: '17:00' };
    const soc = rota([first], { covers: [office] });
    expect(troublesOf(soc, [spans(first)], days, () => undefined)).toEqual([]);
  });
});
