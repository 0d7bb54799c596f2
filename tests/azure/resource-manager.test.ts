import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { TokenCredential } from '@azure/core-auth';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createCredential } from '../../src/azure/credential.ts';
import { createResourceManager, scopeOf } from '../../src/azure/resource-manager.ts';
import { FarSideError } from '../../src/errors.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { secretOf } from '../../src/secrets/secret.ts';

const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.x';
const credential: TokenCredential = {
  getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

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

/** Azure as this test wants it; `calls` are those that reached it. */
async function azure(answer: RequestListener): Promise<{ endpoint: string; calls: string[] }> {
  const calls: string[] = [];
  const server = createServer(certificate, (request, response) => {
    calls.push(`${request.method} ${request.url} ${request.headers.authorization === `Bearer ${token}`}`);
    answer(request, response);
  });
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return { endpoint: `https://127.0.0.1:${address.port}`, calls };
}

function always(status: number, body: unknown = {}, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

async function failure(call: Promise<unknown>): Promise<FarSideError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FarSideError)) throw new Error(`Not a FarSideError: ${String(thrown)}`);
  return thrown;
}

test.each([
  [400, 'rejected'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'not-found'],
  [409, 'conflict'],
  [412, 'conflict'],
  [307, 'rejected'],
] as const)('an answer %i is %s, asked once', async (status, reason) => {
  const { endpoint, calls } = await azure(always(status, { error: { code: 'Because', message: 'of that' } }));
  const error = await failure(
    createResourceManager({ endpoint, credential }).get('/subscriptions/x?api-version=1'),
  );
  expect(error).toMatchObject({ side: 'azure', reason });
  expect(error.message).toContain('Because: of that');
  expect(calls).toHaveLength(1);
});

test('a read that fails for a moment is tried again, with the token', async () => {
  let n = 0;
  const { endpoint, calls } = await azure((request, response) => {
    n++;
    return n < 3 ? always(503)(request, response) : always(200, { ok: true })(request, response);
  });
  expect(await createResourceManager({ endpoint, credential }).get('/x')).toEqual({ ok: true });
  expect(calls).toEqual(Array(3).fill('GET /x true'));
});

test('a read that goes on failing is unavailable after three tries', async () => {
  const { endpoint, calls } = await azure(always(502, '<html>Bad gateway</html>'));
  expect(await failure(createResourceManager({ endpoint, credential }).get('/x'))).toMatchObject({
    reason: 'unavailable',
  });
  expect(calls).toHaveLength(3);
});

test('a POST is sent once, because nobody knows whether the first was done', async () => {
  const { endpoint, calls } = await azure((request) => request.socket.destroy());
  expect(await failure(createResourceManager({ endpoint, credential }).post('/x'))).toMatchObject({
    reason: 'unavailable',
  });
  expect(calls).toHaveLength(1);
});

test('a long Retry-After is passed on in milliseconds, a short one is obeyed', async () => {
  const long = await azure(always(429, {}, { 'retry-after': '17' }));
  const error = await failure(createResourceManager({ endpoint: long.endpoint, credential }).get('/x'));
  expect(error).toMatchObject({ reason: 'rate-limited', retryAfter: 17_000 });
  expect(long.calls).toHaveLength(1);
  const short = await azure(always(429, {}, { 'retry-after': '0' }));
  await failure(createResourceManager({ endpoint: short.endpoint, credential }).get('/x'));
  expect(short.calls).toHaveLength(3);
});

test('an answer that does not come is a timeout', async () => {
  const { endpoint, calls } = await azure(() => {});
  const arm = createResourceManager({ endpoint, credential, timeout: 100 });
  expect(await failure(arm.get('/x'))).toMatchObject({ reason: 'timeout' });
  expect(calls).toHaveLength(1);
});

test('a sign-in that does not come is a timeout as well', async () => {
  const { endpoint, calls } = await azure(always(200));
  const slow: TokenCredential = { getToken: () => new Promise(() => {}) };
  const arm = createResourceManager({ endpoint, credential: slow, timeout: 100 });
  expect(await failure(arm.get('/x'))).toMatchObject({ reason: 'timeout' });
  expect(calls).toEqual([]);
});

test('nobody at the address is unavailable', async () => {
  const arm = createResourceManager({ endpoint: 'https://127.0.0.1:1', credential });
  expect(await failure(arm.get('/x'))).toMatchObject({ reason: 'unavailable' });
});

test('a next page on another host is not asked for, so the token stays here', async () => {
  const elsewhere = await azure(always(200, { value: [] }));
  const { endpoint } = await azure(always(200, { value: [1], nextLink: `${elsewhere.endpoint}/next` }));
  const seen: unknown[] = [];
  const error = await failure(
    (async () => {
      for await (const page of createResourceManager({ endpoint, credential }).pages('/list'))
        seen.push(...page);
    })(),
  );
  expect(seen).toEqual([1]);
  expect(error).toMatchObject({ reason: 'rejected' });
  expect(error.message).toMatch(/Nothing was sent there/);
  expect(elsewhere.calls).toEqual([]);
});

test('a redirect to another host is not followed', async () => {
  const elsewhere = await azure(always(200));
  const { endpoint } = await azure(always(302, '', { location: `${elsewhere.endpoint}/x` }));
  await failure(createResourceManager({ endpoint, credential }).get('/x'));
  expect(elsewhere.calls).toEqual([]);
});

test('pages that lead back to one that was seen end', async () => {
  const { endpoint, calls } = await azure((request, response) =>
    always(200, { value: [1], nextLink: `https://${request.headers.host}/list` })(request, response),
  );
  let count = 0;
  for await (const _ of createResourceManager({ endpoint, credential }).pages('/list')) count++;
  expect(count).toBe(2);
  expect(calls).toHaveLength(2);
});

test('no error tells the token, even where Azure repeats it', async () => {
  const { endpoint } = await azure(
    always(400, { error: { code: 'Bad', message: `Bearer ${token} and ${token}` } }),
  );
  const error = await failure(createResourceManager({ endpoint, credential }).get('/x'));
  expect(error.message).not.toContain('eyJ');
  expect(error.message.length).toBeLessThan(1_500);
});

test('a wrong secret says what to look at and does not tell it', async () => {
  const { endpoint } = await azure((request, response) => {
    if (request.url?.includes('openid-configuration')) {
      return always(200, {
        issuer: `${endpoint}/tenant/v2.0`,
        authorization_endpoint: `${endpoint}/tenant/authorize`,
        token_endpoint: `${endpoint}/tenant/token`,
        jwks_uri: `${endpoint}/tenant/keys`,
      })(request, response);
    }
    return always(
      401,
      { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' },
      {
        'content-type': 'application/json',
      },
    )(request, response);
  });
  const wrong = createCredential({
    tenantId: '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30',
    clientId: '5f0c2c58-94f7-4b2f-b0de-0f3f8d7c1a11',
    clientSecret: secretOf('AZURE_CLIENT_SECRET', 'not-the-right-one'),
    authorityHost: endpoint,
  });
  const error = await failure(createResourceManager({ endpoint, credential: wrong }).get('/x'));
  expect(error).toMatchObject({ reason: 'auth' });
  expect(error.message).toMatch(/AZURE_CLIENT_ID/);
  expect(error.message).not.toContain('not-the-right-one');
});

test('Entra ID out of reach is not a wrong secret', async () => {
  const { endpoint } = await azure(always(200));
  const unreachable = createCredential({
    tenantId: '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30',
    clientId: '5f0c2c58-94f7-4b2f-b0de-0f3f8d7c1a11',
    clientSecret: secretOf('AZURE_CLIENT_SECRET', 'a-secret'),
    authorityHost: 'https://127.0.0.1:1',
  });
  const error = await failure(
    createResourceManager({ endpoint, credential: unreachable, timeout: 5_000 }).get('/x'),
  );
  expect(['unavailable', 'timeout']).toContain(error.reason);
});

test('sovereign clouds have an audience of their own', () => {
  expect(scopeOf('https://management.azure.com')).toBe('https://management.azure.com/.default');
  expect(scopeOf('https://management.usgovcloudapi.net')).toBe(
    'https://management.usgovcloudapi.net/.default',
  );
  expect(scopeOf('https://127.0.0.1:4443')).toBe('https://management.azure.com/.default');
});
