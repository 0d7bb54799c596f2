import { findPerson } from '../people.ts';
import { turnsBetween } from '../schedules/turns.ts';
import { unsupportedFilter } from './query.ts';
import { GraphRefusal } from './refusal.ts';
import { page, type Route } from './route.ts';

/** The team whose schedule it is, and the two groups in it. */
export const SHIFTS_TEAM = '5d0e9b1c-2f47-4a86-b3c9-18e7f6a4d502';
const groups = {
  cloud: 'TAG_228940ed-ff84-4e25-b129-1b395cf78be0',
  tills: 'TAG_9c1f52aa-0d3b-4f7e-8a61-7f20d1f4c9b3',
};
export const SHIFTS_GROUP = groups.cloud;
const LONGEST_PAGE = 10;

/**
 * Shifts of Microsoft Teams: Olivia and Adam have a day each in the group of the cloud. One shift is a draft that was not
 * shared yet, and one is about to be deleted. https://learn.microsoft.com/graph/api/schedule-list-shifts
 */
export function mountShifts(route: Route): void {
  route('/v1.0/teams/:id/schedule/shifts', ['Schedule.Read.All', 'Schedule.ReadWrite.All'], ({ id, url }) => {
    if (id !== SHIFTS_TEAM) throw new GraphRefusal(404, 'NotFound', `Team with id '${id}' was not found.`);
    const { from, to } = stretchIn(url.searchParams.get('$filter') ?? '');
    const shared = turnsBetween(['olivia', 'adam'], 1, { from, to })
      // What begins before or ends after is not what the filter asks for.
      .filter((turn) => from <= turn.from && turn.to <= to)
      .map((turn) => shiftOf(turn, groups.cloud));
    const others = turnsBetween(['vera'], 1, { from, to })
      .slice(0, 1)
      .flatMap((turn) => [
        { ...shiftOf(turn, groups.cloud), sharedShift: null, draftShift: itemOf(turn) },
        { ...shiftOf(turn, groups.cloud), isStagedForDeletion: true },
        shiftOf(turn, groups.tills),
      ]);
    return page(url, `teams('${id}')/schedule/shifts`, [...shared, ...others], LONGEST_PAGE);
  });
}

/** Each property once, joined by `and`: Graph takes no property twice. */
function stretchIn(filter: string): { from: number; to: number } {
  const parts = filter === '' ? [] : filter.split(' and ');
  const read = parts.map((part) => /^sharedShift\/(startDateTime ge|endDateTime le) (\S+)$/.exec(part));
  const names = read.map((found) => found?.[1] ?? '');
  if (names.includes('') || new Set(names).size < names.length) throw unsupportedFilter();
  const momentOf = (name: string, usual: number) => {
    const value = read.find((found) => found?.[1] === name)?.[2];
    return value === undefined ? usual : Date.parse(value);
  };
  const now = Date.now();
  const year = 365 * 86_400_000;
  return { from: momentOf('startDateTime ge', now - year), to: momentOf('endDateTime le', now + year) };
}

interface Turn {
  who: string;
  from: number;
  to: number;
}

function shiftOf(turn: Turn, schedulingGroupId: string): object {
  return {
    id: `SHFT_${turn.who}-${turn.from}`,
    userId: findPerson(turn.who).oid,
    schedulingGroupId,
    isStagedForDeletion: false,
    sharedShift: itemOf(turn),
    draftShift: null,
  };
}

const itemOf = ({ from, to }: Turn): object => ({
  displayName: 'On call',
  startDateTime: new Date(from).toISOString(),
  endDateTime: new Date(to).toISOString(),
  theme: 'blue',
  notes: '',
  activities: [],
});
