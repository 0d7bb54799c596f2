import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createDefenderEndpoint,
  defenderEndpointScopeOf,
  defenderPortalOf,
} from '../../src/azure/defender-endpoint.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';

let certificate: { ca: string; cert: string; key: string };
const servers: Server[] = [];

beforeAll(async () => {
  certificate = await createCertificate();
  setDefaultCACertificates([...getCACertificates(), certificate.ca]);
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await closeServer(server);
  }
});

/** Defender as this test wants it, the addresses that were called, and for whom tokens were asked. */
async function answering(answer: RequestListener) {
  const calls: string[] = [];
  const scopes: string[] = [];
  const server = createServer(certificate, (request, response) => {
    calls.push(decodeURIComponent(request.url ?? ''));
    answer(request, response);
  });
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  const defender = createDefenderEndpoint({
    endpoint: `https://127.0.0.1:${address.port}`,
    credential: {
      getToken: async (asked) => {
        scopes.push(String(asked));
        return { token: 'ey-a-token', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    },
  });
  return { defender, calls, scopes };
}

const json =
  (body: unknown): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify(body));

describe('asking Defender for Endpoint', () => {
  it('is for the audience that the API had before it moved, in each cloud its own', async () => {
    const { defender, scopes } = await answering(json({ value: [] }));
    await defender.machinesNamed('vm-1');
    expect(scopes).toEqual(['https://api.securitycenter.microsoft.com/.default']);
    expect(defenderEndpointScopeOf('https://eu.api.security.microsoft.com')).toBe(
      'https://api.securitycenter.microsoft.com/.default',
    );
    expect(defenderEndpointScopeOf('https://api-gov.securitycenter.microsoft.us')).toBe(
      'https://api-gov.securitycenter.microsoft.us/.default',
    );
    expect(defenderPortalOf('https://api-gov.securitycenter.microsoft.us')).toBe(
      'https://security.microsoft.us',
    );
    expect(defenderPortalOf('https://api.security.microsoft.com')).toBe('https://security.microsoft.com');
  });

  it('is by the short and the full name at once, with quotes that stay in their text', async () => {
    const { defender, calls } = await answering(json({ value: [] }));
    await defender.machinesNamed('VM-1');
    await defender.machinesNamed('vm-1.contoso.com');
    await defender.machinesNamed('10.0.0.7');
    await defender.machinesNamed("it's");
    await defender.actions('a/b?c');
    expect(calls).toEqual([
      "/api/machines?$filter=computerDnsName eq 'vm-1' or startswith(computerDnsName,'vm-1.')&$top=20",
      "/api/machines?$filter=computerDnsName eq 'vm-1.contoso.com' or computerDnsName eq 'vm-1'&$top=20",
      "/api/machines?$filter=computerDnsName eq '10.0.0.7' or startswith(computerDnsName,'10.0.0.7.')&$top=20",
      "/api/machines?$filter=computerDnsName eq 'it''s' or startswith(computerDnsName,'it''s.')&$top=20",
      "/api/machineactions?$filter=machineId eq 'a/b?c'&$top=50",
    ]);
  });
});

describe('what Defender for Endpoint answers', () => {
  it('may lack or null everything but the number of a machine', async () => {
    const { defender } = await answering(
      json({
        value: [
          {
            id: 'a',
            lastSeen: '2026-11-16T09:30:00.1234567Z',
            vmMetadata: null,
            machineTags: [5, 'x', null],
          },
          { computerDnsName: 'nobody' },
          null,
          'text',
        ],
      }),
    );
    expect(await defender.machinesNamed('a')).toEqual([
      expect.objectContaining({
        id: 'a',
        name: '',
        resourceId: '',
        mergedInto: '',
        riskScore: '',
        lastSeen: '2026-11-16T09:30:00.123Z',
        machineTags: ['x'],
      }),
    ]);
  });

  it('with 404 is nothing, of a list as of a file', async () => {
    const { defender } = await answering((_request, response) =>
      response.writeHead(404).end('{"error":{"code":"ResourceNotFound","message":"not found"}}'),
    );
    expect(await defender.machinesAt('10.0.0.1')).toEqual([]);
    expect(await defender.logons('a')).toEqual([]);
    expect(await defender.file('f'.repeat(64))).toBeUndefined();
    expect(await defender.fileHere('f'.repeat(64))).toBeUndefined();
  });

  it('counts machines in numbers and in text, and never makes one of nothing', async () => {
    const counted: unknown[] = [
      { organizationPrevalence: 7 },
      { orgPrevalence: '12' },
      { organizationPrevalence: null },
    ];
    const { defender } = await answering((_request, response) =>
      response.end(JSON.stringify(counted.shift())),
    );
    const machines = async () => (await defender.fileHere('f'.repeat(64)))?.machines;
    expect([await machines(), await machines(), await machines()]).toEqual([7, 12, undefined]);
  });

  it('as something else than a list is no list', async () => {
    const { defender } = await answering(json({ values: [] }));
    await expect(defender.vulnerabilities('a')).rejects.toMatchObject({ reason: 'rejected' });
  });

  it('in thousands of paragraphs is read all the same', async () => {
    const many = Array.from({ length: 5_000 }, (_, n) => ({
      id: `CVE-2020-${n}`,
      severity: n === 4_999 ? 'Critical' : 'Low',
      description: 'd'.repeat(1_500),
    }));
    const { defender } = await answering(json({ value: many }));
    const found = await defender.vulnerabilities('a');
    expect(found).toHaveLength(5_000);
    expect(found.at(-1)).toEqual({
      id: 'CVE-2020-4999',
      severity: 'critical',
      score: 0,
      isExploitable: false,
    });
  });
});
