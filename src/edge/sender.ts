import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddr from 'proxy-addr';

/** The address that a request comes from, as far as the proxies in front may be believed. */
export type SenderOf = (request: IncomingMessage) => string;

/**
 * @param trusted addresses and subnets of proxies that say truly for whom they speak (`X-Forwarded-For`), or
 * `loopback`, `linklocal`, `uniquelocal`. With none, the sender is whoever holds the connection.
 * @throws TypeError where one of them is no address
 */
export function createSenderOf(trusted: string[]): SenderOf {
  const isTrusted = proxyAddr.compile(trusted);
  return (request) => {
    try {
      return network(proxyAddr(request, isTrusted));
    } catch {
      // A forwarded address that is none.
      return network(request.socket.remoteAddress ?? '');
    }
  };
}

/** Whoever has one IPv6 address has 2^64 of them. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%')[0]?.split('::') ?? [];
  const groups = head.split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  return `${[...groups, ...Array(Math.max(0, missing)).fill('0')].slice(0, 4).join(':')}::/64`;
}
