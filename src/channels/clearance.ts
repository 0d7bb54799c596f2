import type { Entity, Owner } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { bound, clean, legible } from './clean.ts';
import { createVeil } from './personal.ts';

/** How much a room is shown: everything but secrets; that without personal details; or that an incident exists. */
export type Clearance = 'whole' | 'masked' | 'existence';

/** What one room is shown, as the settings list it. */
export interface RoomClearance {
  channel: 'slack' | 'teams';
  conversation: string;
  shows: Clearance;
  /** Where `masked`: hosts and resources, too. */
  hideHosts: boolean;
}

/** For whom something is drawn. */
export interface Audience {
  /** `revealed` hides nothing at all, secrets neither. */
  shows: Clearance | 'revealed';
  hideHosts: boolean;
  /** One person reads it, of whom it was made sure that they may see this incident. */
  alone: boolean;
}

/** A room that the settings do not list, and whoever is in it. */
export const unlisted: Audience = { shows: 'whole', hideHosts: false, alone: false };

/** One person who may see the incident. */
export const named: Audience = { ...unlisted, alone: true };
export const revealed: Audience = { shows: 'revealed', hideHosts: false, alone: true };

const strictness: Record<Audience['shows'], number> = { revealed: 0, whole: 1, masked: 2, existence: 3 };

/** What a room is shown; a room that is listed twice, the less of both. `undefined` where it is not listed. */
export function findRoom(
  rooms: RoomClearance[],
  { channel, conversation }: Pick<RoomClearance, 'channel' | 'conversation'>,
): Audience | undefined {
  return strictest(rooms.filter((room) => room.channel === channel && room.conversation === conversation));
}

/** The least that any of these rooms is shown; `undefined` of none. */
export function strictest(rooms: RoomClearance[]): Audience | undefined {
  const [first, ...others] = rooms;
  if (!first) return undefined;
  const shows = others.reduce(
    (least, room) => (strictness[room.shows] > strictness[least] ? room.shows : least),
    first.shows,
  );
  return { shows, hideHosts: rooms.some(({ hideHosts }) => hideHosts), alone: false };
}

/** Whether no more may be told of it than that it exists. Where nobody made sure who reads, that is so. */
export function isHidden({ restrictedTo }: Pick<Incident, 'restrictedTo'>, audience: Audience): boolean {
  return audience.shows === 'existence' || (restrictedTo !== undefined && !audience.alone);
}

/** What is said in place of everything else. */
export function existenceInWords({ restrictedTo }: Pick<Incident, 'restrictedTo'>): string {
  return restrictedTo ? 'restricted incident' : 'not shown in this room';
}

/** Makes untrusted text of one incident fit for an audience. */
export interface Curtain {
  /** Cleaned, masked as the audience needs it, then at most `limit` code points. */
  (text: string, limit: number): string;
  /** The name of something of ours that is no entity of the incident; empty where hosts are hidden. */
  ours(name: string, limit: number): string;
  /** Whether something was hidden so far. */
  hid(): boolean;
}

/** `named` are entities that the text names beside those of the incident. */
export function hang(
  incident: Concerned,
  { shows, hideHosts }: Pick<Audience, 'shows' | 'hideHosts'>,
  named: Entity[] = [],
): Curtain {
  let hid = false;
  const note = (shown: string, all: string) => {
    hid ||= shown !== all;
    return shown;
  };
  const hidesHosts = hideHosts || shows === 'existence';
  const veil = isMasked({ shows })
    ? createVeil([...incident.alerts.flatMap(({ entities }) => entities), ...named], {
        hideHosts: hidesHosts,
        people: askedIn(incident),
      })
    : undefined;
  const draw = (text: string, limit: number): string => {
    const all = legible(text, limit);
    if (shows === 'revealed') return all;
    if (!veil) return note(clean(text, limit), all);
    // Masked before it is cut: half an address is one that no form knows.
    return note(bound(veil(clean(text, longest)), limit), all);
  };
  const ours = (name: string, limit: number) =>
    veil && hidesHosts ? note('', legible(name, limit)) : draw(name, limit);
  return Object.assign(draw, { ours, hid: () => hid });
}

/**
 * Whether personal details are hidden. Where a room is told only that it exists, whatever is said of it all the same names
 * nobody.
 */
export function isMasked({ shows }: Pick<Audience, 'shows'>): boolean {
  switch (shows) {
    case 'revealed':
    case 'whole':
      return false;
    case 'masked':
    case 'existence':
      return true;
  }
}

type Concerned = Pick<Incident, 'alerts' | 'inquiries' | 'deeds'>;

/** Who was asked about it, and about whom: the directory names them, its alerts need not. */
function askedIn({ inquiries, deeds }: Concerned): Owner[] {
  const questions = [
    ...inquiries.map(({ question }) => question),
    // Of questions that the state has forgotten what was done still tells.
    ...deeds.flatMap((deed) => (deed.type === 'asked' ? [deed.question] : [])),
  ];
  const told = deeds.flatMap((deed) => {
    if (deed.type === 'unanswered') return [deed.asked];
    if (deed.type !== 'answered') return [];
    return deed.by.kind === 'person' ? [deed.about, deed.by] : [deed.about];
  });
  return [...questions.flatMap(({ about, asked }) => [about, asked]), ...told];
}

/** Longer than anything that is read; see `clean.ts`. */
const longest = 30_000;
