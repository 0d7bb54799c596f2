import ipaddr from 'ipaddr.js';
import { Refused } from '../errors.ts';

/** What logs can be asked about; a command each, and options of hunts. */
export const entityKinds = ['account', 'host', 'ip', 'file', 'url', 'resource'] as const;
export type EntityKind = (typeof entityKinds)[number];

export function isEntityKind(word: string): word is EntityKind {
  return entityKinds.some((kind) => kind === word);
}

/**
 * A name of somebody or something as people type or paste it, in the form in which logs write it: `203.0.113[.]9`,
 * `hxxps://`, `<adam[@]contoso.com>`. Throws `Refused` where it cannot be one of this kind.
 */
export function readEntity(kind: EntityKind, said: string): string {
  const name = refang(said).trim();
  if (name === '') throw new Refused(`Say which ${wordOf[kind]}: ${examples[kind]}.`);
  const read = readers[kind](name);
  if (read !== undefined) return read;
  throw new Refused(`"${bound(name, 60)}" is no ${wordOf[kind]}. Like: ${examples[kind]}.`);
}

/** Cards show addresses so that nobody follows them by mistake; pasted from there they mean the same. */
function refang(said: string): string {
  return said
    .normalize('NFC')
    .replace(/\[([.@:])\]|\(([.@])\)|\{([.])\}|\[(dot)\]/gi, (_all, a, b, c) => a ?? b ?? c ?? '.')
    .replace(/^(<|mailto:)+|>$/gi, '')
    .replace(/\bhxxp(s?)\b(?=:)/gi, 'http$1');
}

const wordOf: Record<EntityKind, string> = {
  account: 'account',
  host: 'host',
  ip: 'IP address',
  file: 'file',
  url: 'URL or domain',
  resource: 'resource',
};
const examples: Record<EntityKind, string> = {
  account: 'adam@contoso.com, CONTOSO\\adam or an object id',
  host: 'vm-web-01 or vm-web-01.contoso.com',
  ip: '203.0.113.9 or 2001:db8::9',
  file: 'invoice.exe, C:\\Temp\\invoice.exe or a SHA-256',
  url: 'https://evil.example/a or evil.example',
  resource: 'stcontosobackup or /subscriptions/…/storageAccounts/stcontosobackup',
};

/** Nothing that cannot be seen, and no longer than anything so called is. */
const visible = (longest: number) => (name: string) =>
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) || Array.from(name).length > longest ? undefined : name;

const readers: Record<EntityKind, (name: string) => string | undefined> = {
  // A principal name has at most 113 characters, and a domain before it some more.
  account: visible(200),
  host: (name) => (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,254}$/u.test(name) ? name : undefined),
  ip: readAddress,
  // MAX_PATH is 260; longer paths are cut by most logs.
  file: visible(500),
  url: (name) => (/\s/.test(name) ? undefined : visible(2_000)(name)),
  resource: (name) => (/^[\p{L}\p{N}/][\p{L}\p{N} /_.()-]{0,499}$/u.test(name) ? name : undefined),
};

/** As logs write it: `010.1.1.1` and `0x0a.1.1.1` are read differently by everybody, and so by nobody here. */
function readAddress(name: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(name)) return ipaddr.IPv4.parse(name).toString();
  if (!name.includes(':') || !ipaddr.IPv6.isValid(name)) return undefined;
  const address = ipaddr.IPv6.parse(name);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString();
}

function bound(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}
