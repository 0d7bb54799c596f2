import { createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** Nobody guesses it: 256 bits, in 43 characters that stand in an address as they are. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** What is kept of a secret; good enough for what nobody can guess. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function isHashOf(secret: string, hash: string): boolean {
  const given = Buffer.from(hashOf(secret));
  const kept = Buffer.from(hash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}

/**
 * Encrypts what lies in the database. A sign-in lies there for some minutes, with a key out of what only the browser
 * holds: whoever reads the database cannot open it, and no replica needs a key of its own.
 */
export function seal(content: object, secret: string, use = signingIn): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(keyOf(secret, use));
}

/** Throws where it was sealed with another key, or changed since. */
export async function unseal(sealed: string, secret: string, use = signingIn): Promise<unknown> {
  const { plaintext } = await compactDecrypt(sealed, keyOf(secret, use), {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return JSON.parse(new TextDecoder().decode(plaintext));
}

const signingIn = 'watchfloor sign-in';

/** What is sealed for one use cannot be opened for another. */
function keyOf(secret: string, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', use, 32));
}
