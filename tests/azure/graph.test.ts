import { createServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import restify, { type Server } from 'restify';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGraph, type Graph, graphScopeOf } from '../../src/azure/graph.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { Directory } from '../../src/sandbox/graph/directory.ts';
import { GRAPH_AUDIENCE, mountGraph } from '../../src/sandbox/graph/graph.ts';
import { findPerson, TENANT_ID } from '../../src/sandbox/people.ts';

const allowed = 'c5a1f0de-7b32-4e96-8d04-1f6a9b2c3e57';
const notAllowed = 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';
const analysts = 'a3e58b27-90d4-4c6f-8b13-7f2c1e6d4a90';
const permissions = { [GRAPH_AUDIENCE]: ['User.Read.All', 'GroupMember.Read.All'] };

let certificate: Awaited<ReturnType<typeof createCertificate>>;
let server: Server;
let origin: string;
let directory: Directory;
let faults: Faults;
let graph: Graph;

const credential = (clientId: string) =>
  new ClientSecretCredential(TENANT_ID, clientId, 'right', {
    authorityHost: origin,
    disableInstanceDiscovery: true,
  });
const oidOf = (id: string) => findPerson(id).oid;

beforeAll(async () => {
  certificate = await createCertificate();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.ca]);
});

beforeEach(async () => {
  directory = new Directory();
  faults = new Faults(() => {});
  server = restify.createServer({ certificate: certificate.cert, key: certificate.key });
  const entra = await createEntra({
    tenantId: TENANT_ID,
    clients: [
      { clientId: allowed, secret: 'right', permissions },
      { clientId: notAllowed, secret: 'right' },
    ],
  });
  entra.mount(server, () => origin);
  mountGraph(server, { entra, faults, directory });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${server.address().port}`;
  graph = createGraph({ endpoint: origin, credential: credential(allowed) });
  return () => server.close();
});

describe('an account', () => {
  it('is found by object id and by principal name', async () => {
    const adam = {
      id: oidOf('adam'),
      name: 'Adam Keller',
      upn: 'adam@contoso.com',
      mail: 'adam@contoso.com',
      guest: false,
      enabled: true,
    };
    expect(await graph.user(oidOf('adam'))).toEqual(adam);
    expect(await graph.user('adam@contoso.com')).toEqual(adam);
  });

  it('that the directory does not have is none, and no fault', async () => {
    expect(await graph.user(oidOf('paula'))).toBeUndefined();
    expect(await graph.user('../groups')).toBeUndefined();
  });

  it('of a guest is a guest, and one that was switched off is not enabled', async () => {
    expect(await graph.user(oidOf('guest'))).toMatchObject({ guest: true, mail: 'guest@partner.example' });
    expect(await graph.user(oidOf('dora'))).toMatchObject({ enabled: false });
    directory.setEnabled(findPerson('adam'), false);
    expect(await graph.user(oidOf('adam'))).toMatchObject({ enabled: false });
  });

  it('is found by the address that mail reaches it at, however it signs in', async () => {
    const found = async (address: string) => (await graph.withAddress(address)).map(({ id }) => id);
    expect(await found('guest@partner.example')).toEqual([oidOf('guest')]);
    expect(await found('adam@contoso.com')).toEqual([oidOf('adam')]);
    expect(await found("o'hara@contoso.com")).toEqual([]);
    expect(await found("x' or accountEnabled eq true or mail eq 'x")).toEqual([]);
  });

  it('has a manager, or none', async () => {
    expect(await graph.managerOf(oidOf('adam'))).toMatchObject({ name: 'Lena Fischer' });
    expect(await graph.managerOf(oidOf('marcus'))).toBeUndefined();
  });
});

describe('a group', () => {
  it('has the members of the groups within it', async () => {
    expect((await graph.members(analysts)).map(({ name }) => name)).toEqual(['Priya Nair']);
  });

  it('is read to its last page', async () => {
    const everybody = ['adam', 'lena', 'olivia', 'marcus', 'vera'];
    const group = directory.group(analysts);
    group?.members.push(...everybody.map(oidOf));
    const ids = (await graph.members(analysts)).map(({ id }) => id);
    expect(ids.toSorted()).toEqual([...everybody, 'priya'].map(oidOf).toSorted());
  });

  it('that is not there is a fault: nobody has its roles, and somebody has to know', async () => {
    const unknown = graph.members('00000000-0000-4000-8000-000000000000');
    await expect(unknown).rejects.toMatchObject({ name: 'FarSideError', reason: 'not-found' });
  });
});

describe('Graph', () => {
  it('that lacks permissions for us is said to', async () => {
    const weak = createGraph({ endpoint: origin, credential: credential(notAllowed) });
    await expect(weak.user(oidOf('adam'))).rejects.toMatchObject({
      reason: 'auth',
      message: expect.stringContaining('Authorization_RequestDenied'),
    });
  });

  it('is asked again where it failed for a moment', async () => {
    faults.set('graph', { kind: 'failing', count: 2 });
    expect(await graph.user(oidOf('adam'))).toMatchObject({ name: 'Adam Keller' });
  });

  it('that throttles says for how long', async () => {
    faults.set('graph', { kind: 'throttled', ms: 30_000 });
    await expect(graph.user(oidOf('adam'))).rejects.toMatchObject({
      reason: 'rate-limited',
      retryAfter: 30_000,
    });
  });

  it('of another cloud has an audience of its own', () => {
    expect(graphScopeOf('https://graph.microsoft.us')).toBe('https://graph.microsoft.us/.default');
    expect(graphScopeOf('https://127.0.0.1:8443')).toBe('https://graph.microsoft.com/.default');
  });
});

describe('an answer that is not what it should be', () => {
  let liar: TlsServer;
  let said: unknown;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    liar = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
      asked.push(request.headers.authorization ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(said));
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    return () => liar.close();
  });
  const liarOrigin = () => `https://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  const toLiar = () => createGraph({ endpoint: liarOrigin(), credential: credential(allowed) });

  it('leads our token to no other host', async () => {
    said = { value: [], '@odata.nextLink': `${origin}/v1.0/users?$skiptoken=1` };
    await expect(toLiar().members(analysts)).rejects.toMatchObject({
      reason: 'rejected',
      message: expect.stringContaining('Nothing was sent there'),
    });
  });

  it('goes in no circle', async () => {
    said = { value: [], '@odata.nextLink': `${liarOrigin()}/v1.0/again` };
    expect(await toLiar().members(analysts)).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it('vouches for nobody whose name and state it does not tell', async () => {
    said = { id: oidOf('adam'), displayName: null, userPrincipalName: null, accountEnabled: null };
    await expect(toLiar().user(oidOf('adam'))).rejects.toMatchObject({
      reason: 'rejected',
      message: expect.stringContaining('User.Read.All'),
    });
  });

  it('makes a guest of whoever is at home in another directory', async () => {
    said = {
      id: oidOf('paula'),
      displayName: 'Paula Reyes',
      userPrincipalName: 'paula_partner.example#EXT#@contoso.onmicrosoft.com',
      userType: 'Member',
      accountEnabled: true,
    };
    expect(await toLiar().user(oidOf('paula'))).toMatchObject({ guest: true });
  });
});
