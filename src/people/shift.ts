import { Temporal } from 'temporal-polyfill';
import { type Hours, hoursWithin } from '../time/hours.ts';
import { clip, common, type Stretch } from '../time/stretch.ts';
import { dateAt, momentOf } from '../time/wall-clock.ts';
import { inOrder, type Span } from './spans.ts';

/** People who take turns. */
export interface Shift {
  /** `night`; empty where a layer has one only. */
  name: string;
  /** In their order; one alone is always on call. */
  members: readonly string[];
  /** Each has so many days in a row: 1 is a day, 7 a week. */
  everyDays: number;
  /** When one hands over to the next by the clock on the wall: `09:00`. */
  handoff: string;
  /** The day on which the first takes over; nobody is on call before: `2026-11-02`. */
  start: string;
  /** The day on which the last hands over and nobody takes over. */
  until: string | undefined;
  /** At these times alone, whoever's turn it is; all the time where empty. */
  hours: readonly Hours[];
}

/** Who is on call in a stretch by this shift alone. Days are those of the zone: a turn over a change of clocks is 23 or 25 hours. */
export function spansOfShift(shift: Shift, zone: string, stretch: Stretch): Span[] {
  const turns = turnsOf(shift, zone, stretch);
  const { name, hours } = shift;
  const at = (who: string, { from, to }: Stretch): Span => ({ from, to, who, why: { kind: 'shift', name } });
  const spans = turns.flatMap(({ who, ...turn }) =>
    (hours.length === 0 ? [turn] : common(hoursWithin(hours, turn, zone), [turn])).map((part) =>
      at(who, part),
    ),
  );
  return inOrder(clip(spans, stretch));
}

function turnsOf(
  { members, everyDays, handoff, start, until }: Shift,
  zone: string,
  { from, to }: Stretch,
): (Stretch & { who: string })[] {
  const first = Temporal.PlainDate.from(start);
  const turnAt = (turn: number) => momentOf(first.add({ days: turn * everyDays }), handoff, zone);
  const end =
    until === undefined ? to : Math.min(to, momentOf(Temporal.PlainDate.from(until), handoff, zone));
  const days = first.until(dateAt(from, zone), { largestUnit: 'days' }).days;
  const turns: (Stretch & { who: string })[] = [];
  // A day earlier: before the handoff it is still the turn of the day before.
  for (let turn = Math.max(0, Math.floor((days - 1) / everyDays)); turnAt(turn) < end; turn += 1) {
    const who = members[turn % members.length];
    if (who) turns.push({ from: turnAt(turn), to: Math.min(turnAt(turn + 1), end), who });
  }
  return turns.filter((turn) => turn.to > from);
}
