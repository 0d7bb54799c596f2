import type { Alert } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import { route } from '../incident/route.ts';
import { addCards } from '../store/cards.ts';
import type { Trx } from '../store/database.ts';
import type { Watchfloor } from './watchfloor.ts';

/** The incident is to be shown where its alerts are routed to; what is shown there already stays one card. */
export async function send(floor: Watchfloor, trx: Trx, incident: Incident, news: Alert[]): Promise<void> {
  const { score } = prioritise(incident.severity, incident.alerts, floor.values);
  const destinations = [...incident.alerts, ...news].flatMap(
    (alert) => route(floor.route, { ...alert, severity: incident.severity }, score).destinations,
  );
  await addCards(
    trx,
    incident,
    score,
    destinations.filter(({ channel }) => floor.channels.has(channel)),
  );
}
