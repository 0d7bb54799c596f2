import { createHash } from 'node:crypto';
import { type Closing, isSameOwner, type Owner, severities } from './alert.ts';
import { subjectKey, subjectName } from './enrichment.ts';
import { isExercise } from './exercise.ts';
import { type Incident, incidentName } from './incident.ts';
import { isAlive, runName } from './run.ts';
import { subjectsOf } from './subjects.ts';

/** Why one incident is like another: one rule, and beside it somebody or something that both name, or the product. */
export interface Alike {
  by: 'entity' | 'product';
  /** The name that both share. Untrusted. */
  what: string;
}

/** `undefined` where it is not: one rule alone tells of different things in different places. */
export function whyAlike(precedent: Incident, other: Incident): Alike | undefined {
  if (other.id === precedent.id || isExercise(other) !== isExercise(precedent)) return undefined;
  const rules = new Set(precedent.alerts.map(({ type }) => type.toLowerCase()));
  if (!other.alerts.some(({ type }) => rules.has(type.toLowerCase()))) return undefined;
  const known = new Set(namedIn(precedent).map(subjectKey));
  const shared = namedIn(other).find((subject) => known.has(subjectKey(subject)));
  if (shared) return { by: 'entity', what: subjectName(shared) };
  const products = new Set(precedent.alerts.map(({ product }) => product.toLowerCase()));
  const product = other.alerts.find((alert) => alert.product && products.has(alert.product.toLowerCase()));
  return product && { by: 'product', what: product.product };
}

const namedIn = (incident: Incident) => subjectsOf(incident).filter(({ kind }) => kind !== 'incident');

/** Why it has to be looked at by itself all the same; `undefined` where it need not. */
export function whyApart(precedent: Incident, other: Incident, by: Owner): string | undefined {
  const { owner, severity, runs = [], restrictedTo, inquiries } = other;
  if (restrictedTo) return 'it is restricted';
  if (owner && !isSameOwner(owner, by)) return `${owner.name} has it`;
  const run = runs.find(isAlive);
  if (run?.standing) return `${run.target} is still contained (${runName(run.number)})`;
  if (run) return `${runName(run.number)} is not over`;
  if (severity === 'high') return 'it is of high severity';
  if (severities.indexOf(severity) < severities.indexOf(precedent.severity))
    return `it is graver than ${incidentName(precedent.id)}`;
  if (inquiries.some(({ outcome }) => outcome === undefined))
    return 'somebody was asked and may still answer';
  return undefined;
}

/** What somebody saw in a preview: which incidents, how big and how grave, and as what they are closed. */
export function hashOfList(closing: Closing, incidents: Incident[]): string {
  const seen = incidents
    .map(({ id, alertCount, severity, owner }) => [id, alertCount, severity, owner?.id ?? ''])
    .sort(([a], [b]) => Number(a) - Number(b));
  const { classification, reason = '', comment } = closing;
  return createHash('sha256')
    .update(JSON.stringify([classification, reason, comment, seen]))
    .digest('hex');
}
