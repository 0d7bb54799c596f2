import type { Instant } from '../../../incident/alert.ts';
import { alertAt, type Drill, drillKey, endOf } from '../../../incident/drill.ts';
import { claimDrill, goOnDrill, type StoredDrill } from '../../../store/drills.ts';
import { digestOf } from '../../../store/raw-alerts.ts';
import { currentTrace, inSpan } from '../../../trace.ts';
import type { Look } from '../../lane.ts';
import type { Watchfloor } from '../../watchfloor.ts';
import { areClosed, end } from './end.ts';

const leaseSeconds = 30;
/** Where nothing rings, what is due is found within this. */
const sweepMs = 1_000;
/** Between alerts it is looked so often whether everything is closed. */
const glanceMs = 5_000;

/** Plays the drill that is under way: an alert when its time has come, until it is over. */
export function openPlaying(floor: Watchfloor): Look {
  return async () => {
    const by = floor.now().toISOString();
    const due = await claimDrill(floor.db, { by, leaseSeconds, replica: floor.replica.id });
    if (!due) return sweepMs;
    const task = () => inSpan('drill', { attributes: { drill: due.drill.number } }, () => goOn(floor, due));
    return { tasks: [task], nextMs: sweepMs };
  };
}

/** Does what is due. Killed in between it is done again, which plays nothing twice: an alert of one name is one alert. */
async function goOn(floor: Watchfloor, due: StoredDrill): Promise<void> {
  const { drill, stopBy } = due;
  const now = floor.now().toISOString();
  if (stopBy) return end(floor, due, 'stopped');
  if (now >= endOf(drill)) return end(floor, due, 'time');
  const played = await play(floor, due, now);
  const isAllPlayed = played >= drill.scenario.alerts.length;
  if (isAllPlayed && (await areClosed(floor, drill.number))) return end(floor, due, 'done');
  await goOnDrill(floor.db, drill.number, { played, nextAt: nextOf(drill, played, now) });
}

/** How many were played by then. */
async function play(floor: Watchfloor, { drill, played }: StoredDrill, now: Instant): Promise<number> {
  const indices = drill.scenario.alerts
    .keys()
    .filter((index) => index >= played && alertAt(drill, index) <= now);
  const due = [...indices];
  if (due.length === 0) return played;
  const bodies = due.map((index) => bodyOf(drill, index));
  await floor.accept(
    bodies.map((body) => ({
      source: 'drill',
      via: 'part',
      body: JSON.stringify(body),
      digest: digestOf(body),
      observedAt: undefined,
      trace: currentTrace(),
    })),
  );
  return played + due.length;
}

/** As the source `drill` takes it in; the same whenever it is made. */
function bodyOf(drill: Drill, index: number) {
  const [alert] = drill.scenario.alerts.slice(index, index + 1);
  const { afterMinutes: _, ...said } = alert ?? { afterMinutes: 0 };
  const key = drillKey(drill.number);
  return { id: `${key}/${index + 1}`, drill: key, rooms: drill.rooms, at: alertAt(drill, index), ...said };
}

/** When it is looked at again: the next alert, a glance at what is open, or its end, whichever comes first. */
function nextOf(drill: Drill, played: number, now: Instant): Instant {
  const glance = new Date(Date.parse(now) + glanceMs).toISOString();
  const next = played < drill.scenario.alerts.length ? alertAt(drill, played) : glance;
  const [first = glance] = [next, endOf(drill)].sort();
  return first;
}
