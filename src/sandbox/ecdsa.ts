import { createHmac, type JsonWebKey } from 'node:crypto';

/**
 * ECDSA on P-256 over a digest that somebody else made, as Key Vault signs: Node's own functions hash whatever they
 * are given. For a stand-in's keys only: it takes no care that time tells nothing.
 */
const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const generator: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

/** `undefined` stands for the point at infinity. */
type Point = { x: bigint; y: bigint } | undefined;

/** r and s, 32 bytes each. */
export function signDigest(digest: Buffer, { d }: JsonWebKey): Buffer {
  const key = toNumber(Buffer.from(d ?? '', 'base64url'));
  const z = toNumber(digest);
  for (let round = 0; ; round += 1) {
    // The same digest and key give the same signature, and no two digests share a number.
    const seed = createHmac('sha512', toBytes(key)).update(digest).update(String(round)).digest();
    const k = modulo(toNumber(seed), n);
    const r = modulo(times(generator, k)?.x ?? 0n, n);
    const s = modulo(inverse(k, n) * (z + r * key), n);
    if (k > 0n && r > 0n && s > 0n) return Buffer.concat([toBytes(r), toBytes(s)]);
  }
}

export function verifyDigest(digest: Buffer, signature: Buffer, { x, y }: JsonWebKey): boolean {
  if (signature.length !== 64) return false;
  const r = toNumber(signature.subarray(0, 32));
  const s = toNumber(signature.subarray(32));
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const w = inverse(s, n);
  const key = {
    x: toNumber(Buffer.from(x ?? '', 'base64url')),
    y: toNumber(Buffer.from(y ?? '', 'base64url')),
  };
  const found = plus(times(generator, modulo(toNumber(digest) * w, n)), times(key, modulo(r * w, n)));
  return found !== undefined && modulo(found.x, n) === r;
}

function times(point: Point, factor: bigint): Point {
  let sum: Point;
  for (let bit = factor, doubled = point; bit > 0n; bit >>= 1n, doubled = plus(doubled, doubled)) {
    if (bit & 1n) sum = plus(sum, doubled);
  }
  return sum;
}

function plus(a: Point, b: Point): Point {
  if (!a) return b;
  if (!b) return a;
  if (a.x === b.x && modulo(a.y + b.y, p) === 0n) return undefined;
  const slope =
    a.x === b.x
      ? (3n * a.x * a.x - 3n) * inverse(modulo(2n * a.y, p), p)
      : (b.y - a.y) * inverse(modulo(b.x - a.x, p), p);
  const x = modulo(slope * slope - a.x - b.x, p);
  return { x, y: modulo(slope * (a.x - x) - a.y, p) };
}

function inverse(number: bigint, of: bigint): bigint {
  let [a, b, u, v] = [modulo(number, of), of, 1n, 0n];
  while (a > 0n) {
    const quotient = b / a;
    [a, b, u, v] = [b - quotient * a, a, v - quotient * u, u];
  }
  return modulo(v, of);
}

const modulo = (number: bigint, of: bigint): bigint => ((number % of) + of) % of;
const toNumber = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex') || '0'}`);
const toBytes = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
