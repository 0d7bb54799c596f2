import { z } from 'zod';
import type { Classification, ClassificationReason } from '../../incident/alert.ts';
import { list, optional, read, required, severity, texts, time } from '../fields.ts';
import { workspaceOf } from './address.ts';

/** What we read of a Sentinel incident and of what hangs on it, whichever way it came. */
export interface SentinelShape {
  incident: z.infer<typeof incidentShape>;
  alerts: unknown[];
  entities: unknown[];
  comments: unknown[];
}

/**
 * Accepts what `poll` and `read` give (`incident`, `alerts`, `entities`, `comments`), an incident of the REST API, and
 * what an automation rule sends, whole or only its `object`, which has alerts, entities and comments among its
 * properties. Throws `Malformed`.
 */
export function readSentinel(payload: unknown): SentinelShape {
  const { incident, object, ...folded } = wrapper.parse(payload);
  const raw = incident ?? object ?? payload;
  const inside = attached.parse(raw).properties;
  return {
    incident: read(incidentShape, raw, 'The Sentinel incident'),
    alerts: folded.alerts.length > 0 ? folded.alerts : inside.alerts,
    entities: folded.entities.length > 0 ? folded.entities : inside.relatedEntities,
    comments: folded.comments.length > 0 ? folded.comments : inside.comments,
  };
}

const wrapper = z
  .object({
    incident: z.unknown().optional(),
    object: z.unknown().optional(),
    alerts: list,
    entities: list,
    comments: list,
  })
  .catch({ incident: undefined, object: undefined, alerts: [], entities: [], comments: [] });

const nothing = { alerts: [], relatedEntities: [], comments: [] };
const attached = z
  .object({ properties: z.object({ alerts: list, relatedEntities: list, comments: list }).catch(nothing) })
  .catch({ properties: nothing });

export type Words = z.infer<typeof words>;

const words = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').trim().toLowerCase());

const ownerShape = z
  .object({
    objectId: optional(100),
    assignedTo: optional(200),
    email: optional(200),
    userPrincipalName: optional(200),
  })
  .catch({ objectId: '', assignedTo: '', email: '', userPrincipalName: '' });

const additionalShape = z
  .object({
    alertProductNames: texts(10, 100),
    tactics: texts(20, 60),
    techniques: texts(20, 20),
    providerIncidentUrl: optional(2_000),
  })
  .catch({ alertProductNames: [], tactics: [], techniques: [], providerIncidentUrl: '' });

const label = z.object({ labelName: z.string() });

const incidentShape = z.object({
  id: z
    .string()
    .refine((id) => workspaceOf(id) !== undefined, 'is not the Resource Manager id of an incident'),
  etag: optional(200),
  systemData: z
    .object({ lastModifiedBy: optional(200), lastModifiedByType: optional(40) })
    .catch({ lastModifiedBy: '', lastModifiedByType: '' }),
  properties: z.object({
    title: required(300),
    description: optional(5_000),
    severity,
    status: words.transform((text, context) => {
      if (text === 'new' || text === 'active' || text === 'closed') return text;
      context.addIssue({ code: 'custom', message: 'is none of New, Active, Closed' });
      return z.NEVER;
    }),
    classification: words.catch('').transform((text) => classifications.get(text)),
    classificationReason: words.catch('').transform((text) => reasons.get(text)),
    classificationComment: optional(2_000),
    owner: ownerShape,
    labels: list.transform((entries) =>
      entries.flatMap((entry) => label.safeParse(entry).data?.labelName ?? []).slice(0, 50),
    ),
    firstActivityTimeUtc: time,
    lastActivityTimeUtc: time,
    lastModifiedTimeUtc: time,
    createdTimeUtc: time,
    lastModifiedBy: z
      .union([optional(200), z.object({ name: optional(200) }).transform(({ name }) => name)])
      .catch(''),
    incidentNumber: z.number().optional().catch(undefined),
    providerIncidentId: optional(40),
    providerName: optional(100),
    incidentUrl: optional(2_000),
    relatedAnalyticRuleIds: texts(10, 500),
    additionalData: additionalShape,
  }),
});

// No objects: `constructor` is a word that every object knows.
const classifications = new Map<string, Classification>([
  ['truepositive', 'true-positive'],
  ['benignpositive', 'benign-positive'],
  ['falsepositive', 'false-positive'],
  ['undetermined', 'undetermined'],
]);

const reasons = new Map<string, ClassificationReason>([
  ['suspiciousactivity', 'suspicious-activity'],
  ['suspiciousbutexpected', 'suspicious-but-expected'],
  ['incorrectalertlogic', 'incorrect-alert-logic'],
  ['inaccuratedata', 'inaccurate-data'],
]);
