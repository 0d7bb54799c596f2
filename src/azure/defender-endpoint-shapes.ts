import { z } from 'zod';
import { FarSideError } from '../errors.ts';

/** What Defender for Endpoint answers, as far as it is used. It leaves out and nulls whatever it does not know. */

const text = z.string().catch('');
const flag = z.boolean().catch(false);
/** Older answers write counts of the organisation as text. */
const amount = z
  .union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .optional()
  .catch(undefined);
const texts = z
  .array(z.unknown())
  .catch([])
  .transform((all) => all.filter((one) => typeof one === 'string').slice(0, 20));
/** It writes seven digits of a second. */
const time = text.transform((written) => {
  const at = new Date(written);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
});

/** https://learn.microsoft.com/defender-endpoint/api/machine */
export const machine = z
  .object({
    id: z.string().min(1),
    computerDnsName: text,
    mergedIntoMachineId: text,
    osPlatform: text,
    version: text,
    lastSeen: time,
    lastIpAddress: text,
    lastExternalIpAddress: text,
    healthStatus: text,
    onboardingStatus: text,
    defenderAvStatus: text,
    riskScore: text,
    exposureLevel: text,
    deviceValue: text,
    rbacGroupName: text,
    machineTags: texts,
    vmMetadata: z.object({ resourceId: text }).catch({ resourceId: '' }),
  })
  .transform(({ computerDnsName, mergedIntoMachineId, vmMetadata, ...rest }) => ({
    ...rest,
    name: computerDnsName,
    /** Another record that took the place of this one. */
    mergedInto: mergedIntoMachineId,
    resourceId: vmMetadata.resourceId,
  }));

/** https://learn.microsoft.com/defender-endpoint/api/get-machine-log-on-users */
export const logon = z.object({
  accountName: text,
  accountDomain: text,
  /** `Interactive,RemoteInteractive`. */
  logonTypes: text,
  isDomainAdmin: flag,
  lastSeen: time,
});

/** https://learn.microsoft.com/defender-endpoint/api/vulnerability */
export const vulnerability = z
  .object({
    id: z.string().min(1),
    severity: text,
    cvssV3: z.number().catch(0),
    publicExploit: flag,
    exploitVerified: flag,
    exploitInKit: flag,
  })
  .transform(({ id, severity, cvssV3, publicExploit, exploitVerified, exploitInKit }) => ({
    id,
    severity: severity.toLowerCase(),
    score: cvssV3,
    isExploitable: publicExploit || exploitVerified || exploitInKit,
  }));

/** https://learn.microsoft.com/defender-endpoint/api/machineaction */
export const action = z.object({
  id: z.string().min(1),
  /** `Isolate`, `Unisolate`, `RunAntiVirusScan` … */
  type: text,
  /** `Pending`, `InProgress`, `Succeeded`, `Failed`, `TimeOut`, `Cancelled`. */
  status: text,
  /** Name of a person, id of an application. */
  requestor: text,
  requestorComment: text,
  cancellationRequestor: text,
  cancellationComment: text,
  creationDateTimeUtc: time,
});

/** https://learn.microsoft.com/defender-endpoint/api/files */
export const file = z.object({
  determinationType: text,
  determinationValue: text,
  globalPrevalence: amount,
  globalFirstObserved: time,
  filePublisher: text,
  fileProductName: text,
  fileType: text,
  signer: text,
  isValidCertificate: flag,
  size: amount,
});

/** https://learn.microsoft.com/defender-endpoint/api/get-file-statistics; other pages call the count `orgPrevalence`. */
export const fileHere = z
  .object({
    organizationPrevalence: amount,
    orgPrevalence: amount,
    orgFirstSeen: time,
    orgLastSeen: time,
    topFileNames: texts,
  })
  .transform(({ organizationPrevalence, orgPrevalence, ...rest }) => ({
    ...rest,
    machines: organizationPrevalence ?? orgPrevalence,
  }));

/** Entries that are not of the shape are left out; `undefined` is a list of none. */
export function readList<Entry>(shape: z.ZodType<Entry>, answer: unknown): Entry[] {
  if (answer === undefined) return [];
  return read(page, answer).value.flatMap((entry) => {
    const parsed = shape.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

export function readOne<Entry>(shape: z.ZodType<Entry>, answer: unknown): Entry | undefined {
  return answer === undefined ? undefined : read(shape, answer);
}

const page = z.object({ value: z.array(z.unknown()) });

/** Throws `FarSideError` where it is something else. */
export function read<Shape>(shape: z.ZodType<Shape>, answer: unknown): Shape {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new FarSideError(
    'azure',
    'rejected',
    'Defender for Endpoint answered with something else than was asked for.',
  );
}
