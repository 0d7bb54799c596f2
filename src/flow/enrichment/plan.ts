import type { Enricher } from '../../enrichers/enricher.ts';
import { describe } from '../../errors.ts';
import { type Subject, subjectKey } from '../../incident/enrichment.ts';
import type { Incident } from '../../incident/incident.ts';
import { keysOf, subjectsOf } from '../../incident/subjects.ts';
import type { Wanted } from '../../store/enrichments.ts';
import { type EnrichmentPlan, readToEnrich, savePlans } from '../../store/incident-keys.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Incidents looked at in one go: a storm costs as many statements as one incident. */
const batch = 50;

/** Notes whom and what new incidents concern, and wants to know of them. Whether there may be more. */
export async function planNew(floor: Watchfloor): Promise<boolean> {
  const found = await readToEnrich(floor.db, batch);
  if (found.length === 0) return false;
  const plans = found.map(({ incident, priority }) => planOf(floor, incident, priority));
  try {
    await savePlans(floor.db, plans);
  } catch (error) {
    floor.log.warn({ reason: describe(error) }, 'plans saved one by one');
    for (const plan of plans) await saveAlone(floor, plan);
  }
  floor.ringEnrich();
  return found.length === batch;
}

/** One that cannot be stored takes nothing away from the others. */
async function saveAlone(floor: Watchfloor, plan: EnrichmentPlan): Promise<void> {
  try {
    await savePlans(floor.db, [plan]);
  } catch (error) {
    floor.log.error({ incident: plan.id, reason: describe(error) }, 'plan not saved');
  }
}

function planOf(floor: Watchfloor, incident: Incident, priority: number): EnrichmentPlan {
  const subjects = subjectsOf(incident);
  const places = new Map(subjects.map((subject, place) => [subjectKey(subject), place]));
  const keys = [...new Set([...places.keys(), ...keysOf(incident)])];
  const isOver = incident.status === 'closed';
  return {
    id: incident.id,
    version: incident.version,
    priority,
    keys: keys.map((key) => ({ key, place: places.get(key) ?? null })),
    wanted: isOver ? [] : subjects.flatMap((subject) => turnsFor(floor, subject)),
  };
}

/** Who is asked about a subject: all that have something to say, or those that somebody names. */
export function turnsFor(
  { enrichers }: Pick<Watchfloor, 'enrichers'>,
  subject: Subject,
  only?: readonly string[],
): Wanted[] {
  return [...enrichers.values()].flatMap((enricher, rank) => {
    const { name, side, onDemand } = enricher;
    const isAsked = only ? only.includes(name) : !onDemand;
    return isAsked && concerns(enricher, subject)
      ? [{ enricher: name, key: subjectKey(subject), subject, side, rank }]
      : [];
  });
}

function concerns(enricher: Enricher, subject: Subject): boolean {
  return enricher.about.includes(subject.kind) && (enricher.concerns?.(subject) ?? true);
}
