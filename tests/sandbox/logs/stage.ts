import tls from 'node:tls';
import { LogsQueryClient, type LogsQueryResult } from '@azure/monitor-query-logs';
import restify, { type Server } from 'restify';
import { createCertificate } from '../../../src/sandbox/certificate.ts';
import { closeServer } from '../../../src/sandbox/close-server.ts';
import { createEntra } from '../../../src/sandbox/entra.ts';
import { Faults } from '../../../src/sandbox/faults.ts';
import { createLogs } from '../../../src/sandbox/logs/door.ts';
import { soc } from '../../../src/sandbox/logs/tables-workspaces.ts';
import type { Happened } from '../../../src/sandbox/logs/worker-query.ts';
import { TENANT_ID } from '../../../src/sandbox/people.ts';

export const day = { duration: 'P1D' };
export const AUDIENCE = 'https://api.loganalytics.io';

/** The stand-in behind TLS with an application's token, as the product meets it. */
export async function openLogs() {
  const certificate = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.ca]);
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const faults = new Faults(() => undefined);
  const happened: Happened[] = [];
  const logs = createLogs({ entra, faults, happened: () => happened, changed: () => undefined });
  const secure = restify.createServer({ certificate: certificate.cert, key: certificate.key });
  const plain = restify.createServer();
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  logs.mount(secure);
  logs.mountControls(plain);
  const endpoint = `https://127.0.0.1:${await listen(secure)}/v1`;
  const controls = `http://127.0.0.1:${await listen(plain)}`;
  const tokenOf = (claims: object = {}, audience = AUDIENCE) =>
    entra.issue(audience, { oid: 'the-product', appid: 'the-product', idtyp: 'app', ...claims });

  /** The vendor's own client, in somebody's name. */
  const clientOf = (claims: object = {}) =>
    new LogsQueryClient(
      {
        getToken: async () => ({ token: await tokenOf(claims), expiresOnTimestamp: Date.now() + 3_600_000 }),
      },
      { endpoint, retryOptions: { maxRetries: 0 } },
    );

  async function call(
    method: string,
    path: string,
    given: { body?: unknown; headers?: object; token?: string } = {},
  ) {
    const token = given.token ?? (await tokenOf());
    const response = await fetch(`${endpoint}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...given.headers,
      },
      ...(given.body !== undefined && { body: JSON.stringify(given.body) }),
    });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  }

  return {
    faults,
    happened,
    clientOf,
    call,
    tokenOf,
    /** Rows of a query over the workspace of the SOC, as objects. */
    async rows(query: string, timespan: Parameters<LogsQueryClient['queryWorkspace']>[2] = day) {
      return objects(await clientOf().queryWorkspace(soc.id, query, timespan));
    },
    query: (body: object, headers: object = {}) =>
      call('POST', `/workspaces/${soc.id}/query`, { body, headers }),
    async control(given: object) {
      const response = await fetch(`${controls}/api/logs/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(given),
      });
      return response.json();
    },
    state: async () => (await fetch(`${controls}/api/logs/state`)).json(),
    async close() {
      await logs.stop();
      for (const server of [secure, plain]) await closeServer(server.server);
    },
  };
}

export function objects(result: LogsQueryResult): Record<string, unknown>[] {
  const tables = result.status === 'PartialFailure' ? result.partialTables : result.tables;
  const [table] = tables;
  const names = table?.columnDescriptors.map(({ name }) => String(name)) ?? [];
  return (table?.rows ?? []).map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}
