import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createRest } from '../../../src/azure/rest.ts';
import type { Enricher } from '../../../src/enrichers/enricher.ts';
import type { SideName } from '../../../src/enrichers/sides.ts';
import { type SubjectKind, subjectName } from '../../../src/incident/enrichment.ts';
import { createCertificate } from '../../../src/sandbox/certificate.ts';
import { closeServer } from '../../../src/sandbox/close-server.ts';

export type Mood = 'well' | 'hangs' | 'throttled' | 'failing' | 'garbage' | 'huge' | 'forbidden';

/** A far side of Azure's kind over TLS, in one mood or another; `asked` are the names it was asked about. */
export interface FarSide {
  mood: Mood;
  asked: string[];
  /** Milliseconds before each answer. */
  slowMs: number;
  enricher(more?: Partial<Enricher> & { name: string }): Enricher;
  close(): Promise<void>;
}

const authorities = getCACertificates();

const credential = {
  getToken: async () => ({ token: 'ey-a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

export async function openFarSide(): Promise<FarSide> {
  const certificate = await createCertificate();
  // The newest alone: authorities share one name, and OpenSSL may try the wrong one of several.
  setDefaultCACertificates([...authorities, certificate.ca]);
  const side: Pick<FarSide, 'mood' | 'asked' | 'slowMs'> = { mood: 'well', asked: [], slowMs: 0 };
  const server = createServer(certificate, (request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    side.asked.push(name);
    const answer = () => {
      switch (side.mood) {
        case 'well':
          return response.end(JSON.stringify({ says: `knows ${name}` }));
        case 'hangs':
          return undefined;
        case 'throttled':
          return response.writeHead(429, { 'retry-after': '2' }).end('{}');
        case 'failing':
          return response.writeHead(500).end('<html>');
        case 'garbage':
          return response.end('{"says": [[[');
        case 'forbidden':
          return response.writeHead(403).end('{"error":{"code":"Forbidden","message":"no"}}');
        case 'huge': {
          const piece = 'x'.repeat(1024 * 1024);
          let sent = 0;
          const more = (): void => {
            sent += 1;
            if (sent > 100 || response.destroyed) response.end();
            else response.write(piece, more);
          };
          return more();
        }
      }
    };
    if (side.slowMs > 0) setTimeout(answer, side.slowMs);
    else answer();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  const endpoint = `https://127.0.0.1:${address.port}`;
  const rest = createRest({ endpoint, scope: 'https://management.azure.com/.default', credential });

  return Object.assign(side, {
    enricher(more: Partial<Enricher> & { name: string } = { name: 'oracle' }): Enricher {
      return {
        title: 'Oracle',
        question: 'What does the oracle say?',
        about: ['ip', 'account'] as SubjectKind[],
        side: 'resource-graph' as SideName,
        calls: 1,
        api: 'a far side of the test',
        permission: 'none',
        lifetimeSeconds: 600,
        deadlineMs: 1_000,
        limits: 'none',
        async enrich(subject, { signal }) {
          const answer = await rest.get(`/${encodeURIComponent(subjectName(subject))}`, { signal });
          const says = String(Object(answer).says ?? '');
          return {
            facts: [{ label: 'Says', value: says }],
            traits: [{ chip: 'known', says, tone: 'neutral' as const }],
          };
        },
        ...more,
      };
    },
    async close() {
      await closeServer(server);
    },
  });
}
