import { GraphRefusal } from './refusal.ts';

/** What the tenant has bought of Entra ID. */
export type Licence = 'free' | 'P1' | 'P2';

/** Reports of Entra come with P1. */
export function refuseReports(licence: Licence): void {
  if (licence !== 'free') return;
  throw new GraphRefusal(
    403,
    'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    "Neither tenant is B2C or tenant doesn't have premium license",
  );
}

/** Identity Protection tells of users with P2, of detections with P1. */
export function refuseProtection(licence: Licence, needed: 'P1' | 'P2'): void {
  if (licence === 'P2' || licence === needed) return;
  throw new GraphRefusal(403, 'Forbidden', 'Your tenant is not licensed for this feature.');
}

/** Privileged Identity Management answers 400 where others answer 403. */
export function refusePrivileged(licence: Licence): void {
  if (licence === 'P2') return;
  throw new GraphRefusal(
    400,
    'AadPremiumLicenseRequired',
    'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
  );
}
