import type { Alert, Instant } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import { goesToDigest } from '../incident/quiet-digest.ts';
import { route } from '../incident/route.ts';
import { type Draft, showIn } from '../store/draft.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * The incident is to be shown where its alerts are routed to; what is shown there already stays one card. What is silenced,
 * or has its place in a digest, is shown nowhere.
 */
export function send(
  floor: Watchfloor,
  draft: Draft,
  incident: Incident,
  news: Alert[] = [],
  from: { since?: Instant; trace?: string | undefined } = {},
): void {
  if (incident.silenced || goesToDigest(floor.quiet.policy, incident)) return;
  const { score } = prioritise(incident, floor.worth);
  const destinations = [...incident.alerts, ...news].flatMap(
    (alert) => route(floor.route, { ...alert, severity: incident.severity }, score).destinations,
  );
  showIn(
    draft,
    incident.id,
    destinations.filter(({ channel }) => floor.channels.has(channel)),
    from,
  );
}
