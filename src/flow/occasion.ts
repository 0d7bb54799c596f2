import { clean } from '../channels/clean.ts';
import { shownName } from '../channels/entities.ts';
import { belongsTo } from '../incident/account.ts';
import { type Alert, type Entity, type Owner, severities } from '../incident/alert.ts';
import type { Question } from '../incident/question.ts';
import { sourceNames } from '../incident/summary.ts';

/** More than these nobody reads on a phone. */
const shownPlaces = 3;

/**
 * What somebody is asked about, out of the alerts that name their account; of all of them where none does. Alert
 * text is cleaned and bounded, addresses defanged.
 */
export function occasionOf(
  alerts: Alert[],
  person: Pick<Owner, 'id' | 'upn'>,
): Pick<Question, 'what' | 'at' | 'where' | 'sureness'> {
  const naming = alerts.filter(({ entities }) =>
    entities.some((entity) => entity.kind === 'account' && belongsTo(entity, person)),
  );
  const concerned = gravestFirst(naming.length > 0 ? naming : alerts);
  const [main] = concerned;
  if (!main) throw new Error('An incident without alerts gives nothing to ask about.');
  return {
    what: clean(main.title, 200),
    at: main.lastActivityAt,
    where: placesIn(concerned),
    sureness: surenessOf(main, concerned.length),
  };
}

/** Of two as grave the newer. */
function gravestFirst(alerts: Alert[]): Alert[] {
  return alerts.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      b.lastActivityAt.localeCompare(a.lastActivityAt),
  );
}

/** Addresses with their countries, then devices. */
function placesIn(alerts: Alert[]): string {
  const all = alerts.flatMap(({ entities }) => entities);
  const names = (kind: Entity['kind']) =>
    all.filter((entity) => entity.kind === kind).map((entity) => shownName(entity));
  const distinct = [...new Set([...names('ip'), ...names('host')])];
  const more = distinct.length - shownPlaces;
  return distinct.slice(0, shownPlaces).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function surenessOf({ severity, product, source }: Alert, count: number): string {
  const who = clean(product, 80) || sourceNames[source];
  const others = count > 1 ? `, and ${count - 1} more ${count === 2 ? 'alert' : 'alerts'}` : '';
  return `${severity} severity, says ${who}${others}`;
}
