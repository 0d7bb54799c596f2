import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { TokenCredential } from '@azure/core-auth';
import restify from 'restify';
import { createResourceGraph, type ResourceGraph } from '../../src/azure/resource-graph.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { mountResourceGraph } from '../../src/sandbox/resource-graph/resource-graph.ts';

export interface GraphInTest {
  endpoint: string;
  /** For servers beside it: two authorities of one name are not told apart. */
  certificate: { cert: string; key: string };
  graph: ResourceGraph;
  faults: Faults;
  /** A client that asks as somebody else, who has a quota of their own; `onCall` hears of every call that leaves. */
  as(oid: string, onCall?: () => void): ResourceGraph;
  /** Asks without the client. */
  post(body: unknown, more?: { query?: string; token?: string }): Promise<Response>;
  /** A token for an audience; Resource Manager's where absent. */
  token(audience?: string, expiresIn?: string): Promise<string>;
  stop(): Promise<void>;
}

const management = 'https://management.azure.com';

/** The sandbox's Resource Graph over TLS, and the product's client for it. */
export async function startResourceGraph(): Promise<GraphInTest> {
  const { ca, cert, key } = await createCertificate();
  setDefaultCACertificates([...getCACertificates(), ca]);
  const faults = new Faults(() => {});
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const secure = restify.createServer({ certificate: cert, key });
  const standIn = mountResourceGraph(secure, { entra, faults });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const endpoint = `https://127.0.0.1:${secure.address().port}`;
  const as = (oid: string, onCall = () => {}): ResourceGraph => {
    const credential: TokenCredential = {
      getToken: async () => ({
        token: await entra.issue(management, { oid }),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    };
    return createResourceGraph({
      endpoint,
      credential,
      timeout: 10_000,
      callFarSide: (_side, _call, work) => {
        onCall();
        return work();
      },
    });
  };
  const token = (audience = management, expiresIn?: string) => entra.issue(audience, { oid: 'a' }, expiresIn);
  let callers = 0;
  const stranger = () => {
    callers += 1;
    return `caller-${callers}`;
  };

  return {
    endpoint,
    certificate: { cert, key },
    faults,
    as,
    token,
    // Each call as another caller: the quota has tests of its own.
    graph: {
      rows: (query, wishes) => as(stranger()).rows(query, wishes),
    },
    async post(body, { query = '?api-version=2022-10-01', token: given } = {}) {
      const bearer = given ?? (await entra.issue(management, { oid: stranger() }));
      return fetch(`${endpoint}/providers/Microsoft.ResourceGraph/resources${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
        body: JSON.stringify(body),
      });
    },
    async stop() {
      await Promise.all([standIn.stop(), closeServer(secure.server)]);
    },
  };
}
