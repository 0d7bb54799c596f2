import ipaddr from 'ipaddr.js';
import { textOf } from '../convert.ts';
import { constant } from '../relation.ts';
import type { Value } from '../value.ts';
import { type BuiltIn, of, special } from './define.ts';

/** An address and how many of its bits count. */
interface Range {
  address: ipaddr.IPv4 | ipaddr.IPv6;
  bits: number;
}

function rangeOf(text: string): Range | null {
  const [address = '', mask] = text.trim().split('/');
  const isFour = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isFour && !ipaddr.IPv6.isValid(address)) return null;
  const parsed = isFour ? ipaddr.IPv4.parse(address) : ipaddr.IPv6.parse(address);
  const most = isFour ? 32 : 128;
  if (mask === undefined) return { address: parsed, bits: most };
  const bits = /^\d{1,3}$/.test(mask) ? Number(mask) : -1;
  return bits >= 0 && bits <= most ? { address: parsed, bits } : null;
}

function fourOf(text: string): Range | null {
  const range = rangeOf(text);
  return range?.address.kind() === 'ipv4' ? range : null;
}

const numberOf = (address: Range['address']) =>
  address.toByteArray().reduce((so, byte) => so * 256n + BigInt(byte), 0n);

/** The first bits alone, the rest 0. */
function masked({ address }: Range, bits: number): bigint {
  const width = address.kind() === 'ipv4' ? 32n : 128n;
  const rest = width - BigInt(bits);
  return (numberOf(address) >> rest) << rest;
}

/** Below 0, 0 or above as the one stands before the other in the bits that both count. */
function compared(a: string, b: string, bits: number, read: (text: string) => Range | null): number | null {
  const [x, y] = [read(a), read(b)];
  if (!x || !y) return null;
  const [left, right] = aligned(x, y);
  const most = left.address.kind() === 'ipv4' ? 32 : 128;
  const count = Math.min(left.bits, right.bits, Number.isFinite(bits) ? bits : most);
  const [p, q] = [masked(left, count), masked(right, count)];
  return p < q ? -1 : p > q ? 1 : 0;
}

/** An IPv4 address beside an IPv6 one is read as mapped into it. */
function aligned(a: Range, b: Range): [Range, Range] {
  if (a.address.kind() === b.address.kind()) return [a, b];
  const mapped = ({ address, bits }: Range): Range =>
    address instanceof ipaddr.IPv4
      ? { address: address.toIPv4MappedAddress(), bits: bits + 96 }
      : { address, bits };
  return [mapped(a), mapped(b)];
}

const isIn = (read: typeof rangeOf) => (address: string, range: string) => {
  const [x, y] = [read(address), read(range)];
  if (!x || !y) return null;
  const [left, right] = aligned(x, y);
  return masked(left, right.bits) === masked(right, right.bits);
};

const inAny = (read: typeof rangeOf) =>
  of(['string', 'dynamic*'], 'bool', (address, ...ranges) => {
    if (!read(address)) return null;
    return ranges.flat().some((range) => isIn(read)(address, textOf(range, 'dynamic')) === true);
  });

const isPrivate = (text: string) => {
  const range = fourOf(text);
  if (!range) return null;
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].some((each) => isIn(fourOf)(text, each) === true);
};

const dotted = (value: bigint) => [24n, 16n, 8n, 0n].map((by) => (value >> by) & 255n).join('.');

/** A number, or a text with a prefix perhaps, cut to so many bits. */
const formatted = (withMask: boolean) =>
  of(['any', 'number?'], 'string', (address, bits = 32) => {
    const range =
      typeof address === 'number'
        ? { address: ipaddr.IPv4.parse(dotted(BigInt(address))), bits: 32 }
        : fourOf(textOf(address, 'string'));
    if (!range || bits < 0 || bits > 32) return '';
    const count = Math.min(range.bits, bits);
    return `${dotted(masked(range, count))}${withMask ? `/${count}` : ''}`;
  });

const anywhere = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
const hasAddress = (text: string, wanted: Value[]) => {
  const found: string[] = text.match(anywhere) ?? [];
  return wanted.flat().some((each) => found.includes(textOf(each, 'dynamic')));
};
/** A prefix ends in a point, or is an address. */
const hasPrefix = (text: string, wanted: Value[]) => {
  const found: string[] = text.match(anywhere) ?? [];
  return wanted.flat().some((each) => {
    const prefix = textOf(each, 'dynamic');
    return found.some((address) => (prefix.endsWith('.') ? address.startsWith(prefix) : address === prefix));
  });
};

const sixOf = (text: string, bits: number) => {
  const range = rangeOf(text);
  if (!range) return '';
  const [six] = aligned(range, { address: ipaddr.IPv6.parse('::'), bits: 128 });
  const value = masked(six, Math.min(six.bits, bits));
  return (value.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).join(':');
};

/** Network addresses. */
export const addresses: Record<string, BuiltIn> = {
  parse_ipv4: of(['string'], 'long', (text) => {
    const range = fourOf(text);
    return range ? Number(masked(range, range.bits)) : null;
  }),
  parse_ipv4_mask: of(['string', 'number'], 'long', (text, bits) => {
    const range = fourOf(text);
    return range && bits >= 0 && bits <= 32 ? Number(masked(range, bits)) : null;
  }),
  parse_ipv6: of(['string'], 'string', (text) => sixOf(text, 128)),
  parse_ipv6_mask: of(['string', 'number'], 'string', sixOf),
  ipv4_is_private: of(['string'], 'bool', isPrivate),
  ipv4_is_in_range: of(['string', 'string'], 'bool', isIn(fourOf)),
  ipv4_is_in_any_range: inAny(fourOf),
  ipv4_compare: of(['string', 'string', 'number?'], 'long', (a, b, bits = 32) =>
    compared(a, b, bits, fourOf),
  ),
  ipv4_is_match: of(['string', 'string', 'number?'], 'bool', (a, b, bits = 32) => {
    const result = compared(a, b, bits, fourOf);
    return result === null ? null : result === 0;
  }),
  ipv4_netmask_suffix: of(['string'], 'long', (text) => fourOf(text)?.bits ?? null),
  ipv6_is_in_range: of(['string', 'string'], 'bool', isIn(rangeOf)),
  ipv6_is_in_any_range: inAny(rangeOf),
  ipv6_compare: of(['string', 'string', 'number?'], 'long', (a, b, bits = 128) =>
    compared(a, b, bits, rangeOf),
  ),
  ipv6_is_match: of(['string', 'string', 'number?'], 'bool', (a, b, bits = 128) => {
    const result = compared(a, b, bits, rangeOf);
    return result === null ? null : result === 0;
  }),
  format_ipv4: formatted(false),
  format_ipv4_mask: formatted(true),
  has_ipv4: of(['string', 'string'], 'bool', (text, address) => hasAddress(text, [address])),
  has_any_ipv4: of(['string', 'dynamic*'], 'bool', (text, ...wanted) => hasAddress(text, wanted)),
  has_ipv4_prefix: of(['string', 'string'], 'bool', (text, prefix) => hasPrefix(text, [prefix])),
  has_any_ipv4_prefix: of(['string', 'dynamic*'], 'bool', (text, ...wanted) => hasPrefix(text, wanted)),
  // Where an address lies nobody knows here.
  geo_info_from_ip_address: special(1, 1, () => constant('dynamic', {})),
};
