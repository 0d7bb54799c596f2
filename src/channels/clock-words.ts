import { type Clock, clockName, isRunning } from '../incident/clock.ts';
import type { Incident } from '../incident/incident.ts';
import type { Curtain } from './clearance.ts';
import type { Deadline } from './views.ts';

/** Running clocks for the incident's card, the one that ends first before all others; a closed incident keeps them. */
export function clockDeadlines({ clocks = [] }: Incident, show: Curtain): Deadline[] {
  return inOrder(clocks).map((clock) => ({
    text: `${show(clockName(clock), 60)}: ${clock.ranOut ? 'OVERDUE since' : 'notify by'}`,
    at: clock.dueAt,
  }));
}

const inOrder = (clocks: Clock[]): Clock[] =>
  clocks.filter(isRunning).toSorted((a, b) => a.dueAt.localeCompare(b.dueAt));
