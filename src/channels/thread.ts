import { type Incident, incidentName } from '../incident/incident.ts';
import { deedInWords } from '../incident/summary.ts';
import { type Audience, existenceInWords, hang, isHidden, unlisted } from './clearance.ts';
import type { LogView } from './views.ts';

/**
 * What was done about it, for the thread under the card. `undefined` while nobody has done anything, or where that may
 * not be told: a log that is there already then says `nothingToTell`.
 */
export function drawThread(incident: Incident, audience: Audience = unlisted): LogView | undefined {
  if (isHidden(incident, audience)) return undefined;
  const show = hang(incident, audience);
  const lines = incident.deeds.map((deed) => ({ at: deed.at, text: show(deedInWords(deed), 1_200) }));
  const [first] = lines;
  if (!first) return undefined;
  const earlier = incident.deedCount - lines.length;
  const shown = earlier > 0 ? [{ at: first.at, text: `${earlier} earlier lines` }, ...lines] : lines;
  return {
    lines: shown,
    fallback: `What happened on ${incidentName(incident.id)}: ${lines.at(-1)?.text ?? ''}`,
  };
}

/** In place of a log that was posted before. */
export function nothingToTell(incident: Incident): LogView {
  return { lines: [], fallback: `${incidentName(incident.id)}: ${existenceInWords(incident)}.` };
}
