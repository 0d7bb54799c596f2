import type { Alert } from './alert.ts';
import { type Matcher, mismatch } from './match.ts';

export interface Destination {
  channel: 'slack' | 'teams';
  conversation: string;
}

/**
 * A rule that matches and where it leads. A child without `to` inherits its parent's. Among siblings the
 * first that matches ends the search unless it says `continue`.
 */
export interface Route {
  name: string;
  match: Matcher;
  /** Matches only from this priority upwards; 0 is every priority. */
  priority: number;
  to: Destination[] | undefined;
  /** Name of a policy of limits; a child without one inherits its parent's. */
  escalation?: string | undefined;
  continue: boolean;
  routes: Route[];
}

export interface Routing {
  destinations: Destination[];
  /** Whose limits hold: of the first rule chosen that says so. */
  escalation: string | undefined;
  /** Every rule looked at, in order, with what came of it. */
  steps: { depth: number; route: string; result: 'chosen' | 'entered' | 'passed by'; why: string }[];
}

/** Where an alert goes and why. The root matches everything. */
export function route(root: Route, alert: Alert, priority: number): Routing {
  const routing: Routing = { destinations: [], escalation: undefined, steps: [] };
  const { rooms = [] } = alert.exercise ?? {};
  if (rooms.length > 0) {
    const step = {
      depth: 0,
      route: root.name,
      result: 'passed by',
      why: 'an exercise has a room of its own',
    } as const;
    return { ...routing, destinations: rooms, steps: [step] };
  }
  visit(root, { to: root.to ?? [], escalation: root.escalation }, 0, alert, priority, routing);
  return routing;
}

/** Returns whether this rule matched, which is what ends the search among its siblings. */
function visit(
  rule: Route,
  inherited: { to: Destination[]; escalation: string | undefined },
  depth: number,
  alert: Alert,
  priority: number,
  routing: Routing,
): boolean {
  const field = mismatch(rule.match, alert);
  if (field || priority < rule.priority) {
    const why = field ? `${field} does not fit` : `priority ${priority} is under ${rule.priority}`;
    routing.steps.push({ depth, route: rule.name, result: 'passed by', why });
    return false;
  }
  const to = rule.to ?? inherited.to;
  const escalation = rule.escalation ?? inherited.escalation;
  const step: Routing['steps'][number] = {
    depth,
    route: rule.name,
    result: 'entered',
    why: 'a more special rule decides',
  };
  routing.steps.push(step);
  let taken = false;
  for (const child of rule.routes) {
    if (!visit(child, { to, escalation }, depth + 1, alert, priority, routing)) continue;
    taken = true;
    if (!child.continue) return true;
  }
  if (!taken) {
    step.result = 'chosen';
    step.why = describeMatch(rule);
    routing.escalation ??= escalation;
    for (const destination of to) add(routing.destinations, destination);
  }
  return true;
}

function describeMatch(rule: Route): string {
  const fields = Object.entries(rule.match).map(
    ([field, patterns]) => `${field} is ${patterns.join(' or ')}`,
  );
  if (rule.priority > 0) fields.push(`priority is at least ${rule.priority}`);
  return fields.length > 0 ? fields.join(', ') : 'it takes everything';
}

function add(destinations: Destination[], destination: Destination): void {
  const known = destinations.some(
    (d) => d.channel === destination.channel && d.conversation === destination.conversation,
  );
  if (!known) destinations.push(destination);
}
