import type { Instant } from './alert.ts';
import { emptyIncident, evolve, type Incident, type IncidentEvent, incidentName } from './incident.ts';
import { type Next, nextStep } from './limits-ahead.ts';

/** A call that was not made when it was due, or was made twice. */
export interface MissedCall {
  incident: number;
  /** When it was due, or made the second time. */
  at: Instant;
  /** As a sentence. */
  what: string;
}

/** So late a call may be: whoever is busy for a moment is not broken. */
const graceMs = 120_000;

/**
 * Whether every call of an incident that was due by now was made, each once: worked out anew from what happened to it. What
 * came in between and ended the chain counts where it came after the time of a call that nobody had made. Told is what
 * `since` then.
 */
export function auditCalls(
  id: number,
  events: readonly IncidentEvent[],
  { since, now }: { since: Instant; now: Instant },
): MissedCall[] {
  const missed: MissedCall[] = [];
  const made = new Set<string>();
  let incident = emptyIncident(id);
  for (const [index, event] of events.entries()) {
    // What happens at one moment was decided together: in between nothing is due.
    const isNext = event.at === events[index - 1]?.at;
    const late = isNext || isCall(event) ? undefined : overdue(incident, event.at);
    if (late && event.at > since) missed.push(missedCall(id, late, 'was not made in time'));
    if (isCall(event) && event.step !== null) {
      const key = `${event.episode} ${event.step}`;
      if (made.has(key) && event.at > since)
        missed.push({
          incident: id,
          at: event.at,
          what: `Step ${event.step} of ${incidentName(id)} was done twice.`,
        });
      made.add(key);
    }
    incident = evolve(incident, event);
  }
  const late = overdue(incident, now);
  return late ? [...missed, missedCall(id, late, 'is not made yet')] : missed;
}

type Called = Extract<IncidentEvent, { type: 'escalated' | 'reminded' }>;

const isCall = (event: IncidentEvent): event is Called =>
  event.type === 'escalated' || event.type === 'reminded';

/** What was due for longer than anybody is busy. What follows from it, giving back among it, is its own event. */
function overdue(incident: Incident, at: Instant): Next | undefined {
  const next = nextStep(incident, new Date(Date.parse(at) - graceMs).toISOString());
  return next && next.kind !== 'look' && next.kind !== 'give-back' ? next : undefined;
}

function missedCall(id: number, next: Next, how: string): MissedCall {
  const what =
    next.kind === 'step'
      ? `Step ${next.number} of ${incidentName(id)}, to call ${inWords(next.step.whom)}`
      : `The question whether anybody is still on ${incidentName(id)}`;
  return {
    incident: id,
    at: next.dueAt,
    what: `${what}, due at ${next.dueAt.slice(0, 16).replace('T', ' ')} UTC, ${how}.`,
  };
}

function inWords(whom: Extract<Next, { kind: 'step' }>['step']['whom']): string {
  if (typeof whom === 'string') return whom;
  return 'person' in whom ? whom.person : 'a room';
}
