import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import restify from 'restify';
import { graphScopeOf } from '../../src/azure/graph.ts';
import { createGraphIdentity, type GraphIdentity, type Limits } from '../../src/azure/graph-identity.ts';
import { createWriter, type Writer } from '../../src/azure/writer.ts';
import type { HappenedSample } from '../../src/sandbox/azure/happened.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { Directory } from '../../src/sandbox/graph/directory.ts';
import { GRAPH_AUDIENCE, mountGraph } from '../../src/sandbox/graph/graph.ts';
import type { Licence } from '../../src/sandbox/graph/licence.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';

/** Everything that the identity of an account asks for. */
export const permissions = [
  'User.Read.All',
  'GroupMember.Read.All',
  'Application.Read.All',
  'RoleManagement.Read.Directory',
  'AuditLog.Read.All',
  'IdentityRiskyUser.Read.All',
  'IdentityRiskEvent.Read.All',
];

/** Nothing has to be waited for. */
export const unlimited: Limits = {
  reports: { calls: 1_000, ms: 1 },
  protection: { calls: 1_000, ms: 1 },
};

/** Everything that changes of an account ask for beside it. */
export const writePermissions = [
  'User.EnableDisableAccount.All',
  'User.RevokeSessions.All',
  'User-PasswordProfile.ReadWrite.All',
  'IdentityRiskyUser.ReadWrite.All',
];

export interface GraphStandIn {
  graph: GraphIdentity;
  writer: Writer;
  origin: string;
  faults: Faults;
  directory: Directory;
  token(): Promise<string>;
  /** Paths that were asked for since the last look, without the query. */
  asked(): string[];
  /** How many calls have changed something. */
  changes(): number;
  stop(): Promise<void>;
}

export interface StandInOptions {
  granted?: string[];
  licence?: Licence;
  happened?: HappenedSample[];
  limits?: Limits;
}

let certificate: Awaited<ReturnType<typeof createCertificate>> | undefined;

async function trusted() {
  if (certificate) return certificate;
  certificate = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.ca]);
  return certificate;
}

/** Entra ID and Graph over TLS on loopback, and our client of it. */
export async function startGraph(options: StandInOptions = {}): Promise<GraphStandIn> {
  const { granted = permissions, licence = 'P2', happened = [], limits = unlimited } = options;
  const { cert, key } = await trusted();
  const server = restify.createServer({ certificate: cert, key });
  const faults = new Faults(() => {});
  const directory = new Directory();
  const client = { clientId: 'c5a1f0de-7b32-4e96-8d04-1f6a9b2c3e57', secret: 'right' };
  const entra = await createEntra({
    tenantId: TENANT_ID,
    clients: [{ ...client, permissions: { [GRAPH_AUDIENCE]: granted } }],
  });
  let seen: string[] = [];
  server.pre((request, _response, next) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.startsWith('/v1.0/')) seen.push(path.slice('/v1.0/'.length));
    next();
  });
  let changes = 0;
  server.pre((request, response, next) => {
    // When the answer begins: whoever has it finds it counted.
    response.once('header', () => {
      const isRead = request.method === 'GET' || !request.url?.startsWith('/v1.0/');
      if (!isRead && response.statusCode < 300) changes += 1;
    });
    next();
  });
  let origin = '';
  entra.mount(server, () => origin);
  mountGraph(server, { entra, faults, directory, licence: () => licence, happened: () => happened });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${server.address().port}`;
  const credential = new ClientSecretCredential(TENANT_ID, client.clientId, client.secret, {
    authorityHost: origin,
    disableInstanceDiscovery: true,
  });
  return {
    graph: createGraphIdentity({ endpoint: origin, credential, limits }),
    writer: createWriter({ endpoint: origin, scope: graphScopeOf(origin), credential }),
    origin,
    faults,
    directory,
    token: async () => (await credential.getToken(`${GRAPH_AUDIENCE}/.default`)).token,
    asked() {
      const paths = seen;
      seen = [];
      return paths;
    },
    changes: () => changes,
    async stop() {
      await closeServer(server.server);
    },
  };
}

/** Our client of a Graph that answers with whatever is said here, by the path without `/v1.0/` and query. */
export async function graphThatSays(
  answers: Record<string, unknown>,
): Promise<{ graph: GraphIdentity; stop(): void }> {
  const { cert, key } = await trusted();
  const server = createServer({ cert, key }, (request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').slice('/v1.0/'.length);
    const answer = answers[path];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    const missing = { error: { code: 'Request_ResourceNotFound', message: 'Not there.' } };
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? missing));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credential = {
    getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return {
    graph: createGraphIdentity({ endpoint: `https://127.0.0.1:${port}`, credential, limits: unlimited }),
    stop() {
      return closeServer(server);
    },
  };
}
