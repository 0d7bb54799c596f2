import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DefenderAlert } from './defender-alert.ts';
import { insights } from './estate.ts';

/** What an incident is about, or an alert of it: Sentinel gives both in this shape. */
export const incidentEntity = z.object({
  id: z.string(),
  name: z.string(),
  type: z.literal('Microsoft.SecurityInsights/Entities'),
  kind: z.string(),
  properties: z.record(z.string(), z.unknown()),
});
export type IncidentEntity = z.infer<typeof incidentEntity>;

/** As samples and controls give it; Sentinel adds the id. */
export const entityGiven = z.object({
  kind: z.string().default('SecurityAlert'),
  name: z.string().optional(),
  properties: z.record(z.string(), z.unknown()),
});

export function makeEntity({
  kind,
  name = randomUUID(),
  properties,
}: z.infer<typeof entityGiven>): IncidentEntity {
  return {
    id: `${insights}/Entities/${name}`,
    name,
    type: 'Microsoft.SecurityInsights/Entities',
    kind,
    properties,
  };
}

/** An alert of an incident. Sentinel has an id of its own for every alert; where another product made it, `providerAlertId` is that product's. */
export function makeAlert(given: z.infer<typeof entityGiven>): IncidentEntity {
  const name = given.name ?? randomUUID();
  return makeEntity({
    kind: 'SecurityAlert',
    name,
    properties: {
      systemAlertId: name,
      vendorName: 'Microsoft',
      status: 'New',
      friendlyName: given.properties.alertDisplayName,
      ...given.properties,
    },
  });
}

/** A Defender for Cloud alert as it stands inside a Sentinel incident. */
export function fromDefender({ name, properties }: DefenderAlert): IncidentEntity {
  return makeAlert({
    kind: 'SecurityAlert',
    properties: {
      providerAlertId: name,
      alertDisplayName: properties.alertDisplayName,
      description: properties.description,
      alertType: properties.alertType,
      alertLink: properties.alertUri,
      severity: properties.severity,
      productName: 'Azure Security Center',
      compromisedEntity: properties.compromisedEntity,
      tactics: properties.intent.split(', '),
      startTimeUtc: properties.startTimeUtc,
      endTimeUtc: properties.endTimeUtc,
      timeGenerated: properties.timeGeneratedUtc,
      processingEndTime: properties.processingEndTimeUtc,
      resourceIdentifiers: properties.resourceIdentifiers,
      remediationSteps: properties.remediationSteps,
    },
  });
}
