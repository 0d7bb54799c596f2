import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { readSamples } from '../../src/sandbox/azure/samples.ts';
import { openQuota } from '../../src/sandbox/defender-endpoint/quota.ts';
import { DEFENDER_ENDPOINT_AUDIENCE } from '../../src/sandbox/defender-endpoint/refusal.ts';
import { diceOf } from '../../src/sandbox/logs/samples/dice.ts';
import { normaliseDefender } from '../../src/sources/defender/alert.ts';
import { allRoles, startDefenderEndpoint } from './defender-endpoint-stand-in.ts';

let side: Awaited<ReturnType<typeof startDefenderEndpoint>>;
beforeAll(async () => {
  side = await startDefenderEndpoint();
});
afterAll(() => side.stop());

interface Answer {
  status: number;
  retryAfter: string | null;
  error?: { code: string; message: string; target: string };
  value?: Record<string, unknown>[];
  [field: string]: unknown;
}

interface Given {
  token?: string;
  appid?: string;
  /** Sent as a POST. */
  body?: unknown;
}

async function get(path: string, given: Given = {}): Promise<Answer> {
  const appid = given.appid ?? 'an-application';
  const token =
    given.token ?? (await side.entra.issue(DEFENDER_ENDPOINT_AUDIENCE, { appid, roles: allRoles }));
  const response = await fetch(new URL(path, side.endpoint), {
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...('body' in given && { 'content-type': 'application/json' }),
    },
    ...('body' in given && { method: 'POST', body: JSON.stringify(given.body) }),
  });
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, ...(await response.json()) };
}

const machines = (filter: string, rest = '') =>
  get(`/api/machines?$filter=${encodeURIComponent(filter)}${rest}`);
const idOf = (name: string) => diceOf(name).hex(40);
const ask = (name: string, verb: string, body: unknown, given: Given = {}) =>
  get(`/api/machines/${idOf(name)}/${verb}`, { ...given, body });
const cancel = (id: unknown, body: unknown = { Comment: 'Not this one' }) =>
  get(`/api/machineactions/${id}/cancel`, { body });

describe('the Defender for Endpoint stand-in', () => {
  it('finds machines by what the API can filter by', async () => {
    const { value, ...rest } = await machines("startswith(computerDnsName,'vm-pay-web-')");
    expect(value?.map(({ computerDnsName }) => computerDnsName)).toEqual(['vm-pay-web-01', 'vm-pay-web-02']);
    expect(rest['@odata.context']).toBe(`${side.endpoint}/api/$metadata#Machines`);
    expect(
      (await machines("computerDnsName eq 'nobody' or lastIpAddress eq '10.10.1.4'")).value,
    ).toHaveLength(1);
    expect((await machines("riskScore eq 'High' and deviceValue eq 'High'")).value).toHaveLength(2);
    expect((await machines("riskScore eq 'High'", '&$top=1&$skip=1')).value).toHaveLength(1);
    expect((await machines("computerDnsName eq 'it''s and or'")).value).toEqual([]);
  });

  it.each([
    ["managedBy eq 'Intune'", 'managedBy'],
    ["vmMetadata eq 'x'", 'vmMetadata'],
    ['computerDnsName', 'Syntax error'],
    ["computerDnsName eq 'x' or", 'Syntax error'],
    ["computerDnsName eq 'x' ) or ('1' eq '1'", 'Syntax error'],
  ])('refuses the filter %s', async (filter, said) => {
    const refused = await machines(filter);
    expect(refused).toMatchObject({ status: 400, error: { code: 'ODataError' } });
    expect(refused.error?.message).toContain(said);
  });

  it.each(['$top=10001', '$top=many', '$orderby=lastSeen', '$search=x'])('refuses ?%s', async (query) => {
    expect(await get(`/api/machines?${query}`)).toMatchObject({ status: 400, error: { code: 'ODataError' } });
  });

  it('lets in nobody with a token for somebody else, or none', async () => {
    for (const token of [
      '',
      'ey.a.b',
      await side.entra.issue('https://graph.microsoft.com', { roles: allRoles }),
    ]) {
      const refused = await get('/api/machines', { token });
      expect(refused).toMatchObject({ status: 401, error: { code: 'Unauthorized' } });
      expect(refused.error?.target).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it.each([
    [`/api/machines/${idOf('vm-dc-01')}/vulnerabilities`, 'Vulnerability.Read.All'],
    [`/api/machines/${idOf('vm-dc-01')}/logonusers`, 'User.Read.All'],
    ['/api/machineactions', 'Machine.Read.All'],
    [`/api/files/${'0'.repeat(64)}/stats`, 'File.Read.All'],
  ])('asks for a role of its own at %s', async (path, role) => {
    const roles = allRoles.filter((one) => one !== role);
    const token = await side.entra.issue(DEFENDER_ENDPOINT_AUDIENCE, { roles });
    const refused = await get(path, { token });
    expect(refused).toMatchObject({ status: 403, error: { code: 'Forbidden' } });
    expect(refused.error?.message).toContain(role);
  });

  it('knows no machine and no file by a number that it did not give', async () => {
    const unknown = { status: 404, error: { code: 'ResourceNotFound' } };
    expect(await get('/api/machines/123123123')).toMatchObject(unknown);
    expect(await get('/api/machines/123123123/logonusers')).toMatchObject(unknown);
    expect(await get(`/api/files/${'0'.repeat(64)}`)).toMatchObject(unknown);
    expect(await get('/api/files/not-a-hash')).toMatchObject({
      status: 400,
      error: { code: 'InvalidHashValue' },
    });
  });

  it('refuses the call that is over the quota of an application, and says how long to wait', async () => {
    const path = `/api/machines/${idOf('vm-fin-07')}/vulnerabilities`;
    for (let call = 0; call < 50; call += 1) expect((await get(path, { appid: 'eager' })).status).toBe(200);
    const refused = await get(path, { appid: 'eager' });
    expect(refused).toMatchObject({ status: 429, retryAfter: '60', error: { code: 'TooManyRequests' } });
    expect((await get(path, { appid: 'calm' })).status).toBe(200);
    side.pass(60_000);
    expect((await get(path, { appid: 'eager' })).status).toBe(200);
  });

  it('fails as Azure is made to fail', async () => {
    side.faults.set('azure', { kind: 'failing', count: 1 });
    expect((await get('/api/machines')).status).toBe(503);
  });

  test('knows every machine of which a sample alert of Defender tells, and every hash', async () => {
    const entities = [...readSamples().values()]
      .filter(({ source }) => source === 'defender')
      .flatMap((sample) => ('body' in sample ? normaliseDefender(sample.body).entities : []));
    const hosts = entities.flatMap((entity) => (entity.kind === 'host' ? [entity.name] : []));
    const hashes = entities.flatMap((entity) =>
      entity.kind === 'file' && entity.sha256 ? [entity.sha256] : [],
    );
    expect(hosts).toContain('vm-dc-01');
    for (const host of new Set(hosts.filter((name) => name.startsWith('vm-')))) {
      expect((await get(`/api/machines/${idOf(host)}`)).status, host).toBe(200);
    }
    const statuses = await Promise.all(
      [...new Set(hashes)].map(async (hash) => (await get(`/api/files/${hash}`)).status),
    );
    // Nobody but us has ever seen the memory dump.
    expect(statuses.sort()).toEqual([200, 200, 200, 404]);
  });
});

describe('what is done to machines', () => {
  it('is created, heard of, worked at and over, each in its time', async () => {
    const begun = await ask('vm-fin-01', 'isolate', { Comment: 'x', IsolationType: 'Selective' });
    expect(begun).toMatchObject({
      type: 'Isolate',
      scope: 'Selective',
      requestor: 'an-application',
      requestorComment: 'x',
      machineId: idOf('vm-fin-01'),
      cancellationRequestor: null,
    });
    const { defender } = side;
    const now = async () => (await defender.action(String(begun.id)))?.status;
    expect(await now()).toBe('Pending');
    side.pass(1_000);
    expect(await now()).toBe('InProgress');
    side.pass(1_000);
    expect(await now()).toBe('Succeeded');
    const [newest] = await defender.actionsOfType(idOf('vm-fin-01'), ['Isolate']);
    expect(newest?.id).toBe(begun.id);
  });

  it('is answered with 201, and a cancellation with 200', async () => {
    const raw = async (path: string, body: object) => {
      const token = await side.entra.issue(DEFENDER_ENDPOINT_AUDIENCE, { appid: 'x', roles: allRoles });
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const response = await fetch(new URL(path, side.endpoint), init);
      return { code: response.status, ...(await response.json()) };
    };
    const begun = await raw(`/api/machines/${idOf('vm-fin-02')}/runAntiVirusScan`, {
      Comment: 'x',
      ScanType: 'Full',
    });
    expect(begun).toMatchObject({ code: 201, status: 'Pending', scope: 'Full' });
    expect(await raw(`/api/machineactions/${begun.id}/cancel`, { Comment: 'No' })).toMatchObject({
      code: 200,
      status: 'Cancelled',
      cancellationRequestor: 'x',
      cancellationComment: 'No',
    });
  });

  it.each([
    ['isolate', { IsolationType: 'Full' }, 'MissingRequiredParameter', 'Parameter Comment is missing.'],
    ['isolate', { comment: 'x' }, 'MissingRequiredParameter', 'Parameter Comment is missing.'],
    ['isolate', { Comment: '' }, 'InvalidRequestBody', 'Request body is incorrect'],
    ['isolate', { Comment: 'x', IsolationType: 'full' }, 'InvalidRequestBody', 'Request body is incorrect'],
    ['isolate', { Comment: 'x', Isolationtype: 'Full' }, 'InvalidRequestBody', 'Request body is incorrect'],
    ['isolate', [], 'InvalidRequestBody', 'Request body is incorrect'],
    ['unisolate', {}, 'MissingRequiredParameter', 'Parameter Comment is missing.'],
    ['runAntiVirusScan', { Comment: 'x' }, 'MissingRequiredParameter', 'Parameter ScanType is missing.'],
    ['runAntiVirusScan', { Comment: 'x', ScanType: 'Deep' }, 'InvalidRequestBody', 'incorrect'],
    ['collectInvestigationPackage', {}, 'MissingRequiredParameter', 'Parameter Comment is missing.'],
  ])('is not %s with %j', async (verb, body, code, said) => {
    const refused = await ask('vm-fin-04', verb, body);
    expect(refused).toMatchObject({ status: 400, error: { code } });
    expect(refused.error?.message).toContain(said);
  });

  it.each([
    ['isolate', {}, 'Machine.Isolate'],
    ['unisolate', {}, 'Machine.Isolate'],
    ['runAntiVirusScan', { ScanType: 'Quick' }, 'Machine.Scan'],
    ['collectInvestigationPackage', {}, 'Machine.CollectForensics'],
  ])('asks for a role of its own for %s', async (verb, more, role) => {
    const roles = allRoles.filter((one) => one !== role);
    const token = await side.entra.issue(DEFENDER_ENDPOINT_AUDIENCE, { roles });
    const refused = await ask('vm-fin-04', verb, { Comment: 'x', ...more }, { token });
    expect(refused).toMatchObject({ status: 403, error: { code: 'Forbidden' } });
    expect(refused.error?.message).toContain(`API required roles: ${role},`);
  });

  it('is not done to machines that are not there, not onboarded, or cannot', async () => {
    const comment = { Comment: 'x' };
    expect(await ask('vm-nobody', 'isolate', comment)).toMatchObject({ status: 404 });
    expect(await ask('vm-report-01', 'isolate', comment)).toMatchObject({ status: 400 });
    expect(await ask('vm-shop-001', 'isolate', { ...comment, IsolationType: 'Selective' })).toMatchObject({
      status: 400,
      error: { code: 'OsPlatformNotSupported' },
    });
  });

  it('is one of a kind at a time', async () => {
    const scan = { Comment: 'x', ScanType: 'Quick' };
    const { id } = await ask('vm-fin-06', 'runAntiVirusScan', scan);
    expect(await ask('vm-fin-06', 'runAntiVirusScan', scan)).toMatchObject({
      status: 400,
      error: { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' },
    });
    expect((await ask('vm-fin-06', 'collectInvestigationPackage', { Comment: 'x' })).id).toBeDefined();
    await cancel(id);
    expect((await ask('vm-fin-06', 'runAntiVirusScan', scan)).id).toBeDefined();
  });

  it('waits for ever where a machine is isolated twice', async () => {
    const { id } = await ask('vm-fin-05', 'isolate', { Comment: 'once more' });
    side.pass(3_600_000);
    expect((await side.defender.action(String(id)))?.status).toBe('Pending');
  });

  it('cannot be cancelled once it is over, or where it never was', async () => {
    const { id } = await ask('vm-fin-08', 'collectInvestigationPackage', { Comment: 'x' });
    side.pass(2_000);
    expect(await cancel(id)).toMatchObject({ status: 400 });
    expect(await cancel('00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
    expect(await get('/api/machineactions/7')).toMatchObject({ status: 404 });
    expect(await get('/api/machineactions?$orderby=creationDateTimeUtc')).toMatchObject({ status: 400 });
  });

  it('is refused past 1,500 calls an hour', () => {
    let now = 0;
    const spend = openQuota(1_500, 'hour', () => now);
    for (let call = 0; call < 1_500; call += 1) spend('tireless');
    now += 3_599_000;
    expect(() => spend('tireless')).toThrow(/Maximum allowed 1500 per hour.* in 1 seconds/);
    expect(() => spend('calm')).not.toThrow();
    now += 1_000;
    expect(() => spend('tireless')).not.toThrow();
  });
});
