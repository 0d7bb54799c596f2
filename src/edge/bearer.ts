import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../secrets/secret.ts';

/** The token of an `Authorization: Bearer …` header; `undefined` where there is none. */
export function readBearer(authorization: string | undefined): string | undefined {
  return authorization?.match(/^Bearer (\S+)$/i)?.[1];
}

/** Whether this is the secret, or the one before it while it changes; looks whether there is a newer one before it says no. */
export async function isOneOf(sent: string, secret: Secret): Promise<boolean> {
  const fits = () => secret.open().filter((good) => isSameSecret(sent, good)).length > 0;
  return fits() || ((await secret.renew()) && fits());
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
