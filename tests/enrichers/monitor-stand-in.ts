import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import restify, { type Server } from 'restify';
import { createLogAnalytics } from '../../src/azure/log-analytics.ts';
import { createMetrics } from '../../src/azure/metrics.ts';
import { createResourceGraph } from '../../src/azure/resource-graph.ts';
import { createRest } from '../../src/azure/rest.ts';
import type { LogPlace } from '../../src/enrichers/ask-logs.ts';
import { FarSideError } from '../../src/errors.ts';
import type { Subject } from '../../src/incident/enrichment.ts';
import { createAzure } from '../../src/sandbox/azure/azure.ts';
import { monitorRoutes } from '../../src/sandbox/azure/monitor-routes.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { createLogs } from '../../src/sandbox/logs/door.ts';
import { tableRoutes } from '../../src/sandbox/logs/door-metadata.ts';
import { payments, resourceIdOf, soc } from '../../src/sandbox/logs/tables-workspaces.ts';
import type { Happened } from '../../src/sandbox/logs/worker-query.ts';
import { mountMetrics } from '../../src/sandbox/metrics.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';

// One for all: authorities of the same name are taken for one another.
const certificate = await createCertificate();
setDefaultCACertificates([...getCACertificates(), certificate.ca]);

/** What Azure Monitor is to the product: the activity log, settings, logs and metrics over TLS, with tokens of Entra ID. */
export async function startMonitor() {
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const faults = new Faults(() => {});
  const happened: Happened[] = [];
  const gate = { entra, faults, happened: () => happened, changed: () => {}, now: () => Date.now() };
  const azure = createAzure({ ...gate, routes: [...tableRoutes, ...monitorRoutes(gate)] });
  const logDoor = createLogs(gate);
  const secure = restify.createServer({ certificate: certificate.cert, key: certificate.key });
  mountMetrics(secure, gate);
  azure.mount(secure);
  logDoor.mount(secure);
  const plain = restify.createServer();
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  logDoor.mountControls(plain);
  const endpoint = await listen(secure, 'https');
  const controls = await listen(plain, 'http');
  /** As Entra does it: the audience is the scope without its end. */
  const credential = {
    getToken: async (scopes: string | string[]) => ({
      token: await entra.issue(String(scopes).replace('/.default', ''), { oid: 'the-product', idtyp: 'app' }),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  const workspaces = [soc, payments].map((one) => ({
    name: one.name,
    id: one.id,
    resource: resourceIdOf(one),
  }));
  const place: LogPlace = {
    logs: createLogAnalytics({
      endpoint: `${endpoint}/v1`,
      resourceManager: endpoint,
      workspaces,
      credentialOf: () => credential,
      now: () => Date.now(),
    }),
    scope: { kind: 'workspaces', names: [soc.name] },
  };
  return {
    endpoint,
    credential,
    entra,
    faults,
    /** Sample alerts that were sent: their stories are told just before them. */
    happened,
    rest: createRest({ endpoint, credential, scope: 'https://management.azure.com/.default' }),
    metrics: createMetrics({ endpoint, credential }),
    place,
    /** The first query takes seconds, for the logs have to be made. */
    async warm(): Promise<void> {
      const { now, signal } = context();
      const span = { from: now.toISOString(), to: now.toISOString() };
      const text = 'Heartbeat | take 1';
      await place.logs.ask({ ...place, text, span, seconds: 110, signal, as: 'bot', isSearch: false });
    },
    async control(given: object): Promise<void> {
      const headers = { 'content-type': 'application/json' };
      await fetch(`${controls}/api/logs/control`, { method: 'POST', headers, body: JSON.stringify(given) });
    },
    async stop(): Promise<void> {
      await Promise.all([logDoor.stop(), closeServer(secure.server), closeServer(plain.server)]);
    },
  };
}

/** An Azure that answers everything with this, whatever it is asked; or with what is made of the path. */
export async function startOdd(status: number, body: unknown) {
  const asked: string[] = [];
  const server = createServer(certificate, (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const said = typeof body === 'function' ? body(path) : body;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  const endpoint = `https://127.0.0.1:${address.port}`;
  const credential = { getToken: async () => ({ token: 'ey', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const scope = 'https://management.azure.com/.default';
  return {
    asked,
    graph: createResourceGraph({ endpoint, credential }),
    rest: createRest({ endpoint, credential, scope }),
    metrics: createMetrics({ endpoint, credential }),
    stop() {
      return closeServer(server);
    },
  };
}

export const resource = (resourceId: string): Subject => ({
  kind: 'resource',
  name: resourceId.split('/').at(-1) ?? '',
  resourceId,
});

/** The reason of what was thrown. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FarSideError)) throw new Error(`Not a FarSideError: ${String(thrown)}`);
  return thrown.reason;
}

export const context = () => ({ now: new Date(), signal: new AbortController().signal });

function listen(server: Server, scheme: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  server.listen(0, '127.0.0.1', () => resolve(`${scheme}://127.0.0.1:${server.address().port}`));
  return promise;
}
