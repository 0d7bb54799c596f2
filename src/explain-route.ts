import { Malformed } from './errors.ts';
import type { Alert } from './incident/alert.ts';
import { prioritise } from './incident/priority.ts';
import { route } from './incident/route.ts';
import type { Settings } from './settings.ts';
import { normaliseDefender } from './sources/defender/alert.ts';
import { normaliseSentinel } from './sources/sentinel/incident.ts';

/** Where an alert would go and why, as text. The payload is anything that a source accepts. Throws `Malformed`. */
export function explainRoute(payload: unknown, settings: Settings): string {
  const alert = recognise(payload);
  const worth = { rules: settings.values, weights: settings.enrichment.weights };
  const { score, reasons } = prioritise({ severity: alert.severity, alerts: [alert] }, worth);
  const { destinations, steps } = route(settings.route, alert, score);
  return [
    `${alert.title}`,
    `  from ${alert.source}, ${alert.severity} severity, type ${alert.type}, target ${alert.target || 'unknown'}`,
    `  priority ${score}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ', nothing valuable is touched'}`,
    '',
    ...steps.map((step) => `${'  '.repeat(step.depth)}${step.route}: ${step.result}, because ${step.why}`),
    '',
    ...(destinations.length > 0
      ? destinations.map(({ channel, conversation }) => `→ ${channel} ${conversation}`)
      : ['→ nowhere: no rule that matches leads to a destination']),
  ].join('\n');
}

function recognise(payload: unknown): Alert {
  const faults: string[] = [];
  for (const normalise of [normaliseDefender, normaliseSentinel]) {
    try {
      return normalise(payload);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      faults.push(error.message);
    }
  }
  throw new Malformed(`No source accepts this payload.\n${faults.join('\n')}`);
}
