import { z } from 'zod';
import { badRequest } from './arm-error.ts';

/**
 * What one may write of an incident; everything else of a PUT's body is ignored, as read-only.
 * Limits: https://learn.microsoft.com/azure/sentinel/sentinel-service-limits
 */
const incidentWrite = z.object({
  title: z.string().min(1),
  description: z.string().max(5_000).optional(),
  severity: z.enum(['High', 'Medium', 'Low', 'Informational']),
  status: z.enum(['New', 'Active', 'Closed']),
  classification: z.enum(['TruePositive', 'BenignPositive', 'FalsePositive', 'Undetermined']).optional(),
  classificationReason: z
    .enum(['SuspiciousActivity', 'SuspiciousButExpected', 'IncorrectAlertLogic', 'InaccurateData'])
    .optional(),
  classificationComment: z.string().optional(),
  owner: z
    .object({
      objectId: z.guid().nullish(),
      email: z.string().nullish(),
      assignedTo: z.string().nullish(),
      userPrincipalName: z.string().nullish(),
    })
    .optional(),
  labels: z
    .array(
      z.object({ labelName: z.string().min(1), labelType: z.enum(['User', 'AutoAssigned']).default('User') }),
    )
    .default([]),
  firstActivityTimeUtc: z.iso.datetime().optional(),
  lastActivityTimeUtc: z.iso.datetime().optional(),
});
export type IncidentWrite = z.infer<typeof incidentWrite>;

const authorType = z.enum(['User', 'Application']);
export type AuthorType = z.infer<typeof authorType>;

const additionalData = z.object({
  alertsCount: z.number(),
  bookmarksCount: z.number(),
  commentsCount: z.number(),
  alertProductNames: z.array(z.string()),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  providerIncidentUrl: z.string(),
});
export type AdditionalData = z.infer<typeof additionalData>;

/** An incident as `Microsoft.SecurityInsights` gives it. */
export const incident = z.object({
  id: z.string(),
  name: z.string(),
  /** With its quotation marks, as Sentinel writes it. */
  etag: z.string(),
  type: z.literal('Microsoft.SecurityInsights/Incidents'),
  systemData: z.object({
    createdAt: z.string(),
    createdBy: z.string(),
    createdByType: authorType,
    lastModifiedAt: z.string(),
    lastModifiedBy: z.string(),
    lastModifiedByType: authorType,
  }),
  properties: incidentWrite.extend({
    owner: z.object({
      objectId: z.string().nullable(),
      email: z.string().nullable(),
      assignedTo: z.string().nullable(),
      userPrincipalName: z.string().nullable(),
    }),
    createdTimeUtc: z.string(),
    lastModifiedTimeUtc: z.string(),
    incidentNumber: z.number(),
    additionalData,
    relatedAnalyticRuleIds: z.array(z.string()),
    incidentUrl: z.string(),
    providerName: z.string(),
    providerIncidentId: z.string(),
  }),
});
export type Incident = z.infer<typeof incident>;

/** Who writes. An application has no e-mail and no UPN; its name is its application id. */
export interface Author {
  type: AuthorType;
  objectId: string;
  name: string;
  email: string | null;
  userPrincipalName: string | null;
}

const reasons: Record<string, readonly string[]> = {
  TruePositive: ['SuspiciousActivity'],
  BenignPositive: ['SuspiciousButExpected'],
  FalsePositive: ['IncorrectAlertLogic', 'InaccurateData'],
  Undetermined: [],
};

/** The writable properties of a body's `properties`, or a 400 that says what is wrong with them. */
export function readIncidentWrite(properties: unknown): IncidentWrite {
  const parsed = incidentWrite.safeParse(withoutNulls(properties));
  if (!parsed.success) throw badRequest(`The incident is not valid. ${z.prettifyError(parsed.error)}`);
  const { status, classification, classificationReason } = parsed.data;
  if (status === 'Closed' && !classification) {
    throw badRequest('A classification is required to close an incident.');
  }
  if (classificationReason && !reasons[classification ?? '']?.includes(classificationReason)) {
    throw badRequest(
      `The reason '${classificationReason}' does not belong to the classification '${classification}'.`,
    );
  }
  return parsed.data;
}

/** Sentinel takes null for "not set"; only the owner's members are told apart. */
function withoutNulls(properties: unknown): unknown {
  if (typeof properties !== 'object' || properties === null) return properties;
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}
