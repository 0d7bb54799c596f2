import { drawDigest } from '../../channels/digest.ts';
import type { DigestPlan } from '../../channels/digest-settings.ts';
import { isTelling } from '../../incident/digest.ts';
import { nameOfSpan, spansBefore } from '../../incident/local-span.ts';
import type { Route } from '../../incident/route.ts';
import type { People } from '../../people/people.ts';
import type { Room } from '../../setting-shapes.ts';
import { addNotices } from '../../store/notices.ts';
import { audienceIn } from '../audience.ts';
import { atTimes, type Duty } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { collectDigest } from './collect.ts';

/** Digests that the settings schedule. After an outage the last one that was missed is sent, and says of which day it is. */
export function digestDuties(floor: Watchfloor, people: People): Duty[] {
  return floor.digests.plans.map((plan) => ({
    name: `digest ${plan.name}`,
    ...atTimes(plan.cron, plan.timeZone),
    catchUp: 'last',
    run: (due) => sendDigest(floor, people, plan, due),
  }));
}

/** Sent once into each room, however often it is run for one time: it is the same notice. */
async function sendDigest(floor: Watchfloor, people: People, plan: DigestPlan, due: Date): Promise<void> {
  const { span, before } = spansBefore(plan.period, due, plan.timeZone);
  const title = nameOfSpan(plan.period, span, plan.timeZone);
  const look = { period: plan.period, title, span, before, timeZone: plan.timeZone, at: due };
  const digest = await collectDigest(floor, people, look);
  if (!isTelling(digest)) return;
  const rooms = (plan.to ?? firstRooms(floor.route)).filter(({ channel }) => floor.channels.has(channel));
  const notices = rooms.map((room) => ({
    key: `digest/${plan.name}/${due.toISOString()}/${room.channel}/${room.conversation}`.slice(0, 200),
    kind: 'digest' as const,
    to: { kind: 'room' as const, ...room },
    calls: [],
    incident: undefined,
    page: drawDigest(digest, plan.parts, audienceIn(floor, room)),
    interrupts: false,
  }));
  await addNotices(floor.db, notices, floor.now());
  floor.ringNotices();
}

/** Where the route leads that says it first: its own rooms, or those of its first part. */
function firstRooms({ to, routes }: Route): Room[] {
  if (to && to.length > 0) return to;
  for (const part of routes) {
    const found = firstRooms(part);
    if (found.length > 0) return found;
  }
  return [];
}
