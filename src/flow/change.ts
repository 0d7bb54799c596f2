import type { Instant } from '../incident/alert.ts';
import { decide, type Intent } from '../incident/decide.ts';
import {
  type Actor,
  concernsRules,
  concernsSources,
  evolve,
  type Incident,
  type IncidentEvent,
} from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import { goesToDigest } from '../incident/quiet-digest.ts';
import { append, type Draft } from '../store/draft.ts';
import { beginEscalation } from './escalation/begin.ts';
import { flapsNow } from './flaps-now.ts';
import { send } from './send.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * Decides an intent on an incident as it was read, and drafts what follows: the events, that its cards are behind,
 * and that its sources may be. Returns the incident as it is then, or the same one where nothing follows. Throws
 * `Refused`.
 */
export function change(
  floor: Watchfloor,
  draft: Draft,
  incident: Incident,
  intent: Intent,
  by: Actor,
  correlationKey?: string,
): Incident {
  const facts = decide(incident, intent, by);
  if (facts.length === 0) return incident;
  const at: Instant = floor.now().toISOString();
  const events = facts.map((fact): IncidentEvent => ({ at, by, ...fact }));
  // Its limits begin with what makes it what it is, and in the same statement: nobody can come in between.
  events.push(...beginEscalation(floor, events.reduce(evolve, incident), facts, at));
  const after = append(draft, incident, events, {
    priorityOf: (after) => prioritise(after, floor.worth).score,
    forSources: facts.some(({ type }) => concernsSources(type)),
    forRules: floor.plays.policy.rules.length > 0 && facts.some(({ type }) => concernsRules(type)),
    flapsOf: (after) => {
      const until = flapsNow(floor, after);
      return until === undefined
        ? undefined
        : { until, editSeconds: 60 * floor.quiet.policy.flapping.editMinutes };
    },
    correlationKey,
  });
  if (isShownNow(floor, incident, after)) send(floor, draft, after);
  return after;
}

/** Whether this is when it would have been shown, had it not been kept quiet. */
function isShownNow({ quiet: { policy } }: Watchfloor, before: Incident, after: Incident): boolean {
  if (after.status === 'closed' || before.version === 0) return false;
  const wasKept = before.silenced !== undefined || goesToDigest(policy, before);
  return wasKept && !after.silenced && !goesToDigest(policy, after);
}
