import type { TokenCredential } from '@azure/core-auth';
import restify from 'restify';
import { createCredential } from '../../src/azure/credential.ts';
import type { AzureStandIn } from '../../src/sandbox/azure/azure.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra, type Entra } from '../../src/sandbox/entra.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { certificate } from './outside-world.ts';

export interface Arm {
  endpoint: string;
  credential: TokenCredential;
  stop(): void;
}

const clientId = '5f0c2c58-94f7-4b2f-b0de-0f3f8d7c1a11';
const secret = 'a-secret-for-this-test';

/** Resource Manager and Entra ID over TLS on loopback. */
export async function startArm(make: (entra: Entra) => Pick<AzureStandIn, 'mount'>): Promise<Arm> {
  const { cert, key } = await certificate;
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [{ clientId, secret }] });
  const secure = restify.createServer({ certificate: cert, key });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const endpoint = `https://127.0.0.1:${secure.address().port}`;
  secure.use(restify.plugins.bodyParser({ mapParams: false }));
  entra.mount(secure, () => endpoint);
  make(entra).mount(secure);
  return {
    endpoint,
    credential: createCredential({
      tenantId: TENANT_ID,
      clientId,
      clientSecret: secretOf('AZURE_CLIENT_SECRET', secret),
      authorityHost: endpoint,
    }),
    stop() {
      return closeServer(secure.server);
    },
  };
}
