import { FarSideError } from '../errors.ts';

/** What was told, or in words why nothing was: `not allowed: AuditLog.Read.All`. */
export type Told<T> = { told: T } | { lacking: string };

export interface Needs {
  /** Application permission of Graph. */
  permission: string;
  /** Microsoft's name of what the tenant has to have bought. */
  licence?: string;
}

/**
 * Entra ID tells a missing licence by three codes, of which PIM's comes with 400:
 * Authentication_RequestFromNonPremiumTenantOrB2CTenant, AadPremiumLicenseRequired, and Forbidden with a sentence.
 */
export const unlicensed = /NonPremiumTenant|PremiumLicenseRequired|not licensed/;

/** What the work tells; being refused for want of a permission or a licence is an answer, everything else is thrown on. */
export async function told<T>({ permission, licence }: Needs, work: Promise<T>): Promise<Told<T>> {
  try {
    return { told: await work };
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    if (licence && unlicensed.test(error.message)) return { lacking: `needs ${licence}` };
    if (error.reason === 'auth') return { lacking: notAllowed(permission) };
    throw error;
  }
}

export const notAllowed = (permission: string): string => `not allowed: ${permission}`;

/** What the work gives; `undefined` where there is no such thing. */
export async function orNone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
    throw error;
  }
}
