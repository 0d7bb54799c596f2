import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import { Malformed } from '../../errors.ts';
import { type Alert, type Entity, type Handling, nameOf, type Owner } from '../../incident/alert.ts';
import { readEntities } from '../entities.ts';
import { list, optional, span, trimTo } from '../fields.ts';
import { portalLink } from '../portal-link.ts';
import { productName } from '../product.ts';
import { readRemediation } from '../remediation.ts';
import { workspaceOf } from './address.ts';
import { readNotes } from './notes.ts';
import { readSentinel, type SentinelShape } from './shape.ts';

/** One Sentinel incident as an alert; the shapes it takes are those of `readSentinel`. Throws `Malformed`. */
export function normaliseSentinel(payload: unknown): Alert {
  const shape = readSentinel(payload);
  const { id, etag, properties } = shape.incident;
  const { additionalData } = properties;
  const alerts = shape.alerts.flatMap((alert) => alertInside.safeParse(alert).data?.properties ?? []);
  const activity =
    span(properties.firstActivityTimeUtc, properties.lastActivityTimeUtc) ??
    span(properties.createdTimeUtc ?? properties.lastModifiedTimeUtc);
  if (!activity)
    throw new Malformed('The Sentinel incident: properties.createdTimeUtc: no time at all is given.');
  const entities = readEntities(shape.entities);
  const place = workspaceOf(id);
  return {
    source: 'sentinel',
    sourceId: id.toLowerCase(),
    address: id,
    label: labelOf(properties),
    title: properties.title,
    description: properties.description,
    severity: properties.severity,
    type: typeOf(properties, alerts),
    product:
      additionalData.alertProductNames.map(productName).join(', ') ||
      properties.providerName ||
      'Microsoft Sentinel',
    entities,
    target: alerts.map((alert) => lastSegment(alert.compromisedEntity)).find(Boolean) ?? attacked(entities),
    tactics: additionalData.tactics,
    techniques: additionalData.techniques,
    tags: properties.labels.filter((label) => !isOwnLabel(label)).map((label) => trimTo(label, 100)),
    subscription: place?.subscription.toLowerCase() ?? '',
    workspace: place?.workspace ?? '',
    firstActivityAt: activity.first,
    lastActivityAt: activity.last,
    modifiedAt: properties.lastModifiedTimeUtc ?? properties.createdTimeUtc ?? activity.last,
    etag,
    contains: idsOf(alerts),
    notes: readNotes(id, shape.comments),
    portalUrl: portalLink(additionalData.providerIncidentUrl, properties.incidentUrl),
    remediation: readRemediation(alerts.flatMap(({ remediationSteps }) => remediationSteps)),
    handling: handlingOf(shape.incident),
  };
}

/** The label by which we mark an incident as ours; it is an echo, no tag. */
function isOwnLabel(label: string): boolean {
  return /^INC-\d+$/.test(label);
}

/** Defender XDR closes an incident that it merged into another one and marks it so. */
export function isRedirected(labels: readonly string[]): boolean {
  return labels.some((label) => label.toLowerCase() === 'redirected');
}

type Properties = SentinelShape['incident']['properties'];

const alertInside = z.object({
  properties: z.object({
    systemAlertId: optional(200),
    providerAlertId: optional(200),
    alertType: optional(200),
    compromisedEntity: optional(300),
    remediationSteps: list,
  }),
});
type AlertInside = z.infer<typeof alertInside>['properties'];

/** In the Defender portal people say the number of Defender XDR, in the Azure portal that of Sentinel. */
function labelOf({ providerName, providerIncidentId, incidentNumber }: Properties): string {
  const number = incidentNumber === undefined ? '' : String(incidentNumber);
  return /xdr/i.test(providerName) ? providerIncidentId || number : number || providerIncidentId;
}

/** The type of its alerts tells more than the rule: one rule makes incidents of everything that Defender sends. */
function typeOf({ relatedAnalyticRuleIds, title }: Properties, alerts: AlertInside[]): string {
  return (
    alerts.map(({ alertType }) => alertType).find(Boolean) ??
    (lastSegment(relatedAnalyticRuleIds[0] ?? '') || title)
  );
}

function attacked(entities: Entity[]): string {
  for (const kind of ['host', 'resource', 'account', 'mailbox']) {
    const found = entities.find((entity) => entity.kind === kind);
    if (found) return nameOf(found);
  }
  return '';
}

/** A Defender alert keeps its own id as `providerAlertId` where Sentinel has given it a new one. */
function idsOf(alerts: AlertInside[]): string[] {
  const ids = alerts.map(({ providerAlertId, systemAlertId }) => providerAlertId || systemAlertId);
  // Sentinel holds at most 150 alerts an incident.
  return [...new Set(ids.filter(Boolean).map((id) => id.toLowerCase()))].slice(0, 150);
}

function handlingOf({ properties, systemData }: SentinelShape['incident']): Handling {
  const { status, labels } = properties;
  if (status === 'closed' && isRedirected(labels)) {
    return {
      status,
      owner: ownerOf(properties),
      closing: {
        classification: 'undetermined',
        reason: undefined,
        comment: 'Merged into another incident in Microsoft Defender',
      },
      changedBy: 'Microsoft Defender XDR',
    };
  }
  // Of an application the name says nothing to people, and mostly it is ours.
  const byPerson = systemData.lastModifiedByType.toLowerCase() !== 'application';
  return {
    status,
    owner: ownerOf(properties),
    closing:
      status === 'closed'
        ? {
            classification: properties.classification ?? 'undetermined',
            reason: properties.classificationReason,
            comment: properties.classificationComment,
          }
        : undefined,
    changedBy: properties.lastModifiedBy || (byPerson ? systemData.lastModifiedBy : ''),
  };
}

function ownerOf({ owner }: Properties): Owner | undefined {
  const upn = owner.userPrincipalName || owner.email;
  const name = owner.assignedTo || upn;
  if (!owner.objectId && !name) return undefined;
  return { id: owner.objectId.toLowerCase(), name: name || owner.objectId, upn };
}
