import { drawCall, drawCallInThread, type Occasion } from '../../channels/call.ts';
import { FarSideError } from '../../errors.ts';
import type { Instant, Owner } from '../../incident/alert.ts';
import type { Call } from '../../incident/escalation.ts';
import { isExercise } from '../../incident/exercise.ts';
import type { Actor, Incident } from '../../incident/incident.ts';
import type { Limit, Way, Whom } from '../../incident/limits.ts';
import { runningLimit } from '../../incident/limits-ahead.ts';
import { prioritise } from '../../incident/priority.ts';
import { whomToCall } from '../../people/ladder.ts';
import { maySee, type People } from '../../people/people.ts';
import type { Trx } from '../../store/database.ts';
import type { Draft } from '../../store/draft.ts';
import { addNotices, type Notice } from '../../store/notices.ts';
import { addPage } from '../../store/pages.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { pageBody } from './page-body.ts';

/** What is decided of one incident, and who is told: one transaction in the end, or nothing. */
export interface Calling {
  floor: Watchfloor;
  people: People;
  draft: Draft;
  at: Date;
  notices: Notice[];
  pages: Parameters<typeof addPage>[1][];
}

export function openCalling(floor: Watchfloor, people: People, draft: Draft): Calling {
  return { floor, people, draft, at: floor.now(), notices: [], pages: [] };
}

/** Everything at once. Throws `Overtaken` where somebody was faster with the incident. */
export async function saveCalls({ floor, draft, at, notices, pages }: Calling): Promise<void> {
  // Mostly nobody is called, and one statement is a transaction of its own.
  if (notices.length + pages.length === 0) return save(floor.db, draft);
  await floor.db.transaction().execute(async (trx: Trx) => {
    await save(trx, draft);
    await addNotices(trx, notices, at, currentTrace());
    for (const page of pages) await addPage(trx, page, currentTrace());
  });
  floor.ringDeliver();
  if (notices.length > 0) floor.ringNotices();
  if (pages.length > 0) floor.ringEscalation();
}

/** What of a call is known before it is made. */
export interface Wish {
  /** Its place in the chain; `null` where it is none of its steps. */
  number: number | null;
  about: Limit | 'quiet';
  whom: Whom;
  how: Way[];
  dueAt: Instant;
  by: Actor;
  why: string;
  /** So late that nobody is told: the next step says all. */
  isSuperseded?: boolean;
}

/** Who is called now, by which ways, written down on the incident and told. Returns the incident then. */
export async function call(calling: Calling, incident: Incident, wish: Wish): Promise<Incident> {
  const { floor, draft, at } = calling;
  // What is for named people is no matter of a room.
  const whom = isRoom(wish.whom) && incident.restrictedTo ? 'lead' : wish.whom;
  const room = isRoom(whom) ? whom.room : undefined;
  const to = room ? [] : await peopleFor(calling, incident, whom);
  if (to.length === 0 && !room && !(await calling.people.settled()))
    throw new FarSideError('azure', 'unavailable', 'The directory has not said yet who works here.');
  const ways = room ? (['room'] as const) : waysOpen(floor, incident, wish.how);
  const how: Call['how'] = wish.isSuperseded || (to.length === 0 && !room) ? [] : [...ways];
  const episode = incident.escalation?.episode ?? 0;
  const key = `escalation/${incident.id}/${episode}/${wish.number ?? `${wish.about}-${incident.version}`}`;
  const missed = missedAt(incident, wish);
  const made: Call = {
    episode,
    step: wish.number,
    dueAt: wish.dueAt,
    to: to.map(({ id, name, upn }) => ({ id, name, upn })),
    how,
    why: wish.why,
    notice: how.length > 0 ? key : null,
  };
  const isReminder = wish.about === 'quiet' || (missed === null && wish.whom === 'owner');
  const intent = {
    type: 'call' as const,
    call: isReminder
      ? { type: 'reminded' as const, about: wish.about, ...made }
      : {
          type: 'escalated' as const,
          limit: wish.about === 'quiet' ? ('remediate' as const) : wish.about,
          missed,
          ...made,
        },
  };
  const after = change(floor, draft, incident, intent, wish.by);
  const words = wish.why && wish.by.kind === 'person' ? `${wish.by.name}: ${wish.why}` : wish.why;
  const occasion = { about: wish.about, missed, why: words, now: at.toISOString() };
  const kind = isReminder ? ('reminder' as const) : ('escalation' as const);
  calling.notices.push(...noticesOf(floor, incident, { key, kind, how, to, room, occasion }));
  if (how.includes('page')) {
    const { id, status } = incident;
    calling.pages.push({ incident: id, status, body: pageBody(incident, to, occasion) });
  }
  return after;
}

const isRoom = (whom: Whom): whom is Extract<Whom, { room: unknown }> =>
  typeof whom === 'object' && 'room' in whom;

async function peopleFor({ floor, people, at }: Calling, incident: Incident, whom: Whom): Promise<Owner[]> {
  if (typeof whom === 'string') return whomToCall(whom, incident, { people, onCall: floor.onCall, at });
  if (isRoom(whom)) return [];
  const found = await people.entry(whom.person);
  if (found?.enabled && !found.guest && maySee({ id: found.person.id, assurance: 'full' }, incident))
    return [found.person];
  // Whoever the settings name has left, or may not see it: somebody is called all the same.
  return whomToCall('lead', incident, { people, onCall: floor.onCall, at });
}

/**
 * Without a paging service a call that would go there goes into their chat, and so does one to practise, and one under a card
 * that tells nobody what it is about.
 */
function waysOpen({ pager }: Watchfloor, incident: Incident, how: Way[]): Way[] {
  const mayRing = pager !== undefined && !isExercise(incident);
  const open = how.filter((way) => (way === 'page' ? mayRing : way !== 'mention' || !incident.restrictedTo));
  return open.length > 0 ? open : ['direct'];
}

function missedAt(incident: Incident, { about, dueAt }: Wish): Instant | null {
  const running = runningLimit(incident);
  return running && running.limit === about && dueAt >= running.by ? running.by : null;
}

function noticesOf(
  floor: Watchfloor,
  incident: Incident,
  {
    key,
    kind,
    how,
    to,
    room,
    occasion,
  }: {
    key: string;
    kind: 'reminder' | 'escalation';
    how: Call['how'];
    to: Owner[];
    room: Extract<Whom, { room: unknown }>['room'] | undefined;
    occasion: Occasion;
  },
): Notice[] {
  const { reasons } = prioritise(incident, floor.worth);
  const notices: Notice[] = [];
  const shared = { kind, incident: incident.id, whileStatus: incident.status, interrupts: true };
  if (how.includes('direct')) {
    const page = drawCall(incident, occasion, reasons);
    for (const { id } of to)
      notices.push({
        ...shared,
        key: `${key}/${id}`,
        to: { kind: 'person', personId: id },
        calls: [id],
        page,
      });
  }
  const names = to.map(({ name }) => name);
  if (how.includes('mention')) {
    const page = drawCallInThread(incident, occasion, names);
    notices.push({
      ...shared,
      key: `${key}/thread`,
      to: { kind: 'thread' },
      calls: to.map(({ id }) => id),
      page,
    });
  }
  if (room) {
    const page = drawCall(incident, occasion, reasons);
    notices.push({ ...shared, key: `${key}/room`, to: { kind: 'room', ...room }, calls: [], page });
  }
  return notices;
}
