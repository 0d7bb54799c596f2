import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';

/** One text for one content, whatever the order of its keys: what is hashed and signed. */
export function canonical(content: object): string {
  return stringify(content) ?? '';
}

/** SHA-256 in hexadecimal of the hash before and this content, so that no row can be changed, dropped or moved unseen. */
export function link(previous: string, content: object): string {
  return createHash('sha256').update(previous).update(canonical(content)).digest('hex');
}

/** Characters of one text: whoever is refused may have written anything. */
const longest = 4_000;

/** Bounded, and what PostgreSQL's jsonb gives back as it got it: no `undefined`, no NUL, no half of a surrogate pair. */
export function storable<T extends object>(content: T): T {
  const text = JSON.stringify(content, (_, value) =>
    typeof value === 'string' ? value.slice(0, longest).replaceAll('\0', '\uFFFD').toWellFormed() : value,
  );
  return JSON.parse(text);
}
