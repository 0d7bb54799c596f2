import type { Instant } from '../incident/alert.ts';
import { type Clock, clockName, isRunning } from '../incident/clock.ts';
import type { Incident } from '../incident/incident.ts';
import type { Curtain } from './clearance.ts';
import type { Fact } from './fact.ts';

/** Running clocks for the incident's card, the one that ends first before all others. */
export function clockFacts({ clocks = [] }: Incident, show: Curtain): Fact[] {
  return inOrder(clocks).map((clock) => ({
    label: `${show(clockName(clock), 60)}: ${clock.ranOut ? 'OVERDUE since' : 'notify by'}`,
    at: clock.dueAt,
  }));
}

/** The same as lines, where no facts are drawn: a closed incident keeps its clocks until they are stopped. */
export function clockLines(incident: Incident, show: Curtain): { text: string; at: Instant }[] {
  return clockFacts(incident, show).flatMap((fact) =>
    'at' in fact ? [{ text: fact.label, at: fact.at }] : [],
  );
}

const inOrder = (clocks: Clock[]): Clock[] =>
  clocks.filter(isRunning).toSorted((a, b) => a.dueAt.localeCompare(b.dueAt));
