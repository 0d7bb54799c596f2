import { bitsOf, kindOf, readIp, readRange, within } from '../../enrichers/ip.ts';
import { Refused } from '../../errors.ts';
import type { Subject } from '../../incident/enrichment.ts';

/** The one address that is to be blocked, as Azure writes it. Throws `Refused` for what nobody should block by it. */
export function blockable(target: Subject): string {
  if (target.kind !== 'ip') throw new Refused('That is no address.');
  const ip = readIp(target.address);
  if (!ip) throw new Refused('That is not one address, IPv4 or IPv6: a range is not blocked from here.');
  const kind = kindOf(ip);
  if (kind === 'public' || kind === 'documentation') return ip.toString();
  if (kind === 'platform') throw new Refused(`${ip} is Azure’s own: machines need it for names and health.`);
  throw new Refused(
    `${ip} is a ${kind} address, not one of the internet. Isolate the machine that has it instead.`,
  );
}

export function isBlockable(target: Subject): boolean {
  try {
    return blockable(target) !== '';
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/** An address, or a range that is not most of the internet: /16 of IPv4 at the widest, /48 of IPv6. */
export function narrowRange(text: string): string | undefined {
  const [first, bits] = readRange(text.trim()) ?? [];
  if (!first || bits === undefined) return undefined;
  if (bits < (first.kind() === 'ipv4' ? 16 : 48)) return undefined;
  return bits === bitsOf(first) ? first.toString() : `${first}/${bits}`;
}

/** Whether what a rule says covers the address: `*`, `Internet`, the address, a range with it in it. */
export function covers(said: string, address: string): boolean {
  if (['*', 'any', 'internet', '0.0.0.0/0', '::/0'].includes(said.toLowerCase())) return true;
  const ip = readIp(address);
  const range = readRange(said);
  return ip !== undefined && range !== undefined && within(ip, range);
}
