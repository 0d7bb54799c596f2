import type { Alert, Owner } from '../../src/incident/alert.ts';
import type { Actor } from '../../src/incident/incident.ts';

export const adam = person('00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2', 'Adam Keller', 'adam@contoso.com');
export const priya = person('00000003-5a1e-4c0d-9b7a-3f6e2d81c0a3', 'Priya Nair', 'priya@contoso.com');

function person(id: string, name: string, upn: string): Owner & Actor {
  return { kind: 'person', id, name, upn };
}

/** The same person as an owner: who they are, not that they did something. */
export function owner({ id, name, upn }: Owner): Owner {
  return { id, name, upn };
}

/** A Defender alert about a reverse shell; a test says only what it is about. */
export function defenderAlert(changes: Partial<Alert> = {}): Alert {
  return {
    source: 'defender',
    sourceId: 'shell-1',
    address: '/subscriptions/s1/providers/microsoft.security/locations/westeurope/alerts/shell-1',
    label: '',
    title: 'A shell was opened to an outside address',
    description: 'Seen on vm-pay-web-01.',
    severity: 'medium',
    type: 'VM_ReverseShell',
    product: 'Microsoft Defender for Cloud',
    entities: [{ kind: 'host', name: 'vm-pay-web-01', resourceId: '/subscriptions/s1/vm-pay-web-01' }],
    target: 'vm-pay-web-01',
    tactics: ['Execution'],
    techniques: ['T1059'],
    tags: [],
    subscription: 's1',
    workspace: '',
    firstActivityAt: '2026-11-21T09:58:00.000Z',
    lastActivityAt: '2026-11-21T09:59:00.000Z',
    modifiedAt: '2026-11-21T10:00:00.000Z',
    etag: '',
    contains: [],
    notes: [],
    portalUrl: 'https://portal.azure.com/',
    remediation: [],
    handling: { status: 'new', owner: undefined, closing: undefined, changedBy: '' },
    ...changes,
  };
}

export function sentinelIncident(changes: Partial<Alert> = {}): Alert {
  return defenderAlert({
    source: 'sentinel',
    sourceId: '/subscriptions/s1/incidents/4711',
    address: '/subscriptions/s1/incidents/4711',
    label: '4711',
    title: 'Password spray against 58 accounts',
    type: 'Password spray',
    product: 'Microsoft Sentinel',
    target: '',
    workspace: 'contoso-sentinel',
    etag: '"1"',
    ...changes,
  });
}

/** The same alert as its source shows it after somebody handled it there. */
export function handled(alert: Alert, handling: Partial<Alert['handling']>): Alert {
  return { ...alert, handling: { ...alert.handling, ...handling } };
}
