import type { Layer, Rota, RotaFacts } from '../../src/people/rota.ts';
import type { Shift } from '../../src/people/shift.ts';
import type { Span } from '../../src/people/spans.ts';
import { zonedAt } from '../../src/time/wall-clock.ts';

export const berlin = 'Europe/Berlin';

export const shift = (more: Partial<Shift> = {}): Shift => ({
  ...{ name: '', members: ['olivia', 'adam'], everyDays: 1, handoff: '09:00', start: '2026-11-02' },
  ...{ until: undefined, hours: [], ...more },
});

export const layer = (name: string, shifts: Shift[], more: Partial<Layer> = {}): Layer => ({
  ...{ name, shifts, schedule: undefined, onHolidays: undefined, pairs: false, ...more },
});

export const rota = (layers: Layer[], more: Partial<Rota> = {}): Rota => ({
  ...{ name: 'soc', timeZone: berlin, match: undefined, layers, holidays: [], holidayCalendar: undefined },
  ...{ covers: [], ...more },
});

export const noFacts: RotaFacts = { schedule: () => [] };

export const at = (said: string): number => Date.parse(said);
export const stretch = (from: string, to: string) => ({ from: at(from), to: at(to) });

/** `olivia 10-25 09:00+01:00 … 10-26 09:00+01:00`: what a person reads on the wall of that zone. */
export const told = (spans: readonly Pick<Span, 'who' | 'from' | 'to'>[], zone = berlin): string[] =>
  spans.map(({ who, from, to }) => `${who} ${onWall(from, zone)} … ${onWall(to, zone)}`);

export const hours = ({ from, to }: { from: number; to: number }): number => (to - from) / 3_600_000;

function onWall(moment: number, zone: string): string {
  return zonedAt(moment, zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'minute' })
    .slice(5)
    .replace('T', ' ');
}
