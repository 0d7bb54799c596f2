import tls from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import restify, { type Server } from 'restify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { createEntra, type Entra } from '../../src/sandbox/entra.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';

const clientId = '9a1f0c35-7e44-4d18-b6d2-51c8e7f0a2b6';
const scope = 'https://management.azure.com/.default';
let server: Server;
let entra: Entra;
let origin: string;

beforeAll(async () => {
  const { ca, cert, key } = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);
  server = restify.createServer({ certificate: cert, key });
  entra = await createEntra({ tenantId: TENANT_ID, clients: [{ clientId, secret: 'right' }] });
  entra.mount(server, () => origin);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${server.address().port}`;
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const credential = (secret: string) =>
  new ClientSecretCredential(TENANT_ID, clientId, secret, {
    authorityHost: origin,
    disableInstanceDiscovery: true,
  });

describe('the Entra stand-in', () => {
  it('gives the real credential a token that its published keys confirm', async () => {
    const { token } = await credential('right').getToken(scope);
    const keys = createRemoteJWKSet(new URL(`${origin}/${TENANT_ID}/discovery/v2.0/keys`));
    const { payload } = await jwtVerify(token, keys, { audience: 'https://management.azure.com' });
    expect(payload).toMatchObject({
      tid: TENANT_ID,
      appid: clientId,
      azp: clientId,
      oid: expect.any(String),
    });
    expect(payload.iss).toBe(`https://login.microsoftonline.com/${TENANT_ID}/v2.0`);
    await expect(entra.verify(`Bearer ${token}`, ['https://management.azure.com'])).resolves.toEqual(payload);
  });

  it('refuses a wrong secret as Entra does', async () => {
    await expect(credential('wrong').getToken(scope)).rejects.toThrow(/AADSTS7000215/);
  });

  it.each([
    ['for someone else', () => entra.issue('https://graph.microsoft.com')],
    ['that has expired', () => entra.issue('https://management.azure.com', {}, '-2m')],
    [
      'signed by another directory',
      async () => {
        const other = await createEntra({ tenantId: TENANT_ID, clients: [] });
        return other.issue('https://management.azure.com');
      },
    ],
  ])('does not accept a token %s', async (_what, token) => {
    await expect(entra.verify(`Bearer ${await token()}`, ['https://management.azure.com'])).rejects.toThrow();
  });
});
