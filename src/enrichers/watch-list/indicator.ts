import { domainToASCII } from 'node:url';
import { type Ip, kindOf, type Range, readIp, readRange } from '../ip.ts';

/** What a list may name, in the one form in which it is kept and looked for. */
export type Indicator =
  | { kind: 'ip'; ip: Ip }
  | { kind: 'range'; range: Range }
  /** With all below it. */
  | { kind: 'domain'; name: string }
  | { kind: 'url'; url: string }
  | { kind: 'sha256'; sha256: string };

export type IndicatorKind = 'address' | 'domain' | 'url' | 'sha256';

/** No address that anybody presses is longer. */
const longest = 4_096;
/** Wider ranges hold whole countries: whoever wrote one meant something else. */
const widest = { ipv4: 8, ipv6: 16 };

/** Reads what stands in a list, `hxxps://evil[.]example` too; of the kind that is said, or of that which it looks like. */
export function readIndicator(text: string, kind = kindLike(text)): Indicator | undefined {
  if (text.length > longest) return undefined;
  const plain = refanged(text);
  switch (kind) {
    case 'address':
      return readAddress(plain);
    case 'domain':
      return readDomain(plain);
    case 'url':
      return readUrl(plain);
    case 'sha256':
      return /^[0-9a-f]{64}$/i.test(plain) ? { kind: 'sha256', sha256: plain.toLowerCase() } : undefined;
  }
}

function kindLike(text: string): IndicatorKind {
  const plain = refanged(text);
  if (/^[0-9a-f]{64}$/i.test(plain)) return 'sha256';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(plain)) return 'url';
  return readIp(plain) || plain.includes('/') || plain.includes(':') ? 'address' : 'domain';
}

/** As they are written so that nobody presses them. */
function refanged(text: string): string {
  return text
    .trim()
    .replaceAll(/\[(\.|:|:\/\/|dot)\]|\((\.|dot)\)/gi, (_whole, square, round) =>
      /dot/i.test(square ?? round) ? '.' : (square ?? round),
    )
    .replace(/^hxxp/i, 'http');
}

function readAddress(text: string): Indicator | undefined {
  const range = readRange(text);
  if (!range) return undefined;
  const [ip, bits] = range;
  const family = ip.kind();
  if (bits < widest[family]) return undefined;
  // Feeds hold it by mistake; every machine has it.
  if (kindOf(ip) === 'loopback') return undefined;
  return bits === (family === 'ipv4' ? 32 : 128) ? { kind: 'ip', ip } : { kind: 'range', range };
}

function readDomain(text: string): Indicator | undefined {
  const name = domainToASCII(text.replace(/^\*?\./, '').replace(/\.$/, '')).toLowerCase();
  if (name.length > 253) return undefined;
  const isName = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
  return isName ? { kind: 'domain', name } : undefined;
}

function readUrl(text: string): Indicator | undefined {
  const url = URL.parse(text);
  if (!url?.host) return undefined;
  url.hash = '';
  return { kind: 'url', url: url.href };
}
