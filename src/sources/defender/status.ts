import type { Alert } from '../../incident/alert.ts';
import type { Incident } from '../../incident/incident.ts';

export type StatusCall = 'activate' | 'inProgress' | 'resolve' | 'dismiss';

/** The call that brings Defender's status to that of the incident; `undefined` where it needs none. */
export function statusCall(shown: Alert['handling']['status'], incident: Incident): StatusCall | undefined {
  switch (incident.status) {
    case 'new':
      return shown === 'closed' ? 'activate' : undefined;
    case 'active':
      return shown === 'active' ? undefined : 'inProgress';
    case 'closed':
      // An incident closed by merging says nothing about its alerts: they go on in the other one.
      if (shown === 'closed' || !incident.closing) return undefined;
      return isReal(incident.closing.classification) ? 'resolve' : 'dismiss';
  }
}

/** Defender has two ways to end: resolved for a threat dealt with, dismissed for what was none. */
function isReal(classification: NonNullable<Incident['closing']>['classification']): boolean {
  return classification === 'true-positive' || classification === 'undetermined';
}
