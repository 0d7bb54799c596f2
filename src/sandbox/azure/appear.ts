import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest } from './arm-error.ts';
import type { DefenderAlerts } from './defender.ts';
import { completeAlert, type DefenderAlert, newAlertName } from './defender-alert.ts';
import { type Author, readIncidentWrite } from './incident.ts';
import { entityGiven, fromDefender, makeAlert, makeEntity } from './incident-entity.ts';
import type { IncidentRecord, Incidents } from './incidents.ts';
import type { DefenderSample, Sample, SentinelSample } from './samples.ts';
import { shiftTimes } from './times.ts';

export interface Cloud {
  defender: DefenderAlerts;
  incidents: Incidents;
  now: () => Date;
  /** Told of each sample that appears, and when it happened: its story is then in the logs. */
  happened(sample: string, at: Date): void;
}

export type Appeared =
  | { source: 'defender'; alert: DefenderAlert }
  | { source: 'sentinel'; record: IncidentRecord };

/** A sample appears in Azure: as of now, under new ids, so that the same sample twice is two alerts. */
export function appearSample(cloud: Cloud, samples: Map<string, Sample>, sample: Sample): Appeared {
  switch (sample.source) {
    case 'defender':
      return { source: 'defender', alert: addDefenderSample(cloud, sample, cloud.now()) };
    case 'sentinel':
      return { source: 'sentinel', record: addSentinelSample(cloud, samples, sample) };
  }
}

/** An alert of the caller's own appears in Azure: what it gives stays, what it lacks is filled in. Throws a 400 naming the place. */
export function appearGiven(
  cloud: Cloud,
  given: { source: 'defender' | 'sentinel'; body: unknown },
): Appeared {
  switch (given.source) {
    case 'defender':
      return { source: 'defender', alert: addDefender(cloud, given.body) };
    case 'sentinel':
      return { source: 'sentinel', record: addIncident(cloud, given.body, []) };
  }
}

/** Minutes between the alerts of one campaign. */
const STEP_MS = 4 * 60_000;

function addSentinelSample(
  cloud: Cloud,
  samples: Map<string, Sample>,
  sample: SentinelSample,
): IncidentRecord {
  const { body, alerts, entities } = shiftTimes(
    { body: sample.body, alerts: sample.alerts, entities: sample.entities },
    cloud.now(),
  );
  const contained = sample.contains.map((id, place) => {
    const found = samples.get(id);
    if (found?.source !== 'defender')
      throw new Error(`Sample '${sample.id}' contains '${id}', which is no Defender sample.`);
    const before = (sample.contains.length - 1 - place) * STEP_MS;
    return addDefenderSample(cloud, found, new Date(cloud.now().getTime() - before));
  });
  cloud.happened(sample.id, cloud.now());
  return addIncident(cloud, { ...body, alerts, entities }, contained);
}

function addDefenderSample(cloud: Cloud, sample: DefenderSample, at: Date): DefenderAlert {
  cloud.happened(sample.id, at);
  return addDefender(cloud, renew(sample, at));
}

function addDefender(cloud: Cloud, body: unknown): DefenderAlert {
  const alert = completeAlert(body, cloud.now());
  cloud.defender.add(alert);
  return alert;
}

const incidentGiven = z.looseObject({
  name: z.string().min(1).optional(),
  properties: z.looseObject({
    relatedAnalyticRuleIds: z.array(z.string()).default([]),
    providerName: z.string().default('Azure Sentinel'),
    additionalData: z
      .looseObject({
        alertProductNames: z.array(z.string()).default([]),
        tactics: z.array(z.string()).default([]),
        techniques: z.array(z.string()).default([]),
      })
      .default({ alertProductNames: [], tactics: [], techniques: [] }),
  }),
  alerts: z.array(entityGiven).default([]),
  entities: z.array(entityGiven).default([]),
});

const engine: Author = {
  type: 'Application',
  objectId: 'f4c81013-0000-4000-8000-5e271e100000',
  name: 'Microsoft Sentinel',
  email: null,
  userPrincipalName: null,
};

function addIncident(cloud: Cloud, body: unknown, contained: DefenderAlert[]): IncidentRecord {
  const given = incidentGiven.safeParse(body);
  if (!given.success) throw badRequest(z.prettifyError(given.error));
  const { name = randomUUID(), properties, alerts, entities } = given.data;
  if (cloud.incidents.find(name)) throw badRequest(`There is an incident '${name}' already.`);
  const { alertProductNames, tactics, techniques } = properties.additionalData;
  const now = cloud.now().toISOString();
  const write = readIncidentWrite({
    status: 'New',
    severity: 'Medium',
    firstActivityTimeUtc: now,
    lastActivityTimeUtc: now,
    ...properties,
  });
  return cloud.incidents.create(write, engine, {
    name,
    alerts: [...contained.map(fromDefender), ...alerts.map(makeAlert)],
    entities: entities.map(makeEntity),
    relatedAnalyticRuleIds: properties.relatedAnalyticRuleIds,
    providerName: properties.providerName,
    additionalData: { alertProductNames, tactics, techniques },
  });
}

/** The sample's body as if it happened at that time, under a new name, wherever it names itself. */
function renew(sample: DefenderSample, at: Date): unknown {
  const moved = JSON.stringify(shiftTimes(sample.body, at));
  return JSON.parse(moved.replaceAll(sample.body.name, newAlertName(at)));
}
