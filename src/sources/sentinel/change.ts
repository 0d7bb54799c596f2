import { z } from 'zod';
import {
  type Alert,
  type Classification,
  type ClassificationReason,
  type Closing,
  isSameOwner,
  type Owner,
  reasonsOf,
  type Severity,
  type Status,
} from '../../incident/alert.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { Stance } from '../../incident/stance.ts';
import { trimTo } from '../fields.ts';
import { isRedirected, normaliseSentinel } from './incident.ts';

/**
 * Properties to put so that the incident at Sentinel says what ours says; `undefined` where it does.
 *
 * A field is written only where ours differs from what Sentinel holds now and also from what ours said when it was
 * last known to hold the same (`held`). Where ours still says that, nobody here has decided anything about the field:
 * a difference to the present is somebody's change in the portal, and writing would undo it.
 */
export function changedProperties(
  current: unknown,
  held: Stance,
  incident: Incident,
): Properties | undefined {
  const { properties } = envelope.parse(current);
  const labels = properties.labels.map(({ labelName }) => String(labelName));
  // Merged by Defender XDR: an empty shell, closed for good.
  if (isRedirected(labels)) return undefined;
  const now = normaliseSentinel(current);
  const next: Properties = { ...properties };
  Object.assign(
    next,
    severityChange(now, held, incident.decidedSeverity),
    ownerChange(now, held, incident.owner),
    labelChange(properties.labels, incidentName(incident.id)),
  );
  const ending = endingChange(now, held, incident);
  if (ending) {
    // PUT replaces the whole, so what is not sent again is cleared.
    for (const name of ['classification', 'classificationReason', 'classificationComment']) delete next[name];
    Object.assign(next, ending);
  }
  return JSON.stringify(next) === JSON.stringify(properties) ? undefined : next;
}

export type Properties = Record<string, unknown>;

const envelope = z.object({
  properties: z.looseObject({ labels: z.array(z.looseObject({ labelName: z.unknown() })).catch([]) }),
});

function severityChange(now: Alert, held: Stance, decided: Severity | undefined): Properties {
  if (!decided || decided === now.severity || decided === held.decidedSeverity) return {};
  return { severity: severityWords[decided] };
}

function ownerChange(now: Alert, held: Stance, owner: Owner | undefined): Properties {
  if (isSameOwner(owner, now.handling.owner) || isSameOwner(owner, held.owner)) return {};
  if (!owner) return { owner: { objectId: null, email: null, userPrincipalName: null, assignedTo: null } };
  // Sentinel refuses an object id that is no UUID; a name alone is then still better than nobody.
  const objectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(owner.id) ? owner.id : null;
  const upn = owner.upn || null;
  return { owner: { objectId, email: upn, userPrincipalName: upn, assignedTo: owner.name } };
}

function labelChange(labels: { labelName: unknown }[], name: string): Properties {
  if (labels.some(({ labelName }) => labelName === name)) return {};
  return { labels: [...labels, { labelName: name, labelType: 'User' }] };
}

/** Status and classification go together: one is not valid without the other. */
function endingChange(now: Alert, held: Stance, { status, closing }: Incident): Properties | undefined {
  // Closed by merging: its alerts go on in the other incident, so the source stays as it is.
  if (status === 'closed' && !closing) return undefined;
  const ours = ending(status, closing);
  if (ours === ending(now.handling.status, now.handling.closing)) return undefined;
  if (ours === ending(held.status, held.closing)) return undefined;
  if (!closing || status !== 'closed') return { status: statusWords[status] };
  const reason = reasonOf(closing);
  return {
    status: statusWords[status],
    classification: classificationWords[closing.classification],
    ...(reason && { classificationReason: reasonWords[reason] }),
    classificationComment: trimTo(closing.comment, 2_000),
  };
}

function ending(status: Status, closing: Closing | undefined): string {
  if (status !== 'closed' || !closing) return status;
  return JSON.stringify([closing.classification, reasonOf(closing), trimTo(closing.comment, 2_000)]);
}

/** Sentinel wants a reason wherever there is one to give. */
function reasonOf({ classification, reason }: Closing): ClassificationReason | undefined {
  const possible = reasonsOf[classification];
  if (reason) return possible.includes(reason) ? reason : undefined;
  return possible.length === 1 ? possible[0] : undefined;
}

const severityWords = {
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  informational: 'Informational',
} as const satisfies Record<Severity, string>;

const statusWords = { new: 'New', active: 'Active', closed: 'Closed' } as const satisfies Record<
  Status,
  string
>;

const classificationWords = {
  'true-positive': 'TruePositive',
  'benign-positive': 'BenignPositive',
  'false-positive': 'FalsePositive',
  undetermined: 'Undetermined',
} as const satisfies Record<Classification, string>;

const reasonWords = {
  'suspicious-activity': 'SuspiciousActivity',
  'suspicious-but-expected': 'SuspiciousButExpected',
  'incorrect-alert-logic': 'IncorrectAlertLogic',
  'inaccurate-data': 'InaccurateData',
} as const satisfies Record<ClassificationReason, string>;
