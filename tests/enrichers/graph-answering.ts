import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createResourceGraph, type ResourceGraph } from '../../src/azure/resource-graph.ts';
import { createRest, type Rest } from '../../src/azure/rest.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';

export interface AnsweringGraph {
  graph: ResourceGraph;
  arm: Rest;
  /** What was asked, in order. */
  queries: string[];
  stop(): void;
}

let certificate: ReturnType<typeof createCertificate> | undefined;

/** Azure over TLS that answers a query with these rows, and a path of Resource Manager with that status. */
export async function graphAnswering(
  rows: (query: string) => unknown[],
  armAnswer: (path: string) => { status: number; body: unknown } = () => ({ status: 404, body: {} }),
): Promise<AnsweringGraph> {
  certificate ??= createCertificate();
  const { ca, cert, key } = await certificate;
  // Two authorities of one name would be taken for each other.
  setDefaultCACertificates([...getCACertificates('bundled'), ca]);
  const queries: string[] = [];
  const server: Server = createServer({ cert, key }, async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      const { status, body } = armAnswer(request.url ?? '');
      // restify, where a test loads it, leaves writeHead without its answer.
      response.statusCode = status;
      return response.end(JSON.stringify(body));
    }
    const { query } = JSON.parse(await text(request));
    queries.push(query);
    return response.end(JSON.stringify({ data: rows(query), resultTruncated: 'false' }));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  const endpoint = `https://127.0.0.1:${address.port}`;
  const credential = {
    getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return {
    graph: createResourceGraph({ endpoint, credential, timeout: 5_000 }),
    arm: createRest({ endpoint, scope: 'https://management.azure.com/.default', credential, timeout: 5_000 }),
    queries,
    stop() {
      return closeServer(server);
    },
  };
}
