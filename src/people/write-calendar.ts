import ICAL from 'ical.js';
import type { Stretch } from '../time/stretch.ts';

/** A turn as a calendar shows it. */
export interface CalendarTurn extends Stretch {
  /** The same as long as it is the same turn, whoever has it: calendars then move it and show no second one. */
  id: string;
  /** `On call, first: Adam Keller`. */
  title: string;
  /** Their address; empty where there is none. */
  address: string;
  about: string;
}

/** A calendar that others subscribe to. RFC 5545 and RFC 7986; times are UTC, which every calendar knows. */
export function writeCalendar(
  { name, turns, everyMinutes }: { name: string; turns: readonly CalendarTurn[]; everyMinutes: number },
  now: number,
): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.updatePropertyWithValue('version', '2.0');
  calendar.updatePropertyWithValue('prodid', '-//Watchfloor//On call//EN');
  calendar.updatePropertyWithValue('method', 'PUBLISH');
  // Some read the one, some the other.
  calendar.updatePropertyWithValue('name', name);
  calendar.updatePropertyWithValue('x-wr-calname', name);
  const often = ICAL.Duration.fromSeconds(everyMinutes * 60);
  calendar.updatePropertyWithValue('refresh-interval', often);
  calendar.updatePropertyWithValue('x-published-ttl', often.toString());
  for (const turn of turns) calendar.addSubcomponent(eventOf(turn, now));
  return `${calendar.toString()}\r\n`;
}

function eventOf({ id, title, address, about, from, to }: CalendarTurn, now: number): ICAL.Component {
  const event = new ICAL.Component('vevent');
  event.updatePropertyWithValue('uid', id);
  event.updatePropertyWithValue('dtstamp', utc(now));
  event.updatePropertyWithValue('dtstart', utc(from));
  event.updatePropertyWithValue('dtend', utc(to));
  event.updatePropertyWithValue('summary', oneLine(title));
  if (about) event.updatePropertyWithValue('description', oneLine(about));
  // Nobody's calendar says that they are busy, day after day.
  event.updatePropertyWithValue('transp', 'TRANSPARENT');
  if (address) event.addPropertyWithValue('attendee', `mailto:${oneLine(address)}`);
  return event;
}

const utc = (at: number): ICAL.Time => ICAL.Time.fromJSDate(new Date(at), true);

/** ical.js escapes line feeds and leaves other ends of a line as they are. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();
