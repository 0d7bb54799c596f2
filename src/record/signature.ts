import { createPublicKey, type JsonWebKey, KeyObject, verify } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

/** Signs checkpoints. */
export interface Signer {
  /** RFC 7638 thumbprint of the public key. */
  keyId: string;
  publicKey: PublicKey;
  /** Ed25519, or ES256 as IEEE P1363 (r and s of 32 bytes each). */
  sign(content: Buffer): Promise<Buffer>;
}

/** A public JSON Web Key: Ed25519 or P-256. */
export type PublicKey =
  | { kty: 'OKP'; crv: 'Ed25519'; x: string }
  | { kty: 'EC'; crv: 'P-256'; x: string; y: string };

/** Keys by their ids. */
export type KeyRing = Map<string, PublicKey>;

/** Only what belongs to the public key. Throws where it is of another kind. */
export function toPublicKey(key: KeyObject | JsonWebKey): PublicKey {
  const { kty, crv, x, y } = key instanceof KeyObject ? publicOf(key).export({ format: 'jwk' }) : key;
  if (kty === 'OKP' && crv === 'Ed25519' && x) return { kty, crv, x };
  if (kty === 'EC' && crv === 'P-256' && x && y) return { kty, crv, x, y };
  throw new Error(`A key that signs checkpoints is Ed25519 or P-256, not ${crv ?? kty ?? 'this'}.`);
}

function publicOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

export function keyIdOf(key: PublicKey): Promise<string> {
  return calculateJwkThumbprint({ ...key }, 'sha256');
}

/** Whether that key signed that content. Needs nobody else. */
export function isSignedBy(key: PublicKey, content: string, signature: string): boolean {
  const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
  const [text, bytes] = [Buffer.from(content), Buffer.from(signature, 'base64')];
  return key.kty === 'OKP'
    ? verify(null, text, publicKey, bytes)
    : verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
}
