import { z } from 'zod';
import { lastSegment, subscriptionOf } from '../../azure/resource-id.ts';
import { Malformed } from '../../errors.ts';
import type { Alert, Entity, Handling } from '../../incident/alert.ts';
import { readEntities } from '../entities.ts';
import { span } from '../fields.ts';
import { portalLink } from '../portal-link.ts';
import { productName } from '../product.ts';
import { readRemediation } from '../remediation.ts';
import { addressOf } from './address.ts';
import { type DefenderShape, readShape } from './shape.ts';

/** One Defender for Cloud alert as REST, continuous export or the SecurityAlert table shows it. Throws `Malformed`. */
export function normaliseDefender(payload: unknown): Alert {
  const shape = readShape(payload);
  const made = shape.processingEndTimeUtc ?? shape.timeGeneratedUtc;
  const activity = span(shape.startTimeUtc, shape.endTimeUtc) ?? span(made);
  if (!activity)
    throw new Malformed('The Defender alert: startTimeUtc: no time at all says when it happened.');
  const address = addressOf(shape);
  const resourceId = attackedResource(shape);
  return {
    source: 'defender',
    sourceId: sourceIdOf(shape),
    address,
    label: '',
    title: shape.alertDisplayName,
    description: shape.description,
    severity: shape.severity,
    type: shape.alertType || shape.alertDisplayName,
    product: productName(shape.productName) || 'Microsoft Defender for Cloud',
    entities: readEntities(shape.entities).map((entity) => named(entity, shape.compromisedEntity)),
    target: lastSegment(shape.compromisedEntity) || lastSegment(resourceId),
    tactics: shape.intent.filter((tactic) => tactic.toLowerCase() !== 'unknown'),
    techniques: [...new Set([...shape.techniques, ...shape.subTechniques])],
    tags: [],
    subscription:
      subscriptionOf(address) ||
      subscriptionOf(resourceId) ||
      shape.azureResourceSubscriptionId.toLowerCase(),
    workspace: '',
    firstActivityAt: activity.first,
    lastActivityAt: activity.last,
    modifiedAt: made ?? activity.last,
    etag: '',
    contains: [],
    notes: [],
    portalUrl: portalLink(shape.alertUri),
    remediation: readRemediation(shape.remediationSteps),
    handling: handlingOf(shape.status),
  };
}

/** A subscription's id ends in a number; what the alert calls the attacked is its name. */
function named(entity: Entity, attacked: string): Entity {
  const isNameless =
    entity.kind === 'resource' &&
    /^\/subscriptions\/[^/]+\/?$/i.test(entity.resourceId) &&
    !attacked.includes('/');
  return isNameless && attacked ? { ...entity, name: attacked } : entity;
}

/** The SecurityAlert table gives alerts an id of its own and keeps that of Defender beside it. */
function sourceIdOf({ systemAlertId, vendorOriginalId }: DefenderShape): string {
  return (/^\d+_[0-9a-f-]{36}$/i.test(vendorOriginalId) ? vendorOriginalId : systemAlertId).toLowerCase();
}

const identifier = z.object({
  azureResourceId: z.string().optional(),
  AzureResourceId: z.string().optional(),
});

function attackedResource(shape: DefenderShape): string {
  for (const raw of shape.resourceIdentifiers) {
    const { data } = identifier.safeParse(raw);
    const found = data?.azureResourceId ?? data?.AzureResourceId;
    if (found) return found.slice(0, 500);
  }
  return shape.azureResourceId;
}

/** Defender knows no owner, and of the end only whether it was resolved or dismissed. */
function handlingOf(status: string): Handling {
  const nobody = { owner: undefined, closing: undefined, changedBy: '' };
  switch (status) {
    case 'inprogress':
      return { ...nobody, status: 'active' };
    case 'resolved':
      return { ...nobody, status: 'closed', closing: closedAs('Resolved in Microsoft Defender for Cloud') };
    case 'dismissed':
      return { ...nobody, status: 'closed', closing: closedAs('Dismissed in Microsoft Defender for Cloud') };
    default:
      return { ...nobody, status: 'new' };
  }
}

function closedAs(comment: string): Handling['closing'] {
  return { classification: 'undetermined', reason: undefined, comment };
}
