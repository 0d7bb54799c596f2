import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import restify from 'restify';
import { createCredential } from '../../src/azure/credential.ts';
import { createDefenderEndpoint, defenderEndpointScopeOf } from '../../src/azure/defender-endpoint.ts';
import { createWriter } from '../../src/azure/writer.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { MachineActions } from '../../src/sandbox/defender-endpoint/actions.ts';
import { mountDefenderEndpoint } from '../../src/sandbox/defender-endpoint/defender-endpoint.ts';
import { DEFENDER_ENDPOINT_AUDIENCE } from '../../src/sandbox/defender-endpoint/refusal.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { secretOf } from '../../src/secrets/secret.ts';

const clientId = 'b7d1f9a2-4c35-4e80-9f6d-12ab34cd56ef';
const secret = 'a-secret-for-this-test';
export const allRoles = [
  'Machine.Read.All',
  'Vulnerability.Read.All',
  'User.Read.All',
  'File.Read.All',
  'Machine.Isolate',
  'Machine.Scan',
  'Machine.CollectForensics',
];

/** One for all that a test starts: two authorities of the same name cannot be trusted at once. */
let certificate: ReturnType<typeof createCertificate> | undefined;

async function trusted() {
  const known = certificate !== undefined;
  certificate ??= createCertificate();
  const { ca, cert, key } = await certificate;
  if (!known) setDefaultCACertificates([...getCACertificates(), ca]);
  return { certificate: cert, key };
}

/** The stand-in behind TLS with Entra ID beside it, and our client for it as an application that has these roles. */
export async function startDefenderEndpoint(roles = allRoles) {
  const secure = restify.createServer(await trusted());
  const faults = new Faults(() => {});
  const permissions = { [DEFENDER_ENDPOINT_AUDIENCE]: roles };
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [{ clientId, secret, permissions }] });
  let now = Date.now();
  const calls: string[] = [];
  secure.pre((request, _response, next) => {
    if (request.url?.startsWith('/api/')) calls.push(decodeURIComponent(request.url));
    next();
  });
  const actions = new MachineActions();
  mountDefenderEndpoint(secure, { entra, faults, actions, now: () => now });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const endpoint = `https://127.0.0.1:${secure.address().port}`;
  entra.mount(secure, () => endpoint);
  const clientSecret = secretOf('AZURE_CLIENT_SECRET', secret);
  const credential = createCredential({
    tenantId: TENANT_ID,
    clientId,
    clientSecret,
    authorityHost: endpoint,
  });

  return {
    endpoint,
    entra,
    faults,
    calls,
    actions,
    now: () => now,
    defender: createDefenderEndpoint({ endpoint, credential }),
    writer: createWriter({ endpoint, credential, scope: defenderEndpointScopeOf(endpoint) }),
    pass(milliseconds: number) {
      now += milliseconds;
    },
    stop(): Promise<void> {
      return closeServer(secure.server);
    },
  };
}
