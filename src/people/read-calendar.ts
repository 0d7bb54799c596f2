import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { Malformed } from '../errors.ts';
import type { Stretch } from '../time/stretch.ts';
import { isTimeZone } from '../time/wall-clock.ts';

/** An event of a calendar, once for each time it takes place. */
export interface CalendarEvent extends Stretch {
  /** Addresses of those who attend, in lower case; where there are none, what the event is called. */
  who: string[];
}

/** Nobody keeps a rota of so many; a calendar that repeats itself every second has more. */
const mostOccurrences = 20_000;

/**
 * What takes place within a stretch, in no order. Days without a time are those of `zone`, and so are times that name no
 * zone. RFC 5545. Throws `Malformed`.
 */
export function readCalendar(text: string, stretch: Stretch, zone: string): CalendarEvent[] {
  const calendar = parse(text);
  const events = calendar
    .getAllSubcomponents('vevent')
    .filter((component) => component.getFirstPropertyValue('status') !== 'CANCELLED')
    .map((component) => new ICAL.Event(component));
  // An event that takes another one's place is told by that one.
  return events
    .filter((event) => !event.isRecurrenceException())
    .flatMap((event) => occurrences(event, stretch, zone));
}

function parse(text: string): ICAL.Component {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text.replace(/^\ufeff/, '')));
    if (calendar.name === 'vcalendar') return calendar;
  } catch (cause) {
    throw new Malformed('It is not a calendar of RFC 5545.', { cause });
  }
  throw new Malformed('It holds no VCALENDAR.');
}

function occurrences(event: ICAL.Event, stretch: Stretch, zone: string): CalendarEvent[] {
  if (!event.startDate) return [];
  if (!event.isRecurring()) return within(event, event.startDate, event.endDate, stretch, zone);
  const found: CalendarEvent[] = [];
  const iterator = event.iterator();
  for (let count = 0; ; count += 1) {
    const next = iterator.next();
    if (!next) return found;
    if (count === mostOccurrences)
      throw new Malformed(`"${event.summary ?? ''}" takes place more than ${mostOccurrences} times.`);
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    if (momentOf(next, zoneIn(event, 'dtstart'), zone) >= stretch.to) return found;
    found.push(...within(item, startDate, endDate, stretch, zone));
  }
}

function within(
  event: ICAL.Event,
  start: ICAL.Time,
  end: ICAL.Time,
  stretch: Stretch,
  zone: string,
): CalendarEvent[] {
  const named = zoneIn(event, 'dtstart');
  const from = momentOf(start, named, zone);
  const to = momentOf(end, zoneIn(event, 'dtend') ?? named, zone);
  return from < to && from < stretch.to && stretch.from < to ? [{ from, to, who: peopleOf(event) }] : [];
}

/** What the event itself says: ical.js forgets zones that the file does not explain. */
function zoneIn({ component }: ICAL.Event, property: 'dtstart' | 'dtend'): string | undefined {
  return component.getFirstProperty(property)?.getFirstParameter('tzid');
}

/**
 * By the zone that it names, where that is one that everybody knows; Outlook's own names are explained within the file,
 * and ical.js reads that. The rest is by the zone of whoever asks.
 */
function momentOf(time: ICAL.Time, named: string | undefined, zone: string): number {
  const known = named && isTimeZone(named) ? named : undefined;
  const isExplained = time.zone && time.zone !== ICAL.Timezone.localTimezone;
  if (!time.isDate && !known && isExplained) return time.toUnixTime() * 1_000;
  const { year, month, day, hour, minute, second } = time;
  const wall = Temporal.PlainDateTime.from({ year, month, day, hour, minute, second });
  return wall.toZonedDateTime(time.isDate ? zone : (known ?? zone)).epochMilliseconds;
}

function peopleOf({ attendees, summary }: ICAL.Event): string[] {
  const addresses = attendees.flatMap((one) => {
    const value = String(one.getFirstValue() ?? '');
    return one.getFirstParameter('partstat') !== 'DECLINED' && /^mailto:/i.test(value)
      ? [value.slice('mailto:'.length).trim().toLowerCase()]
      : [];
  });
  const name = (summary ?? '').replace(/^on[- ]call:?\s+/i, '').trim();
  return addresses.length > 0 ? addresses : name ? [name] : [];
}
