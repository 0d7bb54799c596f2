import { randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { SecurityCenter } from '@azure/arm-security';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
  type HttpMethods,
} from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import restify, { type Server } from 'restify';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AzureStandIn, createAzure } from '../../src/sandbox/azure/azure.ts';
import { defenderAlert } from '../../src/sandbox/azure/defender-alert.ts';
import { insights, subscriptions } from '../../src/sandbox/azure/estate.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra, type Entra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';

const clientId = '9a1f0c35-7e44-4d18-b6d2-51c8e7f0a2b6';
const scope = 'https://management.azure.com/.default';
const certificate = await createCertificate();
tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.ca]);
const entra = await createEntra({ tenantId: TENANT_ID, clients: [{ clientId, secret: 's' }] });

let servers: Server[] = [];
let azure: AzureStandIn;
let faults: Faults;
let pushed: { source: string; body: unknown }[];
let arm: string;
let controls: string;
let credential: ClientSecretCredential;

beforeEach(async () => {
  await stop();
  pushed = [];
  faults = new Faults(() => {});
  azure = createAzure({
    entra,
    faults,
    changed: () => {},
    push: async (source, body) => void pushed.push({ source, body }),
  });
  const secure = restify.createServer({ certificate: certificate.cert, key: certificate.key });
  const plain = restify.createServer();
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  entra.mount(secure, () => arm);
  azure.mount(secure);
  azure.mountControls(plain);
  servers = [secure, plain];
  arm = `https://127.0.0.1:${await listen(secure)}`;
  controls = `http://127.0.0.1:${await listen(plain)}`;
  credential = new ClientSecretCredential(TENANT_ID, clientId, 's', {
    authorityHost: arm,
    disableInstanceDiscovery: true,
  });
});
afterAll(stop);

describe('Defender for Cloud', () => {
  it('gives the official client every alert once, over several pages', async () => {
    await control('POST', '/api/storm', { count: 230, repeats: 0.5 });
    const client = new SecurityCenter(credential, subscriptions.production, { endpoint: `${arm}/` });
    const names: string[] = [];
    let pages = 0;
    for await (const page of client.alerts.list().byPage()) {
      pages++;
      names.push(...page.map(({ name }) => name ?? ''));
    }
    expect(pages).toBe(3);
    expect(new Set(names).size).toBe(230);
    const distinct = new Set(
      azure.state().alerts.map(({ properties }) => `${properties.alertType} ${properties.compromisedEntity}`),
    );
    expect(distinct.size).toBe(115);
  });

  it('changes the status for the official client, and by the newer call it does not have', async () => {
    const { id: name } = await addSample('vm-reverse-shell');
    const client = new SecurityCenter(credential, subscriptions.production, { endpoint: arm });
    await client.alerts.updateResourceGroupLevelStateToDismiss('westeurope', name, 'rg-payments');
    expect(azure.state().alerts[0]?.properties.status).toBe('Dismissed');

    const path = `/subscriptions/${subscriptions.production}/providers/Microsoft.Security/locations/westeurope/alerts/${name}`;
    expect(await call('POST', `${path}/inProgress?api-version=2022-01-01`)).toMatchObject({ status: 204 });
    expect(await call('POST', `${path}/inProgress?api-version=2021-11-01`)).toMatchObject({ status: 400 });
    const newer = await call('GET', `${path}?api-version=2022-01-01`);
    const older = await call(
      'GET',
      `/${path.toUpperCase().replace('/LOCATIONS', '//LOCATIONS')}?api-version=2021-11-01`,
    );
    expect(newer.body.properties).toMatchObject({ status: 'InProgress', techniques: ['T1059', 'T1071'] });
    expect(older.body.properties).toMatchObject({ status: 'Active' });
    expect(older.body.properties).not.toHaveProperty('techniques');
  });

  it('answers as Resource Manager does where the caller errs', async () => {
    const alerts = `/subscriptions/${subscriptions.production}/providers/Microsoft.Security/alerts`;
    expect(await call('GET', alerts)).toMatchObject({
      status: 400,
      body: { error: { code: 'MissingApiVersionParameter' } },
    });
    expect(await call('GET', `${alerts}?api-version=2019-01-01`)).toMatchObject({ status: 400 });
    expect(
      await call(
        'GET',
        `${alerts.replace('/alerts', '/locations/westeurope/alerts/none')}?api-version=2022-01-01`,
      ),
    ).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });

  it.each<[string, (entra: Entra) => Promise<string>]>([
    ['no token', async () => ''],
    ['a token for something else', (its) => its.issue('https://graph.microsoft.com')],
    ['an expired token', (its) => its.issue('https://management.azure.com', {}, '-10m')],
    [
      'a token signed by a stranger',
      async () =>
        (await createEntra({ tenantId: TENANT_ID, clients: [] })).issue('https://management.azure.com'),
    ],
  ])('lets nobody in with %s', async (_what, token) => {
    const bearer = await token(entra);
    const answer = await fetch(
      `${arm}/subscriptions/${subscriptions.production}/providers/Microsoft.Security/alerts?api-version=2022-01-01`,
      {
        headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
      },
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri=/);
    expect(await answer.json()).toMatchObject({ error: { code: expect.stringMatching(/Authentication/) } });
  });

  it('fails where the sandbox makes Azure fail, but signs in all the same', async () => {
    faults.set('azure', { kind: 'failing', count: 1 });
    const path = `/subscriptions/${subscriptions.production}/providers/Microsoft.Security/alerts?api-version=2022-01-01`;
    expect(await call('GET', path)).toMatchObject({ status: 503 });
    expect(await call('GET', path)).toMatchObject({ status: 200 });
  });
});

describe('Sentinel', () => {
  it('saves an incident once for each etag, and forgets what a write omits', async () => {
    const before = await addIncident('identity-risky-sign-in');
    const { title, severity, labels } = before.properties;
    expect(labels).toEqual([{ labelName: 'privileged', labelType: 'User' }]);
    const write = { etag: before.etag, properties: { title, severity, status: 'Active' } };

    const first = await put(before.name, write);
    expect(first).toMatchObject({ status: 200, body: { properties: { status: 'Active', labels: [] } } });
    expect(first.body.properties).not.toHaveProperty('description');
    expect(first.body.etag).not.toBe(before.etag);

    const conflict = {
      error: { code: 'Conflict', message: expect.stringContaining('Newer version of resource') },
    };
    expect(await put(before.name, write)).toMatchObject({ status: 409, body: conflict });
    expect(await put(before.name, { properties: write.properties })).toMatchObject({
      status: 409,
      body: conflict,
    });
  });

  it('closes only with a classification, and a reason that belongs to it', async () => {
    const incident = await addIncident('identity-mfa-fatigue');
    const close = (more: object) =>
      put(incident.name, {
        etag: incident.etag,
        properties: { ...incident.properties, status: 'Closed', ...more },
      });
    expect(await close({})).toMatchObject({ status: 400 });
    expect(
      await close({ classification: 'FalsePositive', classificationReason: 'SuspiciousActivity' }),
    ).toMatchObject({ status: 400 });
    expect(await put(incident.name, { etag: incident.etag, properties: { status: 'Active' } })).toMatchObject(
      { status: 400 },
    );
    expect(
      await close({ classification: 'FalsePositive', classificationReason: 'InaccurateData' }),
    ).toMatchObject({
      status: 200,
      body: { properties: { status: 'Closed', classification: 'FalsePositive' } },
    });
  });

  it('lists what changed after a time, oldest first, a page at a time, without loss while incidents change', async () => {
    for (const _ of Array(7)) await addIncident('identity-impossible-travel');
    const [first, , third] = await listed('$orderby=properties/lastModifiedTimeUtc asc&$top=7');
    const since = z.string().parse(first?.properties.lastModifiedTimeUtc);
    const page = await call(
      'GET',
      `${incidents}?${query}&$filter=properties/lastModifiedTimeUtc gt ${since}&$orderby=properties/lastModifiedTimeUtc asc&$top=3`,
    );
    expect(page.body.value).toHaveLength(3);
    await control('PATCH', `/api/azure/incidents/${third?.name}`, { properties: { severity: 'High' } });
    const names = new Set(
      z
        .array(z.object({ name: z.string() }))
        .parse(page.body.value)
        .map(({ name }) => name),
    );
    let next = z.string().optional().parse(page.body.nextLink);
    while (next) {
      expect(next).toMatch(new RegExp(`^${arm}/.*skipToken=`));
      const { body } = await call('GET', next.slice(arm.length));
      for (const { name } of z.array(z.object({ name: z.string() })).parse(body.value)) names.add(name);
      next = z.string().optional().parse(body.nextLink);
    }
    expect(names.size).toBe(6);
    expect(names).not.toContain(first?.name);
  });

  it('keeps comments within its limits', async () => {
    const { name } = await addIncident('app-consent');
    const comment = (id: string, body: object) =>
      call('PUT', `${incidents}/${name}/comments/${id}?${query}`, body);
    const id = randomUUID();
    const made = await comment(id, { properties: { message: 'Called her.' } });
    expect(made).toMatchObject({
      status: 201,
      body: { properties: { author: { objectId: expect.any(String), email: null } } },
    });
    expect(await comment(id, { properties: { message: 'x' } })).toMatchObject({ status: 409 });
    expect(
      await comment(id, { etag: made.body.etag, properties: { message: 'She says no.' } }),
    ).toMatchObject({ status: 200 });
    expect(await comment(randomUUID(), { properties: { message: 'x'.repeat(30_001) } })).toMatchObject({
      status: 400,
    });
    for (let n = 1; n < 100; n++) await comment(randomUUID(), { properties: { message: `${n}` } });
    expect(await comment(randomUUID(), { properties: { message: 'one too many' } })).toMatchObject({
      status: 400,
    });
    const { body } = await call('GET', `${incidents}/${name}/comments?${query}`);
    expect(body.value).toHaveLength(100);
    expect(body.value).toContainEqual(
      expect.objectContaining({ properties: expect.objectContaining({ message: 'She says no.' }) }),
    );
  });

  it('shows a change made in the portal: by whom, later than all others, under a new etag', async () => {
    const before = await addIncident('identity-password-spray');
    const other = await addIncident('identity-password-spray');
    await control('PATCH', `/api/azure/incidents/${before.name}`, {
      as: 'priya',
      properties: {
        status: 'Active',
        owner: { assignedTo: 'Priya Nair', userPrincipalName: 'priya@contoso.com' },
      },
    });
    await control('POST', `/api/azure/incidents/${before.name}/comments`, { as: 'priya', message: 'Mine.' });
    const { body: after } = await call('GET', `${incidents}/${before.name}?${query}`);
    expect(after.etag).not.toBe(before.etag);
    expect(after.systemData).toMatchObject({
      lastModifiedBy: 'priya@contoso.com',
      lastModifiedByType: 'User',
    });
    expect(after.properties).toMatchObject({
      status: 'Active',
      owner: { assignedTo: 'Priya Nair' },
      additionalData: { commentsCount: 1 },
    });
    expect(String(after.properties?.lastModifiedTimeUtc) > String(other.properties.lastModifiedTimeUtc)).toBe(
      true,
    );
    const refused = await control('PATCH', `/api/azure/incidents/${before.name}`, {
      properties: { status: 'Closed' },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('classification') },
    });
  });

  it('holds the Defender alerts of a multi-stage incident in both products', async () => {
    const { name, properties } = await addIncident('campaign-payments');
    const { body } = await call('POST', `${incidents}/${name}/alerts?${query}`);
    const inside = z
      .array(
        z.object({ kind: z.literal('SecurityAlert'), properties: z.object({ providerAlertId: z.string() }) }),
      )
      .parse(body.value);
    expect(inside.map((alert) => alert.properties.providerAlertId).sort()).toEqual(
      azure
        .state()
        .alerts.map((alert) => alert.name)
        .sort(),
    );
    expect(properties).toMatchObject({ providerName: 'Microsoft XDR', additionalData: { alertsCount: 4 } });
    const { body: about } = await call('POST', `${incidents}/${name}/entities?${query}`);
    expect(about.metaData).toContainEqual({ entityKind: 'AzureResource', count: 2 });
  });
});

describe('the samples', () => {
  it('are whole alerts of their vendor, each anew when sent again, in the shape their push has', async () => {
    const samples = azure.samples();
    expect(samples.length).toBeGreaterThanOrEqual(27);
    expect(new Set(samples.map(({ severity }) => severity))).toEqual(
      new Set(['High', 'Medium', 'Low', 'Informational']),
    );
    const ids = new Set<string>();
    for (const { id } of samples) {
      ids.add((await addSample(id)).id);
      ids.add((await addSample(id, true)).id);
    }
    expect(ids.size).toBe(2 * samples.length);
    for (const alert of azure.state().alerts) {
      expect(defenderAlert.safeParse(alert).error, alert.properties.alertDisplayName).toBeUndefined();
      expect(Math.abs(Date.now() - Date.parse(alert.properties.timeGeneratedUtc))).toBeLessThan(15 * 60_000);
      expect(alert.properties.alertUri).toContain(alert.name);
      expect(alert.properties.resourceIdentifiers.length, alert.properties.alertType).toBeGreaterThan(0);
      expect(danglingReferences(alert.properties.entities), alert.properties.alertType).toEqual([]);
    }
    expect(pushed).toHaveLength(samples.length);
    for (const { source, body } of pushed) expect(pushShape(source).safeParse(body).error).toBeUndefined();
  });

  it('refuses by name a sample that is not there, and an alert that lacks a type', async () => {
    expect(await control('POST', '/api/alerts', { sample: 'none' })).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('none') },
    });
    expect(
      await control('POST', '/api/alerts', { source: 'defender', body: { properties: {} } }),
    ).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('alertType') },
    });
  });
});

const incidents = `${insights}/incidents`;
const query = 'api-version=2025-09-01';
const answerBody = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  value: z.array(z.unknown()).optional(),
});
const incidentBody = z.looseObject({
  name: z.string(),
  etag: z.string(),
  properties: z.record(z.string(), z.unknown()),
});

function pushShape(source: string) {
  if (source === 'defender') {
    const alert = {
      SystemAlertId: z.string(),
      AlertType: z.string(),
      AlertDisplayName: z.string(),
      Status: z.literal('New'),
    };
    return z.object({
      ...alert,
      AzureResourceId: z.string().min(1),
      TimeGenerated: z.string(),
      Entities: z.array(z.unknown()),
    });
  }
  const properties = z.object({
    alerts: z.array(z.unknown()).min(1),
    relatedEntities: z.array(z.unknown()).min(1),
    incidentNumber: z.number(),
  });
  return z.object({
    objectSchemaType: z.literal('Incident'),
    object: z.object({ id: z.string(), etag: z.string(), properties }),
  });
}

function danglingReferences(entities: unknown): string[] {
  const text = JSON.stringify(entities ?? []);
  const all = (key: string) =>
    [...text.matchAll(new RegExp(`"\\$${key}":"([^"]+)"`, 'g'))].map((match) => match[1] ?? '');
  const known = new Set(all('id'));
  return all('ref').filter((name) => !known.has(name));
}

/** A call of Resource Manager through the pipeline that the official clients are made of. */
async function call(method: HttpMethods, path: string, body?: object) {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }));
  const request = createPipelineRequest({ url: arm + path, method });
  if (body) {
    request.body = JSON.stringify(body);
    request.headers.set('content-type', 'application/json');
  }
  const { status, bodyAsText, headers } = await pipeline.sendRequest(createDefaultHttpClient(), request);
  if (status !== 503) expect(headers.get('x-ms-request-id')).toBeTruthy();
  return { status, body: answerBody.parse(bodyAsText ? JSON.parse(bodyAsText) : {}) };
}

const put = (name: string, body: object) => call('PUT', `${incidents}/${name}?${query}`, body);

async function listed(options: string) {
  const { body } = await call('GET', `${incidents}?${query}&${options}`);
  return z.array(incidentBody).parse(body.value);
}

async function addIncident(sample: string) {
  const { id } = await addSample(sample);
  const { body } = await call('GET', `${incidents}/${id}?${query}`);
  return incidentBody.parse(body);
}

async function addSample(sample: string, push = false) {
  const { body } = await control('POST', '/api/alerts', { sample, push });
  return z.object({ id: z.string() }).parse(body);
}

async function control(
  method: string,
  path: string,
  body: object,
): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(controls + path, { method, headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function stop(): Promise<void> {
  await Promise.all(
    servers.map((server) => {
      return closeServer(server.server);
    }),
  );
  servers = [];
}
