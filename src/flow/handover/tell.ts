import { type Audience, unlisted } from '../../channels/clearance.ts';
import { drawHandover } from '../../channels/handover.ts';
import type { PageView } from '../../channels/page-view.ts';
import { type Handover, handoverName } from '../../incident/handover.ts';
import type { Incident } from '../../incident/incident.ts';
import { type Caller, maySee, type People } from '../../people/people.ts';
import type { Trx } from '../../store/database.ts';
import { recordHandoverTold } from '../../store/handovers.ts';
import { readStates } from '../../store/incidents.ts';
import { addNotices, type Notice, reviseNotice } from '../../store/notices.ts';
import { audienceAlone, audienceIn } from '../audience.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Somebody, or a room, that is told of a handover. */
type Listener =
  | { reader: 'from' | 'to'; personId: string }
  | { reader: 'room'; channel: 'slack' | 'teams'; conversation: string };

/** What comes new with this state, beside what was told before; all of it shows the handover as it is now. */
export async function tellHandover(
  trx: Trx,
  floor: Watchfloor,
  people: People,
  handover: Handover,
): Promise<void> {
  const ids = handover.entries.map(({ incident }) => incident);
  const incidents = await readStates(trx, ids);
  const draw = (listener: Listener) => drawFor(floor, people, handover, incidents, listener);
  for (const [key, listener] of listenersOf(floor, handover)) await reviseNotice(trx, key, draw(listener));
  const news = newsOf(floor, handover).map(({ listener, ...rest }): Notice => {
    const to =
      listener.reader === 'room'
        ? ({ kind: 'room', channel: listener.channel, conversation: listener.conversation } as const)
        : ({ kind: 'person', personId: listener.personId } as const);
    const calls = rest.interrupts && listener.reader !== 'room' ? [listener.personId] : [];
    return { kind: 'handover', to, calls, incident: undefined, page: draw(listener), ...rest };
  });
  await addNotices(trx, news, floor.now());
  await recordHandoverTold(trx, handover);
}

interface News {
  key: string;
  listener: Listener;
  interrupts: boolean;
}

/** Whom this state has to reach by a message of its own: nobody hears of an edit. */
function newsOf(floor: Watchfloor, { number, state, from, to, rota, receivers }: Handover): News[] {
  const at = `handover/${number}`;
  const giver = { reader: 'from', personId: from.id } as const;
  switch (state) {
    case 'draft':
      // Whoever asked for it has it as the answer.
      return rota ? [{ key: `${at}/from`, listener: giver, interrupts: true }] : [];
    case 'signed':
      return [
        { key: `${at}/from`, listener: giver, interrupts: false },
        ...(to
          ? [
              {
                key: `${at}/to/${to.id}/${receivers.length}`,
                listener: { reader: 'to', personId: to.id } as const,
                interrupts: true,
              },
            ]
          : []),
        ...roomsOf(floor).map((room) => ({
          key: keyOfRoom(number, room),
          listener: { reader: 'room', ...room } as const,
          interrupts: false,
        })),
      ];
    case 'declined':
    case 'expired':
      return [{ key: `${at}/from/${state}`, listener: giver, interrupts: true }];
    case 'accepted':
    case 'withdrawn':
      return [];
  }
}

/** Everybody who may have been told so far, by the key of what they were told. */
function listenersOf(floor: Watchfloor, { number, from, receivers }: Handover): Map<string, Listener> {
  const at = `handover/${number}`;
  const giver = { reader: 'from', personId: from.id } as const;
  return new Map<string, Listener>([
    [`${at}/from`, giver],
    [`${at}/from/declined`, giver],
    [`${at}/from/expired`, giver],
    ...receivers.map(
      (personId, index) => [`${at}/to/${personId}/${index + 1}`, { reader: 'to', personId }] as const,
    ),
    ...roomsOf(floor).map((room) => [keyOfRoom(number, room), { reader: 'room', ...room }] as const),
  ]);
}

const keyOfRoom = (number: number, { channel, conversation }: { channel: string; conversation: string }) =>
  `handover/${number}/room/${channel}/${conversation}`.slice(0, 200);

function roomsOf({ handovers, route, channels }: Watchfloor) {
  const rooms = handovers.rooms ?? route.to ?? [];
  return rooms.filter(({ channel }) => channels.has(channel));
}

function drawFor(
  floor: Watchfloor,
  people: People,
  handover: Handover,
  incidents: Map<number, Incident>,
  listener: Listener,
): PageView {
  if (listener.reader === 'to' && listener.personId !== handover.to?.id) return drawElsewhere(handover);
  return drawHandover(handover, {
    reader: listener.reader,
    incidents,
    audienceOf: (incident) => audienceOf(floor, people, listener, incident),
    now: floor.now().toISOString(),
  });
}

/** Whoever takes over has become somebody else. */
function drawElsewhere({ number, from }: Handover): PageView {
  const title = `${handoverName(number)} goes to somebody else now`;
  const subtitle = `${from.name} chose another receiver. There is nothing for you to do.`;
  return { title, subtitle, tone: 'plain', facts: [], sections: [], buttons: [], fallback: `${title}.` };
}

function audienceOf(floor: Watchfloor, people: People, listener: Listener, incident: Incident): Audience {
  if (listener.reader === 'room') return audienceIn(floor, listener);
  const caller = asCaller(people, listener.personId);
  return caller && maySee(caller, incident) ? audienceAlone(floor, caller, 'teams', incident) : unlisted;
}

/** Only a chat that is proven to be theirs is written into. */
function asCaller(people: People, personId: string): Caller | undefined {
  const person = people.byId(personId);
  return person && { ...person, assurance: 'full', because: '' };
}
