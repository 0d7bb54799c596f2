import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';

describe('a stand-in that ends', () => {
  it('does not wait for a caller who is still shaking hands', async () => {
    const { ca, cert, key } = await createCertificate();
    const server = https.createServer({ cert, key }, (_, response) => response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const caller = tls.connect({ host: '127.0.0.1', port, ca, servername: 'localhost' });
    caller.on('error', () => {});
    const left = once(caller, 'close');
    await once(server, 'connection');
    await closeServer(server);
    await left;
    expect(caller.destroyed).toBe(true);
  }, 10_000);

  it('has ended already where it never began, or ended before', async () => {
    const server = https.createServer();
    await expect(closeServer(server)).resolves.toBeUndefined();
  });
});
