import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Entra } from '../entra.ts';

/** An access policy of the namespace, for those who sign in without Entra ID. */
export interface SharedKey {
  name: string;
  key: string;
}

/** Event Hubs' own name in Entra ID, with which and without which slash clients ask for it. */
const audiences = ['https://eventhubs.azure.net', 'https://eventhubs.azure.net/'];

/** Checks a token put on `$cbs`. Throws with the reason where it does not give a right to `resource`. */
export async function checkClaim(
  { entra, sharedKey }: { entra: Entra; sharedKey: SharedKey },
  { type, token, resource }: { type: string; token: string; resource: string },
): Promise<void> {
  switch (type) {
    case 'jwt':
      await entra.verify(`Bearer ${token}`, audiences);
      return;
    case 'servicebus.windows.net:sastoken':
      return checkSignature(sharedKey, token, resource);
    default:
      throw new Error(`Tokens of the type '${type}' are not taken.`);
  }
}

/** https://learn.microsoft.com/azure/event-hubs/authenticate-shared-access-signature */
function checkSignature({ name, key }: SharedKey, token: string, resource: string): void {
  const fields = new URLSearchParams(token.replace(/^SharedAccessSignature /, ''));
  const signed = fields.get('sr') ?? '';
  const expires = fields.get('se') ?? '';
  const expected = createHmac('sha256', key)
    .update(`${encodeURIComponent(signed)}\n${expires}`)
    .digest();
  const given = Buffer.from(fields.get('sig') ?? '', 'base64');
  if (fields.get('skn') !== name || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error('InvalidSignature: The token has an invalid signature.');
  }
  if (Number(expires) * 1000 <= Date.now()) throw new Error('ExpiredToken: The token is expired.');
  if (!resource.toLowerCase().startsWith(signed.toLowerCase())) {
    throw new Error(`InvalidAudience: The token is for '${signed}'.`);
  }
}
