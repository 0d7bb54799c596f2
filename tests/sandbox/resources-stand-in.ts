import restify from 'restify';
import { createWriter } from '../../src/azure/writer.ts';
import { mountArm } from '../../src/sandbox/azure/arm.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { createResources } from '../../src/sandbox/resources/resources.ts';
import { certificate } from '../enrichers/outside-world.ts';

const management = 'https://management.azure.com';

/** Contoso's machines, accounts, secrets and backups behind Resource Manager over TLS, and the product's client for it. */
export async function startResources() {
  const { cert, key } = await certificate;
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const faults = new Faults(() => {});
  let later = 0;
  const resources = createResources({ now: () => Date.now() + later });
  const secure = restify.createServer({ certificate: cert, key });
  mountArm(secure, resources.routes, { entra, faults });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const endpoint = `https://127.0.0.1:${secure.address().port}`;
  const token = () => entra.issue(management, { oid: 'the-product', appid: 'watchfloor' });
  return {
    resources,
    faults,
    writer: createWriter({
      endpoint,
      scope: `${management}/.default`,
      credential: {
        getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 }),
      },
    }),
    /** Time goes by for Azure. */
    pass(ms: number): void {
      later += ms;
    },
    /** Asks without the client. */
    async ask(method: string, path: string, body?: unknown) {
      const response = await fetch(path.startsWith('https:') ? path : `${endpoint}${path}`, {
        method,
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
    },
    async stop() {
      await closeServer(secure.server);
    },
  };
}
