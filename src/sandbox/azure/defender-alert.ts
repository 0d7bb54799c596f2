import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest } from './arm-error.ts';
import { subscriptions } from './estate.ts';
import { armTime } from './times.ts';

export const alertStatuses = ['Active', 'InProgress', 'Resolved', 'Dismissed'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

/**
 * An alert of Defender for Cloud as `Microsoft.Security` 2022-01-01 gives it.
 * https://learn.microsoft.com/rest/api/defenderforcloud/alerts/get-resource-group-level
 */
export const defenderAlert = z.looseObject({
  id: z.string().regex(/^\/subscriptions\/[^/]+\/.*\/locations\/[^/]+\/alerts\/[^/]+$/i),
  name: z.string().min(1),
  type: z.literal('Microsoft.Security/Locations/alerts'),
  properties: z.looseObject({
    version: z.string(),
    alertType: z.string().min(1),
    systemAlertId: z.string().min(1),
    alertDisplayName: z.string().min(1),
    description: z.string(),
    severity: z.enum(['High', 'Medium', 'Low', 'Informational']),
    status: z.enum(alertStatuses),
    intent: z.string(),
    startTimeUtc: z.iso.datetime(),
    endTimeUtc: z.iso.datetime(),
    timeGeneratedUtc: z.iso.datetime(),
    processingEndTimeUtc: z.iso.datetime(),
    vendorName: z.string(),
    productName: z.string(),
    compromisedEntity: z.string(),
    isIncident: z.boolean(),
    resourceIdentifiers: z.array(z.looseObject({ type: z.string(), azureResourceId: z.string().optional() })),
    remediationSteps: z.array(z.string()),
    extendedProperties: z.record(z.string(), z.unknown()),
    alertUri: z.url(),
    entities: z.array(z.looseObject({ type: z.string() })).optional(),
    techniques: z.array(z.string()).optional(),
    subTechniques: z.array(z.string()).optional(),
  }),
});
export type DefenderAlert = z.infer<typeof defenderAlert>;

const given = z.looseObject({
  id: z.string().optional(),
  name: z.string().optional(),
  properties: z.looseObject({
    alertType: z.string().min(1),
    alertDisplayName: z.string().min(1),
    resourceIdentifiers: z.array(z.looseObject({ azureResourceId: z.string().optional() })).default([]),
  }),
});

/** A whole alert out of as little as a type and a display name; what is given stays as it is. Throws a 400 naming the place. */
export function completeAlert(body: unknown, now: Date): DefenderAlert {
  const parsed = given.safeParse(body);
  if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
  const { properties } = parsed.data;
  const name = parsed.data.name ?? newAlertName(now);
  const resource = properties.resourceIdentifiers.find((one) => one.azureResourceId)?.azureResourceId ?? '';
  const id =
    parsed.data.id ?? `${scopeOf(resource)}/providers/Microsoft.Security/locations/westeurope/alerts/${name}`;
  const at = armTime(now);
  const whole = defenderAlert.safeParse({
    ...parsed.data,
    id,
    name,
    type: 'Microsoft.Security/Locations/alerts',
    properties: {
      version: '2022-01-01.0',
      vendorName: 'Microsoft',
      productName: 'Microsoft Defender for Cloud',
      systemAlertId: name,
      description: '',
      severity: 'Medium',
      status: 'Active',
      intent: 'Unknown',
      startTimeUtc: at,
      endTimeUtc: at,
      timeGeneratedUtc: at,
      processingEndTimeUtc: at,
      isIncident: false,
      compromisedEntity: resource.split('/').at(-1) ?? '',
      remediationSteps: [],
      extendedProperties: {},
      alertUri: portalLink(id, name),
      ...properties,
    },
  });
  if (!whole.success) throw badRequest(z.prettifyError(whole.error));
  return whole.data;
}

/** Defender's names sort newest first: ticks left until the year 10000, then a GUID. */
export function newAlertName(now: Date): string {
  const ticks = BigInt(now.getTime()) * 10_000n + 621_355_968_000_000_000n;
  return `${3_155_378_975_999_999_999n - ticks}_${randomUUID()}`;
}

/** The alert as the version of the API shows it: 2021-11-01 knows neither techniques nor evidence nor InProgress. */
export function asOf(apiVersion: string, alert: DefenderAlert): DefenderAlert {
  if (apiVersion !== '2021-11-01') return alert;
  const { techniques: _, subTechniques: __, supportingEvidence: ___, ...properties } = alert.properties;
  const status = properties.status === 'InProgress' ? 'Active' : properties.status;
  return { ...alert, properties: { ...properties, version: '2021-11-01.0', status } };
}

function scopeOf(resourceId: string): string {
  return (
    /^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?/i.exec(resourceId)?.[0] ??
    `/subscriptions/${subscriptions.production}`
  );
}

function portalLink(id: string, name: string): string {
  const part = (word: string) => new RegExp(`/${word}/([^/]+)`, 'i').exec(id)?.[1];
  const group = part('resourceGroups');
  return (
    `https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/${name}` +
    `/subscriptionId/${part('subscriptions')}${group ? `/resourceGroup/${group}` : ''}` +
    `/referencedFrom/alertDeepLink/location/${part('locations')}`
  );
}
