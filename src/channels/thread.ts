import { type Incident, incidentName } from '../incident/incident.ts';
import { deedInWords } from '../incident/summary.ts';
import { clean } from './clean.ts';
import type { LogView } from './views.ts';

/** What was done about it, for the thread under the card. `undefined` while nobody has done anything. */
export function drawThread(incident: Incident): LogView | undefined {
  const lines = incident.deeds.map((deed) => ({ at: deed.at, text: clean(deedInWords(deed), 1_200) }));
  const [first] = lines;
  if (!first) return undefined;
  const earlier = incident.deedCount - lines.length;
  const shown = earlier > 0 ? [{ at: first.at, text: `${earlier} earlier lines` }, ...lines] : lines;
  return {
    lines: shown,
    fallback: `What happened on ${incidentName(incident.id)}: ${lines.at(-1)?.text ?? ''}`,
  };
}
