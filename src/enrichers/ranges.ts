import { bitsOf, type Ip, type Range } from './ip.ts';

/** Ranges of addresses and what is known of each. Asking takes as long for a million of them as for ten. */
export class Ranges<T> {
  /** By family and length of prefix, then by the prefix's own bytes. */
  readonly #lengths = new Map<string, Map<string, T[]>>();

  add([first, bits]: Range, value: T): void {
    const family = `${first.kind()} ${bits}`;
    const length = this.#lengths.get(family) ?? new Map<string, T[]>();
    this.#lengths.set(family, length);
    const key = prefixOf(first, bits);
    const there = length.get(key);
    if (there) there.push(value);
    else length.set(key, [value]);
  }

  /** The narrowest first. */
  find(ip: Ip): T[] {
    const found: T[] = [];
    for (let bits = bitsOf(ip); bits >= 0; bits--) {
      const length = this.#lengths.get(`${ip.kind()} ${bits}`);
      if (length) found.push(...(length.get(prefixOf(ip, bits)) ?? []));
    }
    return found;
  }
}

/** The first bits as a text of one character a byte. */
function prefixOf(ip: Ip, bits: number): string {
  const bytes = ip.toByteArray().slice(0, Math.ceil(bits / 8));
  const rest = bits % 8;
  const last = bytes.pop();
  if (last !== undefined) bytes.push(rest === 0 ? last : last & (0xff << (8 - rest)));
  return String.fromCharCode(...bytes);
}
