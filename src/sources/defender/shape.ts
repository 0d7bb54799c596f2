import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { fields, list, optional, read, required, severity, texts, time, unwrap } from '../fields.ts';

/** What we read of a Defender alert, whichever way it came. */
export type DefenderShape = z.infer<typeof shape>;

/** The fields of an alert under the names of the REST API. Throws `Malformed`. */
export function readShape(payload: unknown): DefenderShape {
  const outer = byLowerName(payload);
  const kind = outer.get('type');
  // Continuous export sends recommendations, scores and compliance down the same road.
  if (typeof kind === 'string' && /^microsoft\.security\//i.test(kind) && !/\/alerts$/i.test(kind)) {
    throw new Malformed(
      `Defender for Cloud sent ${kind.slice(0, 100)}, which is not an alert. Export only security alerts to this address.`,
    );
  }
  const inner = byLowerName(unwrap(outer.get('properties')) ?? payload);
  const named: Record<string, unknown> = { id: outer.get('id') };
  for (const [name, also] of Object.entries(names)) {
    named[name] = [name.toLowerCase(), ...also]
      .map((key) => inner.get(key))
      .find((value) => value !== undefined);
  }
  return read(shape, named, 'The Defender alert');
}

/**
 * Other names (lower case) of the same field: of continuous export and workflow automation, and of the SecurityAlert
 * table. https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityalert
 */
const names: Record<string, string[]> = {
  systemAlertId: [],
  vendorOriginalId: [],
  alertDisplayName: ['displayname', 'alertname'],
  alertType: [],
  description: [],
  severity: ['alertseverity'],
  status: [],
  intent: ['tactics'],
  techniques: [],
  subTechniques: [],
  startTimeUtc: ['starttime'],
  endTimeUtc: ['endtime'],
  timeGeneratedUtc: ['timegenerated'],
  processingEndTimeUtc: ['processingendtime'],
  productName: [],
  compromisedEntity: [],
  alertUri: ['alertlink'],
  azureResourceId: ['resourceid', '_resourceid'],
  azureResourceSubscriptionId: [],
  resourceIdentifiers: [],
  remediationSteps: [],
  extendedProperties: [],
  entities: [],
};

const shape = z.object({
  id: optional(500),
  systemAlertId: required(200),
  vendorOriginalId: optional(200),
  alertDisplayName: required(300),
  alertType: optional(200),
  description: optional(5_000),
  severity,
  status: z
    .string()
    .nullish()
    .transform((text, context) => {
      const status = (text ?? '').trim().toLowerCase();
      if (['', 'new', 'active', 'unknown', 'inprogress', 'resolved', 'dismissed'].includes(status))
        return status;
      context.addIssue({ code: 'custom', message: 'is none of Active, InProgress, Resolved, Dismissed' });
      return '';
    }),
  // A comma list, a list as JSON, or words alone.
  intent: z.preprocess(splitList, texts(20, 60)),
  techniques: z.preprocess(splitList, texts(20, 20)),
  subTechniques: z.preprocess(splitList, texts(20, 20)),
  startTimeUtc: time,
  endTimeUtc: time,
  timeGeneratedUtc: time,
  processingEndTimeUtc: time,
  productName: optional(100),
  compromisedEntity: optional(300),
  alertUri: optional(2_000),
  azureResourceId: optional(500),
  azureResourceSubscriptionId: optional(100),
  resourceIdentifiers: z.preprocess(unwrap, list),
  remediationSteps: z.unknown(),
  extendedProperties: z.preprocess(unwrap, fields),
  entities: z.preprocess(unwrap, list),
});

function splitList(value: unknown): unknown {
  const plain = unwrap(value);
  return typeof plain === 'string' ? plain.split(',') : plain;
}

function byLowerName(value: unknown): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed('The Defender alert: the whole: is not an object.');
  }
  // The table repeats absent fields as null.
  const present = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return new Map(present.map(([key, inner]) => [key.toLowerCase(), inner]));
}
