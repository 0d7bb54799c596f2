import type { Matcher } from '../incident/match.ts';
import type { Hours } from '../time/hours.ts';
import { clip, common, type Stretch, without } from '../time/stretch.ts';
import { dayNamed } from '../time/wall-clock.ts';
import { type Shift, spansOfShift } from './shift.ts';
import { inOrder, type Span } from './spans.ts';

/** Who is called for what, one layer after the other. */
export interface Rota {
  name: string;
  /** `Europe/Berlin`. */
  timeZone: string;
  /** Incidents that it is called for; nothing named is none but those of no other rota. */
  match: Matcher | undefined;
  /** In the order in which they are called. */
  layers: readonly Layer[];
  /** Whole days by the clock of the zone: `2026-12-25`. */
  holidays: readonly string[];
  /** A calendar of holidays, by the key of its schedule. */
  holidayCalendar: string | undefined;
  /** When somebody has to be on call; all the time where empty. */
  covers: readonly Hours[];
}

export interface Layer {
  /** `first`, `second`, `lead`. */
  name: string;
  /** Whose shifts these are; empty where a schedule says who is on call. */
  shifts: readonly Shift[];
  /** Key of a schedule that is kept elsewhere. */
  schedule: string | undefined;
  /** On holidays nobody of this layer is on call, or whoever is in another one; as on any day where absent. */
  onHolidays: { layer: string } | 'off' | undefined;
  /** Two at a time are meant. */
  pairs: boolean;
}

/** Somebody takes a layer over for a while, whoever's turn it was. */
export interface Override extends Stretch {
  number: number;
  rota: string;
  layer: string;
  who: string;
  /** Whose place of a pair it is; `undefined` where it came of no swap. */
  instead: string | undefined;
}

/** What a rota is computed from beside the settings. */
export interface RotaFacts {
  /** Who is on call by a schedule that is kept elsewhere, as it was read last; a holiday has nobody. */
  schedule(key: string): readonly (Stretch & { who: string })[];
}

/**
 * Who is on call in a layer, in order, where these spans are planned; of two overrides the later counts. Two at a time are no
 * fault of this: `troublesOf` tells of it. People go by one id each, for the plan may call them otherwise than overrides do.
 */
export function takenOver(
  rota: Rota,
  layer: Layer,
  stretch: Stretch,
  planned: readonly Span[],
  overrides: readonly Override[],
): Span[] {
  const spans = overrides
    .filter((one) => one.rota === rota.name && one.layer === layer.name)
    .toSorted((a, b) => a.number - b.number)
    .reduce<readonly Span[]>((before, { from, to, who, number, instead }) => {
      const stays = (span: Span) => layer.pairs && instead !== undefined && span.who !== instead;
      const goes = before.filter((span) => !stays(span));
      const taken: Span = { from, to, who, why: { kind: 'override', number } };
      return [...before.filter(stays), ...without(goes, [{ from, to }]), taken];
    }, planned);
  return inOrder(clip(spans, stretch));
}

/** Who is on call in a layer without anybody's override. */
export function plannedSpans(rota: Rota, layer: Layer, stretch: Stretch, facts: RotaFacts): Span[] {
  const usual = usualSpans(rota, layer, stretch, facts);
  const { onHolidays } = layer;
  if (onHolidays === undefined) return usual;
  const holidays = holidaysOf(rota, stretch, facts);
  const rest = without(usual, holidays);
  if (onHolidays === 'off') return rest;
  const other = rota.layers.find(({ name }) => name === onHolidays.layer);
  const others = other ? usualSpans(rota, other, stretch, facts) : [];
  const taken = holidays.flatMap((holiday) => clip(others, holiday));
  return [
    ...rest,
    ...taken.map((span): Span => ({ ...span, why: { kind: 'holiday', layer: onHolidays.layer } })),
  ];
}

function usualSpans(
  { timeZone }: Rota,
  { shifts, schedule }: Layer,
  stretch: Stretch,
  facts: RotaFacts,
): Span[] {
  if (schedule === undefined) return shifts.flatMap((shift) => spansOfShift(shift, timeZone, stretch));
  return clip(facts.schedule(schedule), stretch).map((one) => ({ ...one, why: { kind: 'schedule' } }));
}

/** When it is a holiday; by the days of the zone. */
function holidaysOf(rota: Rota, stretch: Stretch, facts: RotaFacts): Stretch[] {
  const named = rota.holidays.map((date) => dayNamed(date, rota.timeZone));
  const listed = rota.holidayCalendar === undefined ? [] : facts.schedule(rota.holidayCalendar);
  return common([...named, ...listed], [stretch]);
}
