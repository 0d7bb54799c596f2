import { expect } from 'vitest';
import { Refused } from '../../src/errors.ts';
import { decide, type Intent } from '../../src/incident/decide.ts';
import {
  type Actor,
  bot,
  emptyIncident,
  evolve,
  type Incident,
  type IncidentEvent,
  type IncidentFact,
} from '../../src/incident/incident.ts';

/** What happened so far: facts by the bot, or by whoever is named. */
export type Past = IncidentFact | (IncidentFact & { by: Actor });

/** INC-1042 after what happened, a minute apart from ten o'clock. */
export function incidentAfter(...past: Past[]): Incident {
  return past.map(toEvent).reduce(evolve, emptyIncident(1042));
}

function toEvent(fact: Past, minute: number): IncidentEvent {
  return { by: bot, ...fact, at: new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString() };
}

/** A rule told as a story: given what happened, when somebody wants something, then what follows. */
export function given(...past: Past[]) {
  const incident = incidentAfter(...past);
  return {
    when(intent: Intent, by: Actor = bot) {
      return {
        follows(...facts: IncidentFact[]) {
          expect(decide(incident, intent, by)).toEqual(facts);
        },
        nothingFollows() {
          expect(decide(incident, intent, by)).toEqual([]);
        },
        isRefused(sentence: string) {
          expect(() => decide(incident, intent, by)).toThrow(new Refused(sentence));
        },
      };
    },
  };
}
