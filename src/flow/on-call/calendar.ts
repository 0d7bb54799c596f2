import { createHmac, timingSafeEqual } from 'node:crypto';
import { clean } from '../../channels/clean.ts';
import type { People } from '../../people/people.ts';
import { unfitness } from '../../people/unfit.ts';
import { type CalendarTurn, writeCalendar } from '../../people/write-calendar.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openBook, type RotaBook } from './book.ts';

const dayMs = 86_400_000;
/** What was, for whoever writes down their hours; and as far as anybody plans. */
const [backDays, aheadDays] = [31, 62];
/** Calendars look when they like; most do every few hours. */
const everyMinutes = 60;

/** What a calendar asks for: `soc`, or `mine` for one's own turns; whose address it is, and what it proves that by. */
export interface CalendarRequest {
  calendar: string;
  personId: string;
  key: string;
}

/** Proves that we gave somebody the address; good as long as the key that it is made with, and as they are one of us. */
export function calendarKey(tokenKey: string, calendar: string, personId: string): string {
  return createHmac('sha256', tokenKey)
    .update(`on-call calendar ${calendar} ${personId}`)
    .digest('base64url');
}

/** The calendar as text, or `undefined` for whoever should not have it. `keys` are all that are good now. */
export async function giveCalendar(
  floor: Watchfloor,
  people: People,
  keys: readonly string[],
  { calendar, personId, key }: CalendarRequest,
): Promise<string | undefined> {
  if (!keys.some((one) => isSame(calendarKey(one, calendar, personId), key))) return undefined;
  const entry = await people.entry(personId);
  if (!entry || unfitness(entry)) return undefined;
  const isOwn = calendar === 'mine';
  const rotas = floor.rotas.policy.rotas.filter(({ name }) => isOwn || name === calendar);
  if (rotas.length === 0) return undefined;
  const now = floor.now().getTime();
  const stretch = { from: now - backDays * dayMs, to: now + aheadDays * dayMs };
  const turns: CalendarTurn[] = [];
  for (const rota of rotas) {
    const book = await openBook(floor, people, rota, stretch);
    turns.push(...turnsOf(book, isOwn ? entry.person.id : undefined));
  }
  return writeCalendar({ name: isOwn ? 'On call, mine' : `On call, ${calendar}`, turns, everyMinutes }, now);
}

function turnsOf({ rota, layers, holders }: RotaBook, only: string | undefined): CalendarTurn[] {
  return layers.flatMap(({ layer, spans }) =>
    spans
      .filter(({ who }) => only === undefined || who === only)
      .map(({ who, from, to }): CalendarTurn => {
        const { name = who, person } = holders.get(who) ?? {};
        return {
          ...{ from, to },
          // Of two at a time each has their own; whoever takes a turn over takes its place in the calendar.
          id: `${rota.name}-${layer.name}-${from}${layer.pairs ? `-${who}` : ''}@watchfloor`,
          title: `On call, ${layer.name} of ${rota.name}: ${clean(name, 80)}`,
          address: person?.upn ?? '',
          about: `${layer.name} of ${rota.name}`,
        };
      }),
  );
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
