import { z } from 'zod';
import { orNone, type Told, told } from './graph-lacking.ts';
import { type Ask, instant, place, quoted, read, readList, text } from './graph-read.ts';

export interface Registration {
  /** Has a second factor, whether policy allows it or not. */
  mfa: boolean;
  /** Microsoft's words: `microsoftAuthenticatorPush`. */
  methods: string[];
  /** The report is hours behind. */
  at: string | undefined;
}

export interface SignIn {
  at: string;
  app: string;
  address: string;
  /** `Recife, BR`; empty where it is not known. */
  place: string;
  /** 0 where it worked; https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
  code: number;
  /** Why it did not work. */
  reason: string;
  /** Microsoft's words: `none`, `low`, `medium`, `high`, `hidden`. */
  risk: string;
}

const needs = { permission: 'AuditLog.Read.All', licence: 'Microsoft Entra ID P1' };
const mostSignIns = 50;

/** Entra's reports. The registration report asks for no permission beyond that of sign-ins, and tells no phone numbers. */
export function reportsOver(ask: Ask) {
  return {
    registration(id: string, signal?: AbortSignal): Promise<Told<Registration | undefined>> {
      const path = `/v1.0/reports/authenticationMethods/userRegistrationDetails/${encodeURIComponent(id)}`;
      return told(needs, orNone(ask(path, { signal }).then((answer) => read(registration, answer))));
    },

    signIns(id: string, since: Date, signal?: AbortSignal): Promise<Told<SignIn[]>> {
      const from = since.toISOString();
      const filter = encodeURIComponent(`userId eq ${quoted(id)} and createdDateTime ge ${from}`);
      const path = `/v1.0/auditLogs/signIns?$filter=${filter}&$top=${mostSignIns}`;
      return told(
        needs,
        ask(path, { signal }).then((answer) => readList(signIn, answer)),
      );
    },
  };
}

const details = z.object({
  isMfaRegistered: z.boolean(),
  methodsRegistered: z.array(z.string()).nullish().catch(null),
  lastUpdatedDateTime: instant,
});

const registration = z
  // Microsoft's page shows the record within `value`; the service gives it bare.
  .union([details, z.object({ value: details }).transform(({ value }) => value)])
  .transform(
    (one): Registration => ({
      mfa: one.isMfaRegistered,
      methods: (one.methodsRegistered ?? []).slice(0, 12),
      at: one.lastUpdatedDateTime,
    }),
  );

const signIn = z
  .object({
    createdDateTime: instant,
    appDisplayName: text,
    ipAddress: text,
    location: place,
    riskLevelDuringSignIn: text,
    status: z
      .object({ errorCode: z.number().catch(0), failureReason: text, additionalDetails: text })
      .nullish()
      .catch(null),
  })
  .transform(
    (one): SignIn => ({
      at: one.createdDateTime ?? '',
      app: one.appDisplayName,
      address: one.ipAddress,
      place: one.location,
      code: one.status?.errorCode ?? 0,
      reason: one.status?.additionalDetails || one.status?.failureReason || '',
      risk: one.riskLevelDuringSignIn,
    }),
  );
