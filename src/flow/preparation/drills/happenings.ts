import type { Classification } from '../../../incident/alert.ts';
import type { Happening } from '../../../incident/drill.ts';
import { type Actor, actorName } from '../../../incident/incident.ts';
import type { RunMove } from '../../../incident/run.ts';
import { firstCardOf, incidentsOfDrill, looksAt } from '../../../store/drills.ts';
import { readEvents, type StoredEvent } from '../../../store/history.ts';
import { listRuns } from '../../../store/runs.ts';
import type { Watchfloor } from '../../watchfloor.ts';

/** Nothing that happens to one incident in a drill comes near that. */
const mostEvents = 2_000;
const mostRuns = 50;

/** All that happened to the incidents of a drill, as far as it is measured. */
export async function happeningsOf({ db }: Watchfloor, drill: number): Promise<Happening[]> {
  const incidents = await incidentsOfDrill(db, drill);
  if (incidents.length === 0) return [];
  const [card, looks] = await Promise.all([firstCardOf(db, incidents), looksAt(db, incidents)]);
  const happened: Happening[] = looks.map((look) => ({ ...look, what: 'look' }));
  if (card) happened.push({ what: 'card', at: card, by: '' });
  for (const incident of incidents) {
    const runs = await listRuns(db, { incident, forPerson: undefined, limit: mostRuns });
    const plays = new Map(runs.map(({ number, order }) => [number, order.play]));
    const events = await readEvents(db, { incident, version: 0 }, mostEvents, { incident });
    happened.push(...events.flatMap((event) => toHappening(event, plays)));
  }
  return happened;
}

/** What we did by ourselves is nobody's step. */
function toHappening({ at, actor, type, data }: StoredEvent, plays: Map<number, string>): Happening[] {
  const by = actorName(actor);
  if (type === 'run-moved') return runHappening({ at, by }, data, plays);
  if (!isPersons(actor)) return [];
  if (type === 'acknowledged') return [{ at, by, what: 'acknowledge' }];
  if (type === 'assigned') return data.owner ? [{ at, by, what: 'assign' }] : [];
  if (type !== 'closed') return [];
  const { classification } = data.closing as { classification: Classification };
  return [{ at, by, what: 'close', as: classification }];
}

const isPersons = ({ kind }: Actor): boolean => kind === 'person';

function runHappening(
  when: Pick<Happening, 'at' | 'by'>,
  data: StoredEvent['data'],
  plays: Map<number, string>,
): Happening[] {
  const { run, move } = data as { run: { number: number }; move: RunMove };
  const play = plays.get(run.number);
  if (play === undefined) return [];
  if (move === 'requested') return [{ ...when, what: 'run', play }];
  // What nobody has to approve has its yes when it begins.
  const isYes = move === 'approved' || move === 'broke-glass' || move === 'started';
  return isYes ? [{ ...when, what: 'approve', play }] : [];
}
