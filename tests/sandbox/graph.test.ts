import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPerson, TENANT_ID } from '../../src/sandbox/people.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { freePort } from '../support/free-port.ts';
import { outside, trust } from '../support/house.ts';

const analysts = 'a3e58b27-90d4-4c6f-8b13-7f2c1e6d4a90';
const users = `/v1.0/groups/${analysts}/transitiveMembers/microsoft.graph.user`;
const eventual = { ConsistencyLevel: 'eventual' };

let sandbox: Sandbox;
let token: string;

async function tokenFor(scope: string, client = 'AZURE_CLIENT'): Promise<string> {
  const { env } = sandbox;
  const [id, secret] =
    client === 'TEAMS_APP'
      ? ['TEAMS_APP_ID', 'TEAMS_APP_SECRET']
      : ['AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'];
  const response = await fetch(`${env.AZURE_AUTHORITY_HOST}/${TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: env[id] ?? '',
      client_secret: env[secret] ?? '',
      scope,
    }),
  });
  return (await response.json()).access_token;
}

interface Answer {
  status: number;
  error?: { code: string; innerError: object };
  value?: { displayName: string }[];
  '@odata.nextLink'?: string;
  [field: string]: unknown;
}

async function get(path: string, headers: Record<string, string> = {}, bearer = token): Promise<Answer> {
  const response = await fetch(new URL(path, sandbox.env.AZURE_GRAPH), {
    headers: { ...headers, ...(bearer && { authorization: `Bearer ${bearer}` }) },
  });
  return { status: response.status, ...(await response.json()) };
}

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, productPort: await freePort() });
  trust(sandbox);
  token = await tokenFor('https://graph.microsoft.com/.default');
});
afterAll(() => sandbox.stop());

describe('the Graph stand-in', () => {
  it('tells of a user what is selected, and of a guest by the name that the directory gave', async () => {
    const adam = await get(`/v1.0/users/${findPerson('adam').oid}?$select=displayName,accountEnabled`);
    expect(adam).toMatchObject({ status: 200, displayName: 'Adam Keller', accountEnabled: true });
    expect(adam).not.toHaveProperty('mail');
    const gus = await get(
      `/v1.0/users/${encodeURIComponent('guest_partner.example#EXT#@contoso.onmicrosoft.com')}`,
    );
    expect(gus).toMatchObject({ displayName: 'Gus Estrada', mail: 'guest@partner.example' });
  });

  it.each([
    ['an unknown user', '/v1.0/users/nobody@contoso.com', 404, 'Request_ResourceNotFound'],
    ['an unknown field', '/v1.0/users/adam@contoso.com?$select=shoeSize', 400, 'BadRequest'],
    ['an unknown filter', "/v1.0/users?$filter=startswith(mail,'a')", 400, 'Request_UnsupportedQuery'],
    ['too large a page', `${users}?$count=true&$top=1000`, 400, 'Request_BadRequest'],
  ])('refuses %s as Graph does', async (_what, path, status, code) => {
    const refused = await get(path, eventual);
    expect(refused).toMatchObject({
      status,
      error: { code, innerError: { 'request-id': expect.any(String) } },
    });
  });

  it('gives users alone only where its index is asked for', async () => {
    expect((await get(`${users}?$count=true`)).error?.code).toBe('Request_UnsupportedQuery');
    expect((await get(users, eventual)).error?.code).toBe('Request_UnsupportedQuery');
    expect((await get(`${users}?$count=true`, eventual)).value).toMatchObject([
      { displayName: 'Priya Nair' },
    ]);
  });

  it('gives a page at a time', async () => {
    const { control } = outside(sandbox);
    const change = (person: string, what: 'add' | 'remove') =>
      control('POST', '/entra/members', { group: 'SOC analysts', person, change: what });
    for (const person of ['adam', 'vera']) await change(person, 'add');
    const first = await get(`${users}?$count=true&$top=999`, eventual);
    expect(first.value).toHaveLength(2);
    const second = await get(first['@odata.nextLink'] ?? '', eventual);
    expect(second.value).toHaveLength(1);
    expect(second).not.toHaveProperty('@odata.nextLink');
    for (const person of ['adam', 'vera']) await change(person, 'remove');
  });

  it('believes no token but one for it, of an application that may read users', async () => {
    const path = '/v1.0/users/adam@contoso.com';
    expect(await get(path, {}, '')).toMatchObject({ status: 401 });
    const forArm = await tokenFor('https://management.azure.com/.default');
    expect(await get(path, {}, forArm)).toMatchObject({
      status: 401,
      error: { code: 'InvalidAuthenticationToken' },
    });
    const ofTeams = await tokenFor('https://graph.microsoft.com/.default', 'TEAMS_APP');
    expect(await get(path, {}, ofTeams)).toMatchObject({
      status: 403,
      error: { code: 'Authorization_RequestDenied' },
    });
  });

  it('shows at once that an account was switched off', async () => {
    const { control } = outside(sandbox);
    await control('POST', '/entra/accounts', { person: 'vera', enabled: false });
    const select = '/v1.0/users/vera@contoso.com?$select=accountEnabled';
    expect(await get(select)).toMatchObject({ accountEnabled: false });
    await control('POST', '/entra/accounts', { person: 'vera', enabled: true });
    expect(await get(select)).toMatchObject({ accountEnabled: true });
    await expect(control('POST', '/entra/accounts', { person: 'nobody', enabled: true })).rejects.toThrow(
      '404',
    );
  });

  it('fails as it is told to', async () => {
    const { control } = outside(sandbox);
    await control('POST', '/faults', { side: 'graph', kind: 'throttled', ms: 3_000, count: 1 });
    expect(await get('/v1.0/users/adam@contoso.com')).toMatchObject({ status: 429 });
    expect(await get('/v1.0/users/adam@contoso.com')).toMatchObject({ status: 200 });
  });
});
