import { clean } from '../../channels/clean.ts';
import type { Trouble } from '../../people/rota-troubles.ts';
import type { Stretch } from '../../time/stretch.ts';
import type { Holder, RotaBook } from './book.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `Fri 4 Dec 03:00`, by the clock on the wall of a zone. */
export function onWall(at: number, zone: string): string {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' },
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
  clocks.set(zone, clock);
  return clock.format(at).replaceAll(',', '');
}

/** `Fri 4 Dec 09:00 to Sat 5 Dec 09:00`. */
export const between = ({ from, to }: Stretch, zone: string): string =>
  `${onWall(from, zone)} to ${onWall(to, zone)}`;

export const nameOf = (holders: ReadonlyMap<string, Holder>, who: string): string =>
  clean(holders.get(who)?.name ?? who, 60);

/** A schedule that is kept elsewhere, as people call it; the ids of a team and its groups tell nobody anything. */
export function scheduleName(key: string): string {
  const [kind = '', ...rest] = key.split(' ');
  const named: Record<string, string> = {
    pagerduty: 'PagerDuty',
    opsgenie: 'Opsgenie',
    calendar: 'Calendar',
  };
  return kind in named ? clean(`${named[kind]} ${rest.join(' ')}`, 60) : 'Shifts of Teams';
}

/** A trouble as a line: what it is leads, when and who follows. */
export function troubleInWords(
  trouble: Trouble,
  { rota, holders }: RotaBook,
): { lead: string; text: string } {
  const { kind, layer, who, because } = trouble;
  const names = who.map((one) => nameOf(holders, one)).join(' and ');
  const when = between(trouble, rota.timeZone);
  switch (kind) {
    case 'nobody':
      return { lead: 'Nobody', text: `${when}: nobody can be called, in any layer` };
    case 'gap':
      return { lead: `Gap in ${layer}`, text: when };
    case 'overlap':
      return { lead: `Overlap in ${layer}`, text: `${when}: ${names}` };
    case 'twice':
      return { lead: 'Twice', text: `${when}: ${names} is in two layers, so nobody stands behind them` };
    case 'unfit':
      return { lead: names, text: `${when}, ${layer}: ${because}, so nobody is called` };
  }
}
