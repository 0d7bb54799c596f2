import { Refused } from '../../../errors.ts';
import { type Drill, drillName, endOf } from '../../../incident/drill.ts';
import type { Scenario } from '../../../incident/scenario.ts';
import type { Room } from '../../../setting-shapes.ts';
import type { Db, Trx } from '../../../store/database.ts';
import { insertDrill } from '../../../store/drills.ts';
import { addNotices } from '../../../store/notices.ts';
import { appendRecords } from '../../../store/record.ts';
import { currentTrace } from '../../../trace.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { roomsToTell } from '../rooms-to-tell.ts';
import { drawBeginning } from './pages.ts';

/** What somebody wants played. */
export interface DrillWish {
  scenario: Scenario;
  rooms: Room[];
  by: { kind: 'person'; id: string; name: string } | { kind: 'bot'; id: string; name: string };
  announced: boolean;
  /** Begins one drill however often it is asked for. */
  once?: string;
}

/** A drill is to be played from now on; `undefined` where one is played already, or this one was. */
export async function startDrill(floor: Watchfloor, wish: DrillWish): Promise<Drill | undefined> {
  const { scenario, announced, by } = wish;
  const at = floor.now();
  const rooms = wish.rooms.length > 0 ? wish.rooms : (floor.preparation?.policy.drills.rooms ?? []);
  const away = rooms.find(({ channel }) => !floor.channels.has(channel));
  if (away) throw new Refused(`${away.channel} is not set up here.`);
  const begun = { scenario, startedAt: at.toISOString(), startedBy: by.name, rooms, announced };
  const drill = await floor.db.transaction().execute(async (trx) => {
    const number = await insertDrill(trx, begun, wish.once);
    if (number === undefined) return undefined;
    const drill = { ...begun, number };
    await appendRecords(trx, [record(drill, by)]);
    if (announced) await announce(floor, trx, drill);
    return drill;
  });
  if (drill) {
    floor.log.info({ drill: drill.number, scenario: scenario.name, until: endOf(drill) }, 'drill begins');
    floor.ringPreparation?.();
    floor.ringNotices();
  }
  return drill;
}

function record(drill: Drill, by: DrillWish['by']) {
  const data = { drill: drill.number, scenario: drill.scenario.name };
  return { at: drill.startedAt, actor: by, incident: null, type: 'drill-started', data } as const;
}

/** Nobody who sees its cards takes it for real. */
async function announce(floor: Watchfloor, trx: Db | Trx, drill: Drill): Promise<void> {
  const rooms = drill.rooms.length > 0 ? drill.rooms : roomsToTell(floor);
  const notices = rooms.map((room) => ({
    key: `drill/${drill.number}/begins/${room.channel}/${room.conversation}`.slice(0, 200),
    kind: 'drill' as const,
    to: { kind: 'room' as const, ...room },
    calls: [],
    incident: undefined,
    page: drawBeginning(drill),
    interrupts: false,
  }));
  await addNotices(trx, notices, floor.now(), currentTrace());
}

/** `DRILL-7 begins: Ransomware on a file server.` */
export function saidToBegin({ number, scenario }: Drill): string {
  return `${drillName(number)} begins: ${scenario.title}.`;
}
