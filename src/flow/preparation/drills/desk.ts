import { clean } from '../../../channels/clean.ts';
import type { PageView } from '../../../channels/page-view.ts';
import type { ReplyView } from '../../../channels/views.ts';
import type { DrillDesk } from '../../../commands/drill-desk.ts';
import { Refused } from '../../../errors.ts';
import { drillName, measure } from '../../../incident/drill.ts';
import { admit } from '../../../people/permissions.ts';
import type { Room } from '../../../setting-shapes.ts';
import { readDrill, readPlaying, readResults, wantDrillStopped } from '../../../store/drills.ts';
import type { Visitor } from '../../visitor.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { happeningsOf } from './happenings.ts';
import { drawReport, drawScenarios } from './pages.ts';
import { saidToBegin, startDrill } from './start.ts';

/** What somebody's words may do with drills. */
export function openDrillDesk(floor: Watchfloor, { person, user, conversation }: Visitor): DrillDesk {
  const by = { kind: 'person', id: person.id, name: person.name } as const;
  return {
    scenarios() {
      const all = [...prepared(floor).scenarios.values()];
      if (all.length === 0) return text('There is nothing to play.');
      return page(drawScenarios(all));
    },

    async start(name, { room, unannounced }) {
      admit(person, 'drill-start');
      const scenario = prepared(floor).scenarios.get(name.toLowerCase());
      if (!scenario)
        throw new Refused(`No drill is called "${clean(name, 40)}". "drill scenarios" lists them.`);
      const rooms = room === undefined ? [] : [roomOf(room, { channel: user.channel, conversation })];
      const drill = await startDrill(floor, { scenario, rooms, by, announced: !unannounced });
      if (drill)
        return text(`${saidToBegin(drill)} "drill report" says how far it is, "drill stop" ends it.`);
      const playing = await readPlaying(floor.db);
      const which = playing ? drillName(playing.drill.number) : 'Another drill';
      throw new Refused(`${which} is being played. Wait until it is over, or say drill stop.`);
    },

    async stop() {
      admit(person, 'drill-start');
      const at = floor.now().toISOString();
      const stopped = await wantDrillStopped(floor.db, person.name, at);
      if (!stopped) throw new Refused('No drill is being played.');
      const { number } = stopped.drill;
      await floor.recorder.note({ at, by, type: 'drill-stopped', data: { drill: number } });
      floor.ringPreparation?.();
      return text(`${drillName(number)} is being ended: its incidents are closed, and its report follows.`);
    },

    async report(number) {
      const stored = await readDrill(floor.db, number);
      if (!stored)
        throw new Refused(
          number === undefined ? 'No drill was played yet.' : `There is no ${drillName(number)}.`,
        );
      const { drill, ended } = stored;
      const results = ended
        ? await readResults(floor.db, drill.number)
        : measure(drill, await happeningsOf(floor, drill.number));
      return page(drawReport(stored, results, floor.now()));
    },
  };
}

function prepared({ preparation }: Watchfloor) {
  if (!preparation) throw new Refused('No drills are set up here.');
  return preparation;
}

/** Of the platform that is spoken on, or of the other by the shape of its ids. */
function roomOf(said: string, here: Room): Room {
  if (said.toLowerCase() === 'here') return here;
  if (/^[CDG][A-Z0-9]{3,}$/.test(said)) return { channel: 'slack', conversation: said };
  if (/^19:\S+@thread\.\w+$/.test(said)) return { channel: 'teams', conversation: said };
  throw new Refused('Say --room here, or the id of a room: C012ABCDEF of Slack, 19:…@thread.tacv2 of Teams.');
}

const text = (said: string): ReplyView => ({ kind: 'text', text: said });
const page = (drawn: PageView): ReplyView => ({ kind: 'page', page: drawn });
