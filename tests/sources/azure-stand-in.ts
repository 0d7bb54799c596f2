import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { TokenCredential } from '@azure/core-auth';
import restify, { type Server } from 'restify';
import { createCredential } from '../../src/azure/credential.ts';
import type { Alert } from '../../src/incident/alert.ts';
import { emptyIncident, evolve, type Incident } from '../../src/incident/incident.ts';
import { type AzureStandIn, createAzure } from '../../src/sandbox/azure/azure.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { secretOf } from '../../src/secrets/secret.ts';

export interface Azure {
  endpoint: string;
  credential: TokenCredential;
  faults: Faults;
  state: AzureStandIn['state'];
  /** Calls that reached Azure since the last look, `GET incidents/4711`. */
  calls(): string[];
  /** Does something just before the next PUT is looked at: what the portal does between our reading and our writing. */
  interfere(deed: () => Promise<unknown>): void;
  /** A control of the sandbox. */
  control(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<{ id: string; name: string }>;
  stop(): Promise<void>;
}

const clientId = '5f0c2c58-94f7-4b2f-b0de-0f3f8d7c1a11';
const secret = 'a-secret-for-this-test';

/** Resource Manager and Entra ID over TLS, the controls over plain HTTP, all on loopback. */
export async function startAzure(): Promise<Azure> {
  const { ca, cert, key } = await createCertificate();
  setDefaultCACertificates([...getCACertificates(), ca]);
  const faults = new Faults(() => {});
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [{ clientId, secret }] });
  const azure = createAzure({ entra, faults, changed: () => {} });
  let seen: string[] = [];
  const deeds: (() => Promise<unknown>)[] = [];

  const secure = restify.createServer({ certificate: cert, key });
  secure.pre((request, _response, next) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.includes('/providers/')) seen.push(`${request.method} ${path.split('/').slice(-2).join('/')}`);
    const deed = request.method === 'PUT' ? deeds.shift() : undefined;
    if (deed) void deed().then(() => next());
    else next();
  });
  secure.use(restify.plugins.bodyParser({ mapParams: false }));
  const endpoint = await listen(secure, 'https');
  entra.mount(secure, () => endpoint);
  azure.mount(secure);

  const plain = restify.createServer();
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  azure.mountControls(plain);
  const controls = await listen(plain, 'http');

  return {
    endpoint,
    credential: createCredential({
      tenantId: TENANT_ID,
      clientId,
      clientSecret: secretOf('AZURE_CLIENT_SECRET', secret),
      authorityHost: endpoint,
    }),
    faults,
    state: azure.state,
    calls() {
      const calls = seen;
      seen = [];
      return calls;
    },
    interfere(deed) {
      deeds.push(deed);
    },
    async control(method, path, body) {
      const response = await fetch(`${controls}/api/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    async stop() {
      await Promise.all([closeServer(secure.server), closeServer(plain.server)]);
    },
  };
}

/** Our incident that was opened by this alert. */
export function incidentOf(alert: Alert, id = 1042): Incident {
  return evolve(emptyIncident(id), {
    at: '2026-11-21T10:00:00.000Z',
    by: { kind: 'bot' },
    type: 'opened',
    alert,
  });
}

function listen(server: Server, scheme: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  server.listen(0, '127.0.0.1', () => resolve(`${scheme}://127.0.0.1:${server.address().port}`));
  return promise;
}
