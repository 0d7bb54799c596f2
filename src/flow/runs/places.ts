import type { Run } from '../../incident/run.ts';
import type { People } from '../../people/people.ts';
import { leads } from '../../people/permissions.ts';
import type { Person } from '../../people/roster.ts';
import { type RunPlace, roomsOf } from '../../store/run-messages.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { incidentOf } from './move.ts';

/** A team has few leads; more would be noise. */
const mostAsked = 5;

/**
 * Where a run is shown: under the cards of its incident and in the rooms for approvals; and to leads themselves where it
 * waits for one. Of a restricted incident only to those whom it names.
 */
export async function placesOf(floor: Watchfloor, people: People, run: Run): Promise<RunPlace[]> {
  const { incident } = await incidentOf(floor.db, run);
  const waits = run.state === 'awaiting-approval' && run.need !== 'own';
  const asksLeads = waits && (run.need === 'lead' || run.need === 'two');
  if (incident.restrictedTo) {
    const named = incident.restrictedTo.flatMap(({ id }) => people.byId(id) ?? []);
    return directly(floor, people, named);
  }
  const cards = await roomsOf(floor.db, incident.id);
  const rooms: RunPlace[] = cards.map(({ channel, conversation }) => ({
    channel,
    place: conversation,
    isDirect: false,
    inThread: true,
    personId: undefined,
  }));
  const known = new Set(rooms.map(({ channel, place }) => `${channel} ${place}`));
  const extra: RunPlace[] = (waits ? floor.plays.policy.rooms : [])
    .filter(({ channel, conversation }) => !known.has(`${channel} ${conversation}`))
    .map(({ channel, conversation }) => ({
      channel,
      place: conversation,
      isDirect: false,
      inThread: false,
      personId: undefined,
    }));
  const asked = asksLeads
    ? people
        .havingRole(leads)
        .filter(({ id }) => run.requestedBy.kind === 'rule' || run.requestedBy.id !== id)
    : [];
  return [...rooms, ...extra, ...(await directly(floor, people, asked.slice(0, mostAsked)))];
}

/** The direct chat with whoever asked; none where a rule did. */
export async function placeOfRequester(
  floor: Watchfloor,
  people: People,
  { requestedBy }: Run,
): Promise<RunPlace[]> {
  const person = requestedBy.kind === 'person' ? people.byId(requestedBy.id) : undefined;
  return person ? directly(floor, people, [person]) : [];
}

/** One direct chat each: Slack's, where their link is proven, else Teams'. */
async function directly(floor: Watchfloor, people: People, asked: Person[]): Promise<RunPlace[]> {
  const places = await Promise.all(
    asked.map(async ({ id }): Promise<RunPlace[]> => {
      const [slackId] = floor.channels.has('slack') ? await people.slackIdsOf(id) : [];
      const direct = { isDirect: true, inThread: false, personId: id };
      if (slackId) return [{ channel: 'slack', place: slackId, ...direct }];
      return floor.channels.has('teams') ? [{ channel: 'teams', place: id, ...direct }] : [];
    }),
  );
  return places.flat();
}
