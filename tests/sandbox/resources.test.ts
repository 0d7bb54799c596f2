import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { answerGraph } from '../../src/sandbox/resource-graph/answer.ts';
import { startResources } from './resources-stand-in.ts';

let azure: Awaited<ReturnType<typeof startResources>>;
beforeEach(async () => {
  azure = await startResources();
});
afterEach(() => azure.stop());

const web = machineNamed('vm-pay-web-02').id;
const compute = 'api-version=2024-07-01';
const powerOf = async (id: string): Promise<string> => {
  const { body } = await azure.ask('GET', `${id}?$expand=instanceView&${compute}`);
  return body.properties.instanceView.statuses[1].code;
};
const refusalOf = async (method: string, path: string, body?: unknown): Promise<[number, string]> => {
  const answer = await azure.ask(method, path, body);
  return [answer.status, answer.body.error?.code];
};
/** What Resource Graph tells, in this thread. */
const graph = (text: string) => {
  const answer = answerGraph({
    text,
    now: Date.now(),
    subscriptions: undefined,
    changed: azure.resources.rows(),
  });
  return answer.kind === 'answered' ? answer.rows : answer;
};

describe('machines', () => {
  it('are deallocated after a while, by an operation that can be looked at', async () => {
    const begun = await azure.ask('POST', `${web}/deallocate?${compute}`);
    expect(begun.status).toBe(202);
    const operation = begun.headers.get('azure-asyncoperation') ?? '';
    expect((await azure.ask('GET', operation)).body).toMatchObject({ status: 'InProgress' });
    expect(await powerOf(web)).toBe('PowerState/deallocating');
    expect(await refusalOf('POST', `${web}/start?${compute}`)).toEqual([409, 'OperationNotAllowed']);
    azure.pass(6_000);
    expect((await azure.ask('GET', operation)).body).toMatchObject({ status: 'Succeeded' });
    expect(await powerOf(web)).toBe('PowerState/deallocated');
    expect((await azure.ask('GET', `${web}/instanceView?${compute}`)).body).not.toHaveProperty(
      'computerName',
    );
  });

  it('tell Resource Graph that they are off', async () => {
    const query = `resources | where id =~ "${web}" | project tostring(properties.extended.instanceView.powerState.code)`;
    expect(graph(query)).toEqual([['PowerState/running']]);
    await azure.ask('POST', `${web}/deallocate?${compute}`);
    azure.pass(6_000);
    expect(graph(query)).toEqual([['PowerState/deallocated']]);
  });

  it('take longer, or give up half-way, where they are made to', async () => {
    azure.resources.work.slow(10);
    azure.resources.work.failNext('The host did not answer.');
    const begun = await azure.ask('POST', `${web}/deallocate?${compute}`);
    const operation = begun.headers.get('azure-asyncoperation') ?? '';
    azure.pass(29_000);
    expect((await azure.ask('GET', operation)).body).toMatchObject({ status: 'InProgress' });
    azure.pass(1_000);
    expect((await azure.ask('GET', operation)).body).toMatchObject({
      status: 'Failed',
      error: { message: 'The host did not answer.' },
    });
    expect(await powerOf(web)).toBe('PowerState/running');
  });

  it('refuse what Azure refuses', async () => {
    const build = machineNamed('vm-build-01').id;
    expect(await refusalOf('POST', `${build}/deallocate?${compute}`)).toEqual([409, 'OperationNotAllowed']);
    expect(await refusalOf('GET', `${web}-x?${compute}`)).toEqual([404, 'ResourceNotFound']);
    expect(await refusalOf('GET', `${web}?api-version=2019-01-01`)).toEqual([
      400,
      'NoRegisteredProviderFound',
    ]);
    expect(await refusalOf('PUT', `${web}/deallocate?${compute}`)).toEqual([405, 'MethodNotAllowed']);
    azure.resources.guard.deny('Microsoft.Compute/virtualMachines/read');
    expect(await refusalOf('GET', `${web}?${compute}`)).toEqual([403, 'AuthorizationFailed']);
  });
});

describe('snapshots', () => {
  const disks = machineNamed('vm-report-01').id.replace('/virtualMachines/', '/disks/');
  const path = (name: string) =>
    `${disks.replace(/\/disks\/.*$/, `/snapshots/${name}`)}?api-version=2024-03-02`;
  const body = (disk: string, more: object = {}) => ({
    location: 'westeurope',
    properties: { creationData: { createOption: 'Copy', sourceResourceId: disk }, ...more },
  });

  it('are made once, and are seen by Resource Graph', async () => {
    expect((await azure.ask('PUT', path('one'), body(`${disks}-os`))).status).toBe(202);
    expect((await azure.ask('GET', path('one'))).body.properties.provisioningState).toBe('Creating');
    azure.pass(3_000);
    expect((await azure.ask('PUT', path('one'), body(`${disks}-os`))).status).toBe(200);
    expect(azure.resources.changes()).toBe(1);
    expect(graph('resources | where type == "microsoft.compute/snapshots" | project name')).toEqual([
      ['one'],
    ]);
  });

  it('refuse what Azure refuses', async () => {
    const refused = (name: string, wanted: object) => refusalOf('PUT', path(name), wanted);
    expect(await refused('one', body(`${disks}-data-0`))).toEqual([400, 'OperationNotAllowed']);
    expect(await refused('one', body(`${disks}-gone`))).toEqual([404, 'ResourceNotFound']);
    expect(await refused('one', { ...body(`${disks}-os`), location: 'northeurope' })).toEqual([
      400,
      'BadRequest',
    ]);
    expect(await refused('o.ne', body(`${disks}-os`))).toEqual([400, 'InvalidParameter']);
    expect(await refused('o'.repeat(81), body(`${disks}-os`))).toEqual([400, 'InvalidParameter']);
    expect(await refused('one', body(`${disks}-os`, { networkAccessPolicy: 'None' }))).toEqual([
      400,
      'InvalidParameter',
    ]);
    expect(await refused('one', { ...body(`${disks}-os`), tags: { note: 'x'.repeat(257) } })).toEqual([
      400,
      'InvalidParameter',
    ]);
    await azure.ask('PUT', path('one'), body(`${disks}-os`));
    expect(await refused('one', body(`${disks}-data-0`))).toEqual([409, 'PropertyChangeNotAllowed']);
    expect(azure.resources.changes()).toBe(1);
  });
});

describe('storage accounts', () => {
  const at = (end = '') => `${things.shopStorage}${end}?api-version=2023-05-01`;

  it('tell when each key was made, and both keys to whoever makes a new one', async () => {
    const before = (await azure.ask('GET', at())).body.properties.keyCreationTime;
    const { body } = await azure.ask('POST', at('/regenerateKey'), { keyName: 'key1' });
    expect(body.keys).toMatchObject([{ keyName: 'key1', value: expect.any(String) }, { keyName: 'key2' }]);
    const after = (await azure.ask('GET', at())).body;
    expect(after.properties.keyCreationTime.key2).toBe(before.key2);
    expect(after.properties.keyCreationTime.key1 > before.key1).toBe(true);
    expect(JSON.stringify(after)).not.toContain(body.keys[0].value);
  });

  it('refuse keys from then on, as Resource Graph has it too', async () => {
    await azure.ask('PATCH', at(), { properties: { allowSharedKeyAccess: false } });
    const query = `resources | where id =~ "${things.shopStorage}" | project tostring(properties.allowSharedKeyAccess)`;
    expect(graph(query)).toEqual([['false']]);
  });

  it('refuse what Azure refuses', async () => {
    expect(await refusalOf('POST', at('/regenerateKey'), { keyName: 'key3' })).toEqual([
      400,
      'InvalidParameter',
    ]);
    expect(await refusalOf('PATCH', at(), { properties: { allowSharedKeyAccess: 'no' } })).toEqual([
      400,
      'InvalidParameter',
    ]);
    expect(await refusalOf('GET', at('x'))).toEqual([404, 'ResourceNotFound']);
  });
});

describe('secrets of a vault', () => {
  const at = (name: string) => `${things.keyVault}/secrets/${name}?api-version=2023-07-01`;

  it('are told of without their values, and can be disabled', async () => {
    const { body } = await azure.ask('PATCH', at('payment-key-01'), {
      properties: { attributes: { enabled: false } },
    });
    expect(body.properties.attributes.enabled).toBe(false);
    expect(body.properties).not.toHaveProperty('value');
    expect(await refusalOf('GET', at('payment-key-99'))).toEqual([404, 'ResourceNotFound']);
    expect(await refusalOf('PATCH', at('payment-key-01'), { enabled: false })).toEqual([
      400,
      'InvalidParameter',
    ]);
  });
});

describe('backups', () => {
  const version = 'api-version=2024-04-01';
  const statusOf = async (name: string) => {
    const { id } = machineNamed(name);
    const subscription = id.split('/').slice(0, 3).join('/');
    const path = `${subscription}/providers/Microsoft.RecoveryServices/locations/westeurope/backupStatus?${version}`;
    return (await azure.ask('POST', path, { resourceType: 'VM', resourceId: id })).body;
  };
  const itemOf = async (name: string) => {
    const { vaultId, fabricName, containerName, protectedItemName } = await statusOf(name);
    return {
      vault: vaultId,
      item: `${vaultId}/backupFabrics/${fabricName}/protectionContainers/${encodeURIComponent(containerName)}/protectedItems/${encodeURIComponent(protectedItemName)}`,
    };
  };
  const wish = { properties: { objectType: 'IaasVMBackupRequest' } };

  it('are found by the machine, or not', async () => {
    expect(await statusOf('vm-pay-web-02')).toMatchObject({
      protectionStatus: 'Protected',
      policyName: 'DailyPolicy',
    });
    expect(await statusOf('vm-report-01')).toEqual({ protectionStatus: 'NotProtected' });
  });

  it('are jobs that go on after the operation that began them', async () => {
    const { vault, item } = await itemOf('vm-pay-web-02');
    const begun = await azure.ask('POST', `${item}/backup?${version}`, wish);
    azure.pass(1_000);
    const { body } = await azure.ask('GET', begun.headers.get('azure-asyncoperation') ?? '');
    expect(body).toMatchObject({ status: 'Succeeded', properties: { jobId: expect.any(String) } });
    const job = async () =>
      (await azure.ask('GET', `${vault}/backupJobs/${body.properties.jobId}?${version}`)).body;
    expect((await job()).properties.status).toBe('InProgress');
    expect(await refusalOf('POST', `${item}/backup?${version}`, wish)).toEqual([
      409,
      'UserErrorBackupOperationInProgress',
    ]);
    azure.pass(20_000);
    expect((await job()).properties.status).toBe('Completed');
    const point = (await azure.ask('GET', `${item}?${version}`)).body.properties.lastRecoveryPoint;
    expect(Date.now() - Date.parse(point)).toBeLessThan(60_000);
    expect(
      graph(
        `recoveryservicesresources | where name =~ "${decodeURIComponent(item.split('/').at(-1) ?? '')}" | project tostring(properties.lastRecoveryPoint)`,
      ),
    ).toEqual([[point]]);
  });

  it('are listed by the vendor’s own filter alone', async () => {
    const { vault, item } = await itemOf('vm-pay-web-02');
    await azure.ask('POST', `${item}/backup?${version}`, wish);
    const list = (filter: string) =>
      azure.ask('GET', `${vault}/backupJobs?${version}&$filter=${encodeURIComponent(filter)}`);
    const running =
      "operation eq 'Backup' and status eq 'InProgress' and startTime eq '2026-01-01 12:00:00 AM'";
    expect((await list(running)).body.value).toHaveLength(1);
    expect((await list("operation eq 'Restore'")).body.value).toEqual([]);
    expect((await list("startTime ge '2026-01-01'")).status).toBe(400);
    expect((await list("startTime eq '2026-01-01T00:00:00Z'")).status).toBe(400);
  });

  it('refuse what Azure refuses', async () => {
    const { item } = await itemOf('vm-pay-web-02');
    const stopped = await itemOf('vm-shop-003');
    const past = { properties: { ...wish.properties, recoveryPointExpiryTimeInUTC: '2020-01-01T00:00:00Z' } };
    expect((await refusalOf('POST', `${item}/backup?${version}`, { properties: {} }))[0]).toBe(400);
    expect((await refusalOf('POST', `${item}/backup?${version}`, past))[0]).toBe(400);
    expect((await refusalOf('POST', `${stopped.item}/backup?${version}`, wish))[0]).toBe(400);
    expect((await refusalOf('POST', `${item}x/backup?${version}`, wish))[0]).toBe(404);
  });
});
