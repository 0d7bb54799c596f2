import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import restify from 'restify';
import { createAzureNetwork } from '../../src/azure/network.ts';
import { createNetworkWatcher } from '../../src/azure/network-watcher.ts';
import { createRest } from '../../src/azure/rest.ts';
import { createWriter } from '../../src/azure/writer.ts';
import { FarSideError } from '../../src/errors.ts';
import { mountArm } from '../../src/sandbox/azure/arm.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { networkRoutes } from '../../src/sandbox/network/routes.ts';
import { NetworkState } from '../../src/sandbox/network/state.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { createResources } from '../../src/sandbox/resources/resources.ts';

const management = 'https://management.azure.com';
export const production = '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5';
export const shared = '/subscriptions/91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b';
export const machineId = (subscription: string, group: string, name: string) =>
  `${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
export const web = machineId(production, 'rg-payments', 'vm-pay-web-01');
export const jump = machineId(shared, 'rg-identity', 'vm-jump-01');
export const controller = machineId(shared, 'rg-identity', 'vm-dc-01');
export const backup = machineId(shared, 'rg-backup', 'vm-backup-01');

export const machine = (resourceId: string) => ({
  kind: 'machine' as const,
  name: resourceId.split('/').at(-1) ?? '',
  resourceId,
});
export const resource = (resourceId: string) => ({ ...machine(resourceId), kind: 'resource' as const });

export const signal = () => new AbortController().signal;
export const context = () => ({ now: new Date('2026-11-21T10:00:00Z'), signal: signal() });

let certificate: ReturnType<typeof createCertificate> | undefined;

/** One for all servers of a test: two authorities of one name are not told apart. */
function trusted(): ReturnType<typeof createCertificate> {
  certificate ??= createCertificate().then((made) => {
    setDefaultCACertificates([...getCACertificates(), made.ca]);
    return made;
  });
  return certificate;
}

/** Clients of this address, and how many calls they have made. */
function clientsOf(endpoint: string, getToken: () => Promise<string>) {
  let calls = 0;
  const credential = {
    getToken: async () => ({ token: await getToken(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const options = {
    endpoint,
    credential,
    scope: `${management}/.default`,
    callFarSide: <T>(_side: unknown, _call: unknown, work: () => Promise<T>) => {
      calls += 1;
      return work();
    },
  };
  const rest = createRest(options);
  return {
    rest,
    arm: createWriter(options),
    network: createAzureNetwork(rest),
    watcher: createNetworkWatcher(rest),
    calls: () => calls,
  };
}

/**
 * Contoso's network behind Resource Manager, over TLS, with tokens of Entra ID. `certificate` is that of a server beside
 * it, which is trusted already.
 */
export async function startNetwork(certificate?: { cert: string; key: string }) {
  const { cert, key } = certificate ?? (await trusted());
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const faults = new Faults(() => {});
  const secure = restify.createServer({ certificate: cert, key });
  const state = new NetworkState();
  mountArm(secure, [...createResources().routes, ...networkRoutes(state)], { entra, faults });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const endpoint = `https://127.0.0.1:${secure.address().port}`;
  const token = () => entra.issue(management, { oid: 'the-product', idtyp: 'app' });
  return {
    ...clientsOf(endpoint, token),
    endpoint,
    faults,
    /** What the stand-in keeps. */
    state,
    /** Asks without the client. */
    async ask(
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: string,
      body?: unknown,
      more: Record<string, string> = {},
    ): Promise<Response> {
      const headers = {
        authorization: `Bearer ${await token()}`,
        'content-type': 'application/json',
        ...more,
      };
      return fetch(`${endpoint}${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    },
    async stop() {
      await closeServer(secure.server);
    },
  };
}

/** The reason of what was thrown. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  return (await failureOf(call)).reason;
}

export async function failureOf(call: Promise<unknown>): Promise<FarSideError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FarSideError)) throw new Error(`Not a FarSideError: ${String(thrown)}`);
  return thrown;
}

/** What a path, without its query, is answered with; a number is a refusal with that status. */
export type Answers = Record<string, unknown>;

/** An Azure that says what a test wants it to, and `not found` to all else; paths in lower case. */
export async function networkThatSays(answers: Answers) {
  const { cert, key } = await trusted();
  const known = new Map(Object.entries(answers).map(([path, answer]) => [path.toLowerCase(), answer]));
  const server = createServer({ cert, key }, (request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').toLowerCase();
    const answer = known.get(path) ?? 404;
    const status = typeof answer === 'number' ? answer : 200;
    const refusal = { error: { code: 'Refused', message: 'Not for you.' } };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? answer : refusal));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return {
    ...clientsOf(`https://127.0.0.1:${address.port}`, async () => 'a-token'),
    stop() {
      return closeServer(server);
    },
  };
}
