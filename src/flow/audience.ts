import {
  type Audience,
  findRoom,
  isHidden,
  named,
  type RoomClearance,
  strictest,
  unlisted,
} from '../channels/clearance.ts';
import type { Incident } from '../incident/incident.ts';
import type { Caller } from '../people/people.ts';
import { mayDo } from '../people/permissions.ts';
import type { Watchfloor } from './watchfloor.ts';

type Place = Pick<RoomClearance, 'channel' | 'conversation'>;

/** Who reads what is shown in a room. */
export function audienceIn({ clearance }: Pick<Watchfloor, 'clearance'>, place: Place): Audience {
  return findRoom(clearance, place) ?? unlisted;
}

/**
 * Who reads the answer to somebody's words: the room where they wrote, or, in a chat that the settings do not list,
 * they themselves. Where any room is shown less than the whole, such a chat is no way around it: only whoever may
 * reveal reads the whole there.
 */
export function audienceOfAnswer(
  { clearance }: Pick<Watchfloor, 'clearance'>,
  caller: Caller,
  place: Place,
): Audience {
  const room = findRoom(clearance, place);
  if (room || mayDo(caller, 'reveal')) return room ?? unlisted;
  const hideHosts = clearance.some((one) => one.hideHosts);
  return clearance.some(({ shows }) => shows !== 'whole')
    ? { ...unlisted, shows: 'masked', hideHosts }
    : unlisted;
}

/** Who reads what somebody is shown alone: they themselves, as in a chat of their own. */
export function audienceAlone(
  floor: Pick<Watchfloor, 'clearance'>,
  caller: Caller,
  channel: Place['channel'],
  { restrictedTo }: Pick<Incident, 'restrictedTo'>,
): Audience {
  return restrictedTo ? named : audienceOfAnswer(floor, caller, { channel, conversation: '' });
}

/**
 * Who reads the card that answers a press: the presser, who may stand in any room of theirs, as a press does not say in
 * which. Where the settings list none of that channel, it is like a chat of their own. A restricted incident has let
 * them in by name.
 */
export function audienceOfPress(
  floor: Pick<Watchfloor, 'clearance'>,
  caller: Caller,
  channel: Place['channel'],
  incident: Pick<Incident, 'restrictedTo'>,
): Audience {
  const rooms = floor.clearance.filter((room) => room.channel === channel);
  const room = incident.restrictedTo ? undefined : strictest(rooms);
  return room ?? audienceAlone(floor, caller, channel, incident);
}

/** Who reads a dialog: one person, who is told what they may read alone where that room is told nothing. */
export function audienceOfDialog(
  floor: Pick<Watchfloor, 'clearance'>,
  caller: Caller,
  channel: Place['channel'],
  incident: Pick<Incident, 'restrictedTo'>,
): Audience {
  const audience = audienceOfPress(floor, caller, channel, incident);
  return isHidden(incident, audience) ? audienceAlone(floor, caller, channel, incident) : audience;
}
