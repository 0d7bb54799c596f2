import ipaddr from 'ipaddr.js';

export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** What kind of address it is; `documentation` are those of examples, which are nobody's. */
export type IpKind =
  | 'public'
  | 'documentation'
  | 'platform'
  | 'private'
  | 'shared'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'translated'
  | 'reserved';

/**
 * An address, or `undefined` for what only looks like one: `010.0.0.1` is another one to every second program, a zone
 * (`fe80::1%eth0`) means something on one machine alone. IPv4 written as IPv6 is IPv4.
 */
export function readIp(text: string): Ip | undefined {
  if (text.length > 45) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text);
}

/** RFC 5737, RFC 3849, RFC 9637. */
const documentation = ipaddrRanges(
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2001:db8::/32',
  '3fff::/20',
);
/** https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const platform = '168.63.129.16';

export function kindOf(ip: Ip): IpKind {
  if (documentation.some((range) => within(ip, range))) return 'documentation';
  if (ip.toString() === platform) return 'platform';
  switch (ip.range()) {
    case 'unicast':
      return 'public';
    case 'private':
    case 'uniqueLocal':
      return 'private';
    case 'carrierGradeNat':
      return 'shared';
    case 'loopback':
      return 'loopback';
    case 'linkLocal':
      return 'link-local';
    case 'multicast':
    case 'broadcast':
      return 'multicast';
    // Within them stands an IPv4 address, which may be a private one.
    case '6to4':
    case 'teredo':
    case 'rfc6052':
    case 'rfc6145':
    case 'ipv4Mapped':
      return 'translated';
    default:
      return 'reserved';
  }
}

export type Range = [first: Ip, bits: number];

/** `198.51.100.0/24`; one address is a range of its own. */
export function readRange(text: string): Range | undefined {
  const [address = '', length, ...more] = text.split('/');
  const ip = readIp(address);
  if (!ip || more.length > 0) return undefined;
  if (length === undefined) return [ip, bitsOf(ip)];
  const bits = Number(length);
  // `::ffff:10.0.0.0/104` has become an IPv4 address, whose length it does not tell.
  if (!/^\d{1,3}$/.test(length) || bits > bitsOf(ip) || address.includes(':') !== (ip.kind() === 'ipv6'))
    return undefined;
  return [ip, bits];
}

export const bitsOf = (ip: Ip): number => (ip.kind() === 'ipv4' ? 32 : 128);

export function within(ip: Ip, [first, bits]: Range): boolean {
  return ip.kind() === first.kind() && ip.match(first, bits);
}

function ipaddrRanges(...texts: string[]): Range[] {
  return texts.map((text) => ipaddr.parseCIDR(text));
}
