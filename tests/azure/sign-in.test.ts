import tls from 'node:tls';
import restify, { type Server } from 'restify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../src/azure/sign-in.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { findPerson, TENANT_ID } from '../../src/sandbox/people.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { Browser } from '../support/browser.ts';

const clientId = 'c5a1f0de-7b32-4e96-8d04-1f6a9b2c3e57';
const redirectUri = 'https://watchfloor.example/sign-in/callback';
const attempt = {
  state: 's'.repeat(43),
  nonce: 'n'.repeat(43),
  verifier: 'v'.repeat(43),
  fresh: false,
};

let server: Server;
let origin: string;

beforeEach(async () => {
  const { ca, cert, key } = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), ca]);
  server = restify.createServer({ certificate: cert, key });
  const clients = [{ clientId, secret: 'right', redirectUris: () => [redirectUri] }];
  const entra = await createEntra({ tenantId: TENANT_ID, clients });
  entra.mount(server, () => origin);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${server.address().port}`;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

const authority = (change: { authorityHost?: string; secret?: string } = {}) =>
  createAuthority({
    authorityHost: change.authorityHost ?? origin,
    tenantId: TENANT_ID,
    clientId,
    clientSecret: secretOf('AZURE_CLIENT_SECRET', change.secret ?? 'right'),
    redirectUri,
  });

describe('Entra ID', () => {
  it('says who came back, and when they signed in', async () => {
    const entra = authority();
    const page = await new Browser().signIn((await entra.leave(attempt)).href, 'adam');
    const { id, name, at } = await entra.comeBack(new URL(Browser.next(page)), attempt);
    expect({ id, name }).toEqual({ id: findPerson('adam').oid, name: 'Adam Keller' });
    expect(Math.abs(Date.now() - (at ?? 0))).toBeLessThan(60_000);
  });

  it('is asked for a fresh sign-in where it has to be one', async () => {
    const usual = await authority().leave(attempt);
    expect(usual.searchParams.get('prompt')).toBe('select_account');
    const fresh = await authority().leave({ ...attempt, fresh: true });
    expect(Object.fromEntries(fresh.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' });
    expect(fresh.href).not.toContain(attempt.verifier);
  });

  it('that cannot be reached may be tried again', async () => {
    const away = authority({ authorityHost: 'https://127.0.0.1:1' });
    await expect(away.leave(attempt)).rejects.toMatchObject({ side: 'azure', reason: 'unavailable' });
  });

  it('that refuses Watchfloor itself is a matter for an admin, and the secret stays out of it', async () => {
    const wrong = authority({ secret: 'not-the-secret' });
    const page = await new Browser().signIn((await wrong.leave(attempt)).href, 'adam');
    const failed = wrong.comeBack(new URL(Browser.next(page)), attempt);
    await expect(failed).rejects.toMatchObject({
      reason: 'auth',
      message: expect.stringMatching(/AZURE_CLIENT_SECRET.*AADSTS7000215/),
    });
    await expect(failed).rejects.not.toThrow('not-the-secret');
  });

  it('tells that somebody would not sign in', async () => {
    const entra = authority();
    const page = await new Browser().signIn((await entra.leave(attempt)).href, '');
    await expect(entra.comeBack(new URL(Browser.next(page)), attempt)).rejects.toMatchObject({
      reason: 'rejected',
      message: expect.stringContaining('access_denied'),
    });
  });
});
