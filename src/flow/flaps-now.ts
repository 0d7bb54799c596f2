import type { Instant } from '../incident/alert.ts';
import { flapsUntil } from '../incident/flapping.ts';
import type { Incident } from '../incident/incident.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Until when an incident that opens and closes by itself just now counts as doing so. */
export function flapsNow({ quiet, now }: Watchfloor, incident: Incident): Instant | undefined {
  const until = flapsUntil(incident, quiet.policy.flapping);
  return until && until > now().toISOString() ? until : undefined;
}
