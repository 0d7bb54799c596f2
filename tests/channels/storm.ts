import { drawSummary, type Storm } from '../../src/channels/summary.ts';
import type { SummaryView } from '../../src/channels/views.ts';
import { type Severity, severities } from '../../src/incident/alert.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { adam, defenderAlert, owner, priya } from '../incident/alerts.ts';
import { incidentAfter, type Past } from '../incident/given.ts';

const titles: Record<Severity, string> = {
  high: 'Possible reverse shell detected',
  medium: 'Suspicious authentication activity from an unusual location',
  low: 'Unusual number of files extracted from a storage account',
  informational: 'PREVIEW: container registry scan finished with findings',
};

/** INC-1001, INC-1002 … as they join a storm, the gravest first. */
export function stormIncident(n: number, severity: Severity, ...later: Past[]): Incident {
  const host = `vm-pay-web-${String(n).padStart(2, '0')}`;
  const alert = defenderAlert({
    severity,
    title: `${titles[severity]} on ${host}`,
    entities: [{ kind: 'host', name: host, resourceId: '' }],
  });
  return { ...incidentAfter({ type: 'opened', alert }, ...later), id: 1000 + n };
}

/** `count` new incidents, an equal part of each severity. */
export function newIncidents(count: number): Incident[] {
  return Array.from({ length: count }, (_, n) =>
    stormIncident(n + 1, severities[Math.floor((n * severities.length) / count)] ?? 'low'),
  );
}

export function storm(change: Partial<Storm> = {}): Storm {
  const incidents = change.incidents ?? newIncidents(40);
  return {
    id: 'b2f0c1de-0000-4000-8000-000000000001',
    since: '2026-11-21T02:14:09.000Z',
    total: incidents.length,
    open: incidents.filter(({ status }) => status !== 'closed').length,
    incidents,
    ...change,
  };
}

/** Some of everything that can have become of an incident in a storm. */
export function variedIncidents(): Incident[] {
  const closing = {
    classification: 'benign-positive',
    reason: 'suspicious-but-expected',
    comment: '',
  } as const;
  return [
    stormIncident(1, 'high'),
    stormIncident(
      2,
      'high',
      { type: 'acknowledged', by: adam },
      { type: 'assigned', owner: owner(adam), by: adam },
    ),
    stormIncident(3, 'medium', { type: 'acknowledged', by: priya }),
    stormIncident(4, 'medium', { type: 'closed', closing, by: priya }),
    stormIncident(5, 'low', { type: 'merged', into: 1001 }),
    stormIncident(6, 'informational', { type: 'assigned', owner: owner(priya), by: adam }),
  ];
}

export function summaryView(change: Partial<Storm> = {}): SummaryView {
  return drawSummary(storm(change));
}

/** Forty incidents all of whose words somebody else wrote. */
export function incidentsOf(text: string): Incident[] {
  return newIncidents(40).map((incident) => ({
    ...incident,
    title: text,
    owner: { id: '', name: text, upn: '' },
    alerts: incident.alerts.map((alert) => ({
      ...alert,
      title: text,
      entities: [{ kind: 'url' as const, url: `https://${text}` }],
    })),
  }));
}
