import type { RequestListener } from 'node:http';
import { createServer, type Server as HttpsServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import restify from 'restify';
import type { Subject } from '../../src/incident/enrichment.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { mountIntel } from '../../src/sandbox/intel/intel.ts';

export const now = new Date('2026-11-21T10:00:00.000Z');
export const keys = { virustotal: 'key-of-vt', abuseipdb: 'key-of-abuse', greynoise: 'key-of-noise' };

export interface World {
  /** Base address of each. */
  virustotal: string;
  abuseipdb: string;
  greynoise: string;
  /** Paths that were asked for since the last look. */
  asked(): string[];
  stop(): void;
}

/** One for all servers of a test: a second authority of the same name is not told from the first. */
export const certificate = createCertificate().then((made) => {
  setDefaultCACertificates([...getCACertificates(), made.ca]);
  return made;
});

/** VirusTotal, AbuseIPDB and GreyNoise over TLS on loopback, at the time `now`. */
export async function startWorld(): Promise<World> {
  const { cert, key } = await certificate;
  const secure = restify.createServer({ certificate: cert, key });
  let paths: string[] = [];
  secure.pre((request, _response, next) => {
    paths.push(request.url ?? '');
    next();
  });
  mountIntel(secure, { keys, now: () => now });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const base = `https://127.0.0.1:${secure.address().port}/intel`;
  return {
    virustotal: `${base}/virustotal`,
    abuseipdb: `${base}/abuseipdb`,
    greynoise: `${base}/greynoise`,
    asked() {
      const since = paths;
      paths = [];
      return since;
    },
    stop() {
      return closeServer(secure.server);
    },
  };
}

/** A server that answers everything as it is told. */
export async function startAnswering(answer: RequestListener): Promise<{ url: string } & Disposable> {
  const server: HttpsServer = createServer(await certificate, answer);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return {
    url: `https://127.0.0.1:${address.port}`,
    [Symbol.dispose]() {
      return closeServer(server);
    },
  };
}

/** What an engine hands to an enricher. */
export const context = (milliseconds = 10_000) => ({ now, signal: AbortSignal.timeout(milliseconds) });

export const ip = (address: string): Subject => ({ kind: 'ip', address });
export const domain = (name: string): Subject => ({ kind: 'domain', name });
export const url = (url: string): Subject => ({ kind: 'url', url });
export const file = (sha256: string): Subject => ({ kind: 'file', name: 'x', sha256 });

/** Facts as `label: value`. */
export function said({ facts }: { facts: { label: string; value: string; at?: string }[] }): string[] {
  return facts.map(({ label, value, at }) => `${label}: ${at ?? value}`);
}
