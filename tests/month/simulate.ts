import { sql } from 'kysely';
import { type Act, hands } from './hands.ts';
import type { openHouse } from './house.ts';
import type { Drop } from './weather.ts';

type House = Awaited<ReturnType<typeof openHouse>>;

/** Lets a team live through what comes: alerts, people and whatever is due, in the order of their times. */
export async function simulate(
  house: House,
  drops: Drop[],
  { seed, start, end, tell }: { seed: number; start: number; end: number; tell: (at: number) => void },
): Promise<void> {
  const people = hands(seed);
  const acts: Act[] = [];
  const plan = (more: Act[]) => {
    for (const act of more) {
      // Ordered by time, those of one time as they were planned.
      let place = acts.length;
      while (place > 0 && (acts[place - 1]?.at ?? 0) > act.at) place -= 1;
      acts.splice(place, 0, act);
    }
  };
  let dropped = 0;
  let seenIncident = 0;
  const heard = new Set<string>();
  for (let now = start; now < end; ) {
    const due = await house.nextDue();
    now = Math.min(drops[dropped]?.at ?? end, acts[0]?.at ?? end, Math.max(due, now), end);
    await house.moveTo(now);
    const from = dropped;
    while ((drops[dropped]?.at ?? Number.POSITIVE_INFINITY) <= now) dropped += 1;
    const rain = drops.slice(from, dropped);
    if (rain.length > 0) await house.accept(rain);
    await house.work();
    if (rain.length > 0) {
      for (const { id, severity } of await openedAfter(house, seenIncident)) {
        seenIncident = id;
        plan(people.opened(id, severity, now));
      }
    }
    if (due <= now) {
      for (const { incident, version, to, about } of await callsAt(house, now)) {
        const call = `${incident}/${version}`;
        if (heard.has(call)) continue;
        heard.add(call);
        plan(people.called(incident, to, about, now));
      }
    }
    const acted = (acts[0]?.at ?? end) <= now;
    while ((acts[0]?.at ?? end) <= now) {
      const act = acts.shift();
      if (act) await house.type(act);
    }
    if (acted) await house.work();
    tell(now);
    // A due time that nothing came of must not hold the clock.
    if (due <= now && rain.length === 0) now += 1;
  }
}

async function openedAfter({ floor }: House, last: number): Promise<{ id: number; severity: string }[]> {
  const { rows } = await sql<{ id: string; severity: string }>`
    select id, severity from incidents where id > ${last} order by id`.execute(floor.db);
  return rows.map(({ id, severity }) => ({ id: Number(id), severity }));
}

/** Whom the product called at this very moment, and for what. */
async function callsAt({ floor }: House, now: number) {
  const { rows } = await sql<{
    incident: string;
    version: number;
    to: { id: string }[];
    about: string | null;
  }>`
    select incident_id as incident, version, data -> 'to' as to, data ->> 'about' as about from incident_events
    where type in ('escalated', 'reminded') and at = ${new Date(now).toISOString()}::timestamptz
    order by incident_id, version`.execute(floor.db);
  return rows.map(({ incident, version, to, about }) => ({
    incident: Number(incident),
    version,
    to: to.map(({ id }) => id),
    about: about === 'quiet' ? ('quiet' as const) : ('limit' as const),
  }));
}
