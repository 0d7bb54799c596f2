import { sql } from 'kysely';
import { commands } from '../../src/commands/index.ts';
import { Refused } from '../../src/errors.ts';
import { openDesk } from '../../src/flow/act.ts';
import { openDelivery } from '../../src/flow/deliver.ts';
import { openDuties } from '../../src/flow/duties/duties.ts';
import { dutiesOf } from '../../src/flow/duties/list.ts';
import { openWatching } from '../../src/flow/escalation/watch.ts';
import { openMail } from '../../src/flow/inbox.ts';
import { takeIn } from '../../src/flow/intake.ts';
import type { Look } from '../../src/flow/lane.ts';
import { openNotices } from '../../src/flow/notices/send.ts';
import type { Watchfloor } from '../../src/flow/watchfloor.ts';
import { usualEscalation } from '../../src/people/escalation-settings.ts';
import { createHunt } from '../../src/sources/hunt.ts';
import { createWatchfloor } from '../../src/sources/watchfloor.ts';
import { digestOf } from '../../src/store/raw-alerts.ts';
import { nextWatched } from '../../src/store/watched.ts';
import { setStage } from '../flow/queries/stage.ts';
import { peopleOf } from '../people/company.ts';
import type { Act } from './hands.ts';
import type { MovedDatabase } from './moved-clock.ts';
import { openRooms } from './rooms.ts';
import { shiftAt, team, timeZone } from './team.ts';
import type { Drop } from './weather.ts';

export const room = 'C0SOC';

/** The product on a clock that is moved by hand: its own lanes, its own desk, and a chat that remembers. */
export async function openHouse(
  database: MovedDatabase,
  {
    start,
    isOut,
    changes = {},
  }: {
    start: number;
    isOut: (at: number) => boolean;
    changes?: Partial<Watchfloor>;
  },
) {
  const crew = peopleOf(team);
  const onCall = {
    rotas: () => ['soc'],
    on: async (_rota: string, at: Date) => crewAt(at.getTime()),
    rotaFor: () => 'soc',
  };
  const crewAt = (at: number) => team.filter(({ upn }) => upn.startsWith(shiftAt(at)));
  let clock = { now: start };
  const { channel, said } = openRooms('slack', () => clock.now, isOut);
  const stage = setStage(database, {
    channels: new Map([['slack', channel]]),
    sources: new Map([
      ['hunt', createHunt()],
      ['watchfloor', createWatchfloor()],
    ]),
    route: {
      name: 'everything',
      match: {},
      priority: 0,
      to: [{ channel: 'slack', conversation: room }],
      continue: false,
      routes: [],
    },
    // Nothing rolls into summaries: each incident is looked at by itself.
    storm: { waiting: 100_000, perMinute: 100_000 },
    onCall,
    escalation: { ...usualEscalation, hours: { ...usualEscalation.hours, timeZone } },
    ...changes,
  });
  clock = stage.clock;
  clock.now = start;
  const { floor, stopping } = stage;
  const desk = openDesk(floor, crew, commands);
  const mail = openMail(floor);
  // What looks around each minute would make the clock stop at each.
  const kept = dutiesOf(floor, crew).filter(({ name }) => /^(digest|audit of calls)/.test(name));
  const duties = await openDuties(floor, kept, stopping.signal);
  const lanes: Look[] = [openWatching(floor, crew), duties, openDelivery(floor), openNotices(floor, crew)];

  const moveTo = async (at: number) => {
    clock.now = at;
    await database.moveTo(new Date(at));
  };
  await moveTo(start);

  return {
    floor,
    said,
    moveTo,
    async accept(drops: Drop[]): Promise<void> {
      await floor.accept(
        drops.map(({ body }) => ({
          source: 'hunt',
          via: 'part',
          body: JSON.stringify(body),
          digest: digestOf(body),
          observedAt: undefined,
          trace: undefined,
        })),
      );
    },
    /** What they are told; a refusal is an answer too. */
    async type({ as, words }: Act): Promise<string> {
      const { upn = '', name = '' } = team.find(({ slack }) => slack === as) ?? {};
      const user = {
        channel: 'slack',
        id: as,
        name,
        standing: 'member',
        teamId: 'T0CONTOSO',
        email: upn,
      } as const;
      try {
        return JSON.stringify((await desk.say(user, words, room, undefined)).view);
      } catch (error) {
        if (error instanceof Refused) return error.message;
        throw error;
      }
    },
    /** Everything that can be done now, until nothing can. */
    async work(): Promise<void> {
      while ((await takeIn(floor, mail)) === 0);
      for (let did = true; did; ) {
        did = false;
        for (const lane of lanes) did = (await once(lane)) || did;
      }
    },
    /** When something is due by itself; also a message that waits for its next try. */
    async nextDue(): Promise<number> {
      const { rows } = await sql<{ at: Date | null }>`
        select min(at) as at from (
          select min(next_at) as at from duties
          union all select min(show_after) from notice_messages where behind and show_after > now()
          union all select min(try_after) from cards where behind and try_after > now() and try_after < 'infinity'
          union all select min(rest_until) from conversations where rest_until > now()
        ) t`.execute(database.db);
      const watched = await nextWatched(database.db);
      const all = [rows[0]?.at, watched].flatMap((at) => (at ? [at.getTime()] : []));
      return Math.min(...all, Number.POSITIVE_INFINITY);
    },
  };
}

async function once(look: Look): Promise<boolean> {
  const found = await look(50);
  if (typeof found === 'number') return found === 0;
  await Promise.all(found.tasks.map((task) => task()));
  return found.tasks.length > 0;
}
