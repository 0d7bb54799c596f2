import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRest } from '../../src/azure/rest.ts';
import { FarSideError } from '../../src/errors.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';

const credential = {
  getToken: async () => ({ token: 'ey-a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
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

async function azure(answer: RequestListener) {
  const server = createServer(certificate, answer);
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  const endpoint = `https://127.0.0.1:${address.port}`;
  const rest = createRest({
    endpoint,
    scope: 'https://management.azure.com/.default',
    credential,
    timeout: 2_000,
  });
  return { endpoint, rest };
}

async function failure(call: Promise<unknown>): Promise<FarSideError> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FarSideError)) throw new Error(`Not a FarSideError: ${String(thrown)}`);
  return thrown;
}

describe('reading from Azure', () => {
  it('follows work that Azure does until its result is there', async () => {
    let looks = 0;
    const { rest } = await azure((request, response) => {
      if (request.method === 'POST') {
        const location = `https://${request.headers.host}/operations/1`;
        return response.writeHead(202, { location, 'retry-after': '0' }).end();
      }
      looks += 1;
      if (looks < 3) return response.writeHead(202, { 'retry-after': '0' }).end();
      return response.end('{"access":"Deny"}');
    });
    expect(await rest.work('/ipFlowVerify', {})).toEqual({ access: 'Deny' });
    expect(looks).toBe(3);
  });

  it('reads the result out of the operation where there is no other place', async () => {
    const { rest } = await azure((request, response) => {
      const operation = `https://${request.headers.host}/operations/1`;
      if (request.method === 'POST')
        return response.writeHead(202, { 'azure-asyncoperation': operation, 'retry-after': '0' }).end();
      return response.end('{"status":"Succeeded","properties":{"hops":2}}');
    });
    expect(await rest.work('/nextHop', {})).toEqual({ hops: 2 });
  });

  it('says that Azure failed at it', async () => {
    const { rest } = await azure((request, response) => {
      const operation = `https://${request.headers.host}/operations/1`;
      if (request.method === 'POST')
        return response.writeHead(202, { 'azure-asyncoperation': operation, 'retry-after': '0' }).end();
      return response.end('{"status":"Failed"}');
    });
    expect(await failure(rest.work('/nextHop', {}))).toMatchObject({ reason: 'rejected' });
  });

  it('follows no link to anywhere else', async () => {
    const { rest } = await azure((_request, response) =>
      response.writeHead(202, { location: 'https://evil.example/take-my-token', 'retry-after': '0' }).end(),
    );
    expect((await failure(rest.work('/nextHop', {}))).message).toContain('Nothing was sent there');
  });

  it('ends when whoever asked has gone', async () => {
    const { rest } = await azure(() => {});
    const signal = AbortSignal.timeout(50);
    expect(await failure(rest.get('/never', { signal }))).toMatchObject({ reason: 'timeout' });
  });

  it('reads no more than a screen could ever show of an answer of 100 MB', async () => {
    let sent = 0;
    const { rest } = await azure((_request, response) => {
      const piece = 'x'.repeat(1024 * 1024);
      const more = () => {
        sent += 1;
        if (sent <= 100 && !response.destroyed) response.write(piece, more);
        else response.end();
      };
      more();
    });
    const before = process.memoryUsage().rss;
    expect((await failure(rest.get('/large'))).message).toContain('over 4 MB');
    expect(sent).toBeLessThan(60);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  });

  it.each(['<html>', '{"half":'])('takes %s for an outage and not for an answer', async (body) => {
    const { rest } = await azure((_request, response) => response.end(body));
    expect(await failure(rest.get('/'))).toMatchObject({ reason: 'unavailable' });
  });
});
