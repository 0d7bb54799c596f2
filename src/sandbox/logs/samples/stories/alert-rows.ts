import { z } from 'zod';
import { readSamples, type Sample } from '../../../azure/samples.ts';
import type { LogEvent } from '../../ingest.ts';

const text = z.string().catch('');
const sample = z.object({
  properties: z.object({
    title: text,
    alertDisplayName: text,
    alertType: text,
    description: text,
    severity: text,
    intent: text,
    productName: text,
    vendorName: text,
    compromisedEntity: text,
    entities: z.array(z.unknown()).catch([]),
    extendedProperties: z.unknown().optional(),
  }),
});

let known: Map<string, Sample> | undefined;

/** The alert itself, as Sentinel keeps it beside the logs. */
export function alertRows(story: string, at: number): LogEvent[] {
  known ??= readSamples();
  const found = known.get(story);
  if (!found) return [];
  const { properties } = sample.parse(found.body);
  const { title, alertDisplayName, description, severity } = properties;
  const name = alertDisplayName || title;
  const entities = found.source === 'defender' ? properties.entities : found.entities;
  const alert: LogEvent = {
    table: 'SecurityAlert',
    at,
    values: {
      DisplayName: name,
      AlertName: name,
      AlertSeverity: severity,
      Description: description,
      ProviderName: found.source === 'defender' ? 'Azure Security Center' : 'ASI Scheduled Alerts',
      VendorName: properties.vendorName || 'Microsoft',
      ProductName: properties.productName || 'Azure Sentinel',
      AlertType: properties.alertType || story,
      SystemAlertId: `${story}-${at}`,
      StartTime: at - 120_000,
      EndTime: at - 60_000,
      ProcessingEndTime: at,
      Entities: JSON.stringify(entities),
      ExtendedProperties: JSON.stringify(properties.extendedProperties ?? {}),
      Status: 'New',
      CompromisedEntity: properties.compromisedEntity,
      Tactics: properties.intent,
      SourceSystem: 'Detection',
    },
  };
  if (found.source === 'defender') return [alert];
  return [
    alert,
    {
      table: 'SecurityIncident',
      at,
      values: {
        IncidentName: `${story}-${at}`,
        Title: title,
        Description: description,
        Severity: severity,
        Status: 'New',
        ProviderName: 'Azure Sentinel',
        CreatedTime: at,
        LastModifiedTime: at,
        FirstActivityTime: at - 3_600_000,
        LastActivityTime: at,
        AlertIds: [`${story}-${at}`],
        Labels: [],
        Owner: {},
        SourceSystem: 'Azure Sentinel',
      },
    },
  ];
}
