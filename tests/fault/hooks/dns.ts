import dns from 'node:dns';
import fs from 'node:fs';

// Loaded into the product with --import: no name is found while the file FAULT_DNS_FILE is there.
const flag = process.env.FAULT_DNS_FILE ?? '';
const { lookup } = dns;
const notFound = (name: unknown) =>
  Object.assign(new Error(`getaddrinfo EAI_AGAIN ${String(name)}`), {
    code: 'EAI_AGAIN',
    errno: -3001,
    syscall: 'getaddrinfo',
    hostname: name,
  });

Reflect.set(dns, 'lookup', (...given: unknown[]) => {
  const answer = given.at(-1);
  if (!fs.existsSync(flag) || typeof answer !== 'function') return Reflect.apply(lookup, dns, given);
  setImmediate(() => answer(notFound(given[0])));
  return {};
});
