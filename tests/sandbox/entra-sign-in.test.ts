import { createHash } from 'node:crypto';
import tls from 'node:tls';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import restify, { type Server } from 'restify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Directory } from '../../src/sandbox/graph/directory.ts';
import { findPerson, TENANT_ID } from '../../src/sandbox/people.ts';
import { Browser } from '../support/browser.ts';

const clientId = '9a1f0c35-7e44-4d18-b6d2-51c8e7f0a2b6';
const redirectUri = 'https://watchfloor.example/sign-in/callback';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

let server: Server;
let origin: string;
let directory: Directory;
let clock: number;
let browser: Browser;

beforeEach(async () => {
  const { ca, cert, key } = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), ca]);
  server = restify.createServer({ certificate: cert, key });
  directory = new Directory();
  clock = Date.now();
  const entra = await createEntra({
    tenantId: TENANT_ID,
    clients: [{ clientId, secret: 'right', redirectUris: () => [redirectUri] }],
    directory,
    now: () => clock,
  });
  entra.mount(server, () => origin);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${server.address().port}`;
  browser = new Browser();
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

function authorize(change: Record<string, string | undefined> = {}): string {
  const url = new URL(`${origin}/${TENANT_ID}/oauth2/v2.0/authorize`);
  const usual = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries({ ...usual, ...change })) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** What stands in the address that the browser is sent back to. */
const back = async (url: string, person = 'adam') => {
  const page = await browser.signIn(url, person);
  const { origin: to, pathname, searchParams } = new URL(Browser.next(page));
  expect(to + pathname).toBe(redirectUri);
  return Object.fromEntries(searchParams);
};

async function redeem(code: string | undefined, change: Record<string, string> = {}) {
  const response = await fetch(`${origin}/${TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: 'right',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      code: code ?? '',
      ...change,
    }),
  });
  const body: { id_token?: string; error_description?: string } = await response.json();
  return { status: response.status, ...body };
}

describe('signing in at the Entra stand-in', () => {
  it('gives a token of who signed in, when, for this attempt and this application', async () => {
    const { code, state } = await back(authorize());
    expect(state).toBe('a-state');
    const { id_token = '' } = await redeem(code);
    const keys = createRemoteJWKSet(new URL(`${origin}/${TENANT_ID}/discovery/v2.0/keys`));
    const expected = { audience: clientId, issuer: `${origin}/${TENANT_ID}/v2.0` };
    const { payload } = await jwtVerify(id_token, keys, expected);
    expect(payload).toMatchObject({
      tid: TENANT_ID,
      oid: findPerson('adam').oid,
      preferred_username: 'adam@contoso.com',
      nonce: 'a-nonce',
      auth_time: Math.floor(clock / 1_000),
    });
  });

  it('lets in guests, and nobody else of another organisation, nor whoever was switched off', async () => {
    expect(await back(authorize(), 'guest')).toHaveProperty('code');
    expect((await browser.signIn(authorize({ prompt: 'login' }), 'paula')).html).toContain('AADSTS50020');
    expect((await browser.signIn(authorize({ prompt: 'login' }), 'dora')).html).toContain('AADSTS50057');
  });

  it('is done once for a browser, until somebody wants it anew', async () => {
    await back(authorize());
    clock += 60_000;
    expect(await back(authorize({ prompt: 'none' }))).toHaveProperty('code');
    expect(await back(authorize({ prompt: 'none', max_age: '30' }))).toMatchObject({
      error: 'login_required',
    });
    for (const anew of [{ prompt: 'login' }, { prompt: 'select_account' }, { max_age: '30' }]) {
      expect((await browser.get(authorize(anew))).html).toContain('Adam Keller');
    }
  });

  it('tells the application when they would not', async () => {
    expect(await back(authorize(), '')).toMatchObject({ error: 'access_denied', state: 'a-state' });
  });
});

describe('the Entra stand-in', () => {
  it.each([
    ['without PKCE', { code_challenge: undefined }, 'AADSTS9002325'],
    ['with plain PKCE', { code_challenge_method: 'plain' }, 'AADSTS9002325'],
    ['for a token in the address', { response_type: 'id_token' }, 'AADSTS700054'],
    ['without openid', { scope: 'profile' }, 'AADSTS90014'],
  ])('sends back whoever asks %s', async (_what, change, says) => {
    const { error_description } = await back(authorize(change));
    expect(error_description).toContain(says);
  });

  it.each([
    ['an application that it does not know', { client_id: TENANT_ID }, 'AADSTS700016'],
    ['an address that is not registered', { redirect_uri: `${redirectUri}/..` }, 'AADSTS50011'],
  ])('sends nobody to %s', async (_what, change, says) => {
    const { status, html } = await browser.get(authorize(change));
    expect([status, html]).toEqual([400, expect.stringContaining(says)]);
  });

  it('takes a code once, for a minute, from the one who asked, with the verifier and the address', async () => {
    const code = async () => (await back(authorize())).code;
    const first = await code();
    expect((await redeem(first)).status).toBe(200);
    expect((await redeem(first)).error_description).toContain('AADSTS54005');
    const wrong = await redeem(await code(), { code_verifier: 'w'.repeat(43) });
    expect(wrong.error_description).toContain('AADSTS501481');
    const elsewhere = await redeem(await code(), { redirect_uri: 'https://evil.example' });
    expect(elsewhere.error_description).toContain('AADSTS500112');
    expect((await redeem(await code(), { client_secret: 'wrong' })).error_description).toContain(
      'AADSTS7000215',
    );
    expect((await redeem('made-up')).error_description).toContain('AADSTS9002313');
    const late = await code();
    clock += 61_000;
    expect((await redeem(late)).error_description).toContain('AADSTS70008');
  });
});
