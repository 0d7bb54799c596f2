import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { firewallPolicyId } from '../../src/sandbox/azure/network-estate.ts';
import { things } from '../../src/sandbox/logs/samples/estate.ts';
import { changedRows } from '../../src/sandbox/network/graph-rows.ts';
import { failureOf, production, startNetwork, web } from '../azure/network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeEach(async () => {
  azure = await startNetwork();
});
afterEach(() => azure.stop());

const version = '?api-version=2024-05-01';
const beside = (end: string) => web.replace(/Microsoft.Compute.*$/, `Microsoft.Network/${end}`);
const nic = beside('networkInterfaces/nic-vm-pay-web-01');
const nsg = beside('networkSecurityGroups/nsg-vm-pay-web-01');
const other = beside('networkSecurityGroups/nsg-vm-pay-web-02');
const watcher = `${production}/resourceGroups/rg-edge/providers/Microsoft.Network/networkWatchers/nw-westeurope`;
const capture = `${watcher}/packetCaptures/c`;
const access = `${production}/resourceGroups/rg-payments/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default`;

const said = async (response: Response) => {
  const { error } = z
    .object({ error: z.object({ code: z.string() }).optional() })
    .parse(await response.json());
  return { status: response.status, code: error?.code };
};
const put = (path: string, body: unknown, more?: Record<string, string>) =>
  azure.ask('PUT', `${path}${version}`, body, more);
const read = async (path: string) => (await azure.ask('GET', `${path}${version}`)).json();

const rule = {
  protocol: '*',
  sourceAddressPrefix: '203.0.113.66',
  sourcePortRange: '*',
  destinationAddressPrefix: '*',
  destinationPortRange: '*',
  access: 'Deny',
  priority: 101,
  direction: 'Inbound',
};
const ruleWith = (change: object) => ({ properties: { ...rule, ...change } });

describe('a change of a security group', () => {
  it('is taken on, is under way, and is then done', async () => {
    const begun = await put(`${nsg}/securityRules/block`, ruleWith({}));
    expect(begun.status).toBe(201);
    expect(await begun.json()).toMatchObject({
      name: 'block',
      properties: { provisioningState: 'Updating' },
    });
    const operation = new URL(String(begun.headers.get('azure-asyncoperation')));
    const look = async () => (await azure.ask('GET', operation.pathname + operation.search)).json();
    expect(await look()).toEqual({ status: 'InProgress' });
    expect(await look()).toMatchObject({ status: 'Succeeded' });
    expect(await read(`${nsg}/securityRules/block`)).toMatchObject({
      properties: { provisioningState: 'Succeeded', priority: 101 },
    });
  });

  it('holds off every other one while it is under way', async () => {
    await put(`${nsg}/securityRules/block`, ruleWith({}));
    expect(await said(await put(`${nsg}/securityRules/more`, ruleWith({ priority: 102 })))).toEqual({
      status: 429,
      code: 'RetryableError',
    });
  });

  it('may fail after it was taken on', async () => {
    azure.state.work.breakNext();
    const { operation } = await azure.arm.write('PUT', `${nsg}/securityRules/block${version}`, ruleWith({}));
    azure.state.work.settle();
    expect(await azure.arm.watch(operation ?? '')).toMatchObject({ state: 'failed' });
    expect(await read(nsg)).toMatchObject({ properties: { provisioningState: 'Failed' } });
  });

  it.each([
    ['a priority that another rule has', { priority: 100 }, 'SecurityRuleConflict'],
    ['a priority below Azure’s bounds', { priority: 99 }, 'InvalidRequestFormat'],
    ['a priority above them', { priority: 4_097 }, 'InvalidRequestFormat'],
    ['a protocol of its own', { protocol: 'TCP' }, 'InvalidRequestFormat'],
    ['a long description', { description: 'x'.repeat(141) }, 'InvalidRequestFormat'],
    ['no source', { sourceAddressPrefix: undefined }, 'InvalidRequestFormat'],
  ])('is refused with %s', async (_what, change, code) => {
    expect(await said(await put(`${nsg}/securityRules/block`, ruleWith(change)))).toEqual({
      status: 400,
      code,
    });
  });

  it('is refused to whoever may not make it', async () => {
    azure.state.forbid('Microsoft.Network/networkSecurityGroups/securityRules/write');
    expect(await said(await put(`${nsg}/securityRules/block`, ruleWith({})))).toEqual({
      status: 403,
      code: 'AuthorizationFailed',
    });
  });

  it('does not remove a group that somebody uses', async () => {
    expect(await said(await azure.ask('DELETE', `${nsg}${version}`))).toEqual({
      status: 400,
      code: 'InUseNetworkSecurityGroupCannotBeDeleted',
    });
  });

  it('removes what is not there without a word', async () => {
    expect((await azure.ask('DELETE', `${nsg}-gone${version}`)).status).toBe(204);
    expect((await azure.ask('DELETE', `${nsg}/securityRules/gone${version}`)).status).toBe(204);
    expect((await azure.ask('DELETE', `${nsg}-gone/securityRules/gone${version}`)).status).toBe(404);
  });

  it('needs a place for a new one', async () => {
    const answer = await put(beside('networkSecurityGroups/new'), { properties: {} });
    expect(await said(answer)).toEqual({ status: 400, code: 'InvalidRequestFormat' });
  });

  it('needs a version that there is', async () => {
    expect((await azure.ask('PUT', `${nsg}?api-version=2019-01-01`, {})).status).toBe(400);
  });
});

describe('a change of an interface', () => {
  const withGroup = async (id: string | undefined) => {
    const whole = await read(nic);
    const { networkSecurityGroup: _has, ...properties } = whole.properties;
    return { ...whole, properties: { ...properties, ...(id ? { networkSecurityGroup: { id } } : {}) } };
  };

  it('changes which rules are in force', async () => {
    expect((await put(nic, await withGroup(other))).status).toBe(200);
    azure.state.work.settle();
    const [group] = await azure.network.effectiveGroups(nic, AbortSignal.timeout(20_000));
    expect(group?.id).toBe(other);
  });

  it('takes away what it leaves out', async () => {
    await put(nic, await withGroup(undefined));
    azure.state.work.settle();
    expect((await read(nic)).properties).not.toHaveProperty('networkSecurityGroup');
  });

  it('is refused where somebody changed it since it was read', async () => {
    const whole = await withGroup(other);
    const wishes = { headers: { 'If-Match': whole.etag } };
    await azure.arm.write('PUT', `${nic}${version}`, whole, wishes);
    azure.state.work.settle();
    expect(await failureOf(azure.arm.write('PUT', `${nic}${version}`, whole, wishes))).toMatchObject({
      reason: 'conflict',
      message: expect.stringContaining('PreconditionFailed'),
    });
  });

  it('is refused with a group that is not there', async () => {
    expect(await said(await put(nic, await withGroup(`${nsg}-gone`)))).toEqual({
      status: 400,
      code: 'InvalidResourceReference',
    });
  });

  it('is put off while the group is being changed', async () => {
    await put(`${other}/securityRules/block`, ruleWith({}));
    expect(await said(await put(nic, await withGroup(other)))).toEqual({
      status: 429,
      code: 'RetryableError',
    });
  });

  it('is refused where it would lose an address', async () => {
    const whole = await withGroup(other);
    const [first] = whole.properties.ipConfigurations;
    const { publicIPAddress: _lost, ...less } = first.properties;
    whole.properties.ipConfigurations = [{ ...first, properties: less }];
    expect((await put(nic, whole)).status).toBe(400);
    expect((await put(nic, { location: 'westeurope', properties: {} })).status).toBe(400);
  });
});

describe('a firewall policy', () => {
  const group = `${firewallPolicyId}/ruleCollectionGroups/ours`;

  it.each([
    ['a priority that another group has', 200, 'FirewallPolicyRuleCollectionGroupInvalidPriorityValue'],
    ['a priority out of bounds', 99, 'InvalidRequestFormat'],
  ])('refuses a group with %s', async (_what, priority, code) => {
    const answer = await put(group, { properties: { priority, ruleCollections: [] } });
    expect(await said(answer)).toEqual({ status: 400, code });
  });

  it('takes one change at a time', async () => {
    expect((await put(group, { properties: { priority: 100, ruleCollections: [] } })).status).toBe(201);
    const answer = await put(`${group}2`, { properties: { priority: 101, ruleCollections: [] } });
    expect(await said(answer)).toEqual({ status: 409, code: 'AnotherOperationInProgress' });
  });
});

describe('a packet capture', () => {
  const body = (change: object = {}) => ({
    properties: { target: web, storageLocation: { storageId: things.shopStorage }, ...change },
  });

  it('runs until it is stopped, and stays until it is removed', async () => {
    expect((await put(capture, body())).status).toBe(201);
    azure.state.work.settle();
    expect(await azure.rest.work(`${capture}/queryStatus${version}`, undefined)).toMatchObject({
      packetCaptureStatus: 'Running',
    });
    expect((await azure.ask('POST', `${capture}/stop${version}`)).status).toBe(202);
    azure.state.work.settle();
    expect(await azure.rest.work(`${capture}/queryStatus${version}`, undefined)).toMatchObject({
      packetCaptureStatus: 'Stopped',
    });
    expect((await azure.ask('POST', `${capture}/stop${version}`)).status).toBe(400);
    expect((await azure.ask('DELETE', `${capture}${version}`)).status).toBe(202);
    azure.state.work.settle();
    expect((await azure.ask('GET', `${capture}${version}`)).status).toBe(404);
  });

  it.each([
    ['a machine that is not there', { target: `${web}-gone` }],
    ['a storage account that is not there', { storageLocation: { storageId: `${things.shopStorage}x` } }],
    ['more time than Azure gives', { timeLimitInSeconds: 18_001 }],
    ['nowhere to put the file', { storageLocation: {} }],
  ])('is refused with %s', async (_what, change) => {
    expect((await put(capture, body(change))).status).toBe(400);
  });

  it('is not begun a second time', async () => {
    await put(capture, body());
    azure.state.work.settle();
    expect((await put(capture, body())).status).toBe(409);
  });
});

describe('just-in-time access', () => {
  const ask = (change: object, id = web.replace('web-01', 'web-02')) =>
    azure.ask('POST', `${access}/initiate?api-version=2020-01-01`, {
      virtualMachines: [
        {
          id,
          ports: [
            {
              number: 22,
              allowedSourceAddressPrefix: '203.0.113.9',
              endTimeUtc: new Date(Date.now() + 3_600_000).toISOString(),
              ...change,
            },
          ],
        },
      ],
    });

  it('tells of a request that was taken on', async () => {
    expect((await ask({})).status).toBe(202);
    const policy = await (await azure.ask('GET', `${access}?api-version=2020-01-01`)).json();
    expect(policy.properties.requests).toMatchObject([
      { virtualMachines: [{ ports: [{ number: 22, status: 'Initiated' }] }] },
    ]);
  });

  it.each([
    ['a port that the policy does not open', { number: 3389 }],
    ['an end that is past', { endTimeUtc: '2026-01-01T00:00:00Z' }],
    ['more time than the policy allows', { endTimeUtc: new Date(Date.now() + 5 * 3_600_000).toISOString() }],
    ['no end', { endTimeUtc: undefined }],
  ])('is refused for %s', async (_what, change) => {
    expect((await ask(change)).status).toBe(400);
  });

  it('is refused for a machine that is not in the policy, and in any other version', async () => {
    expect((await ask({}, web)).status).toBe(400);
    expect((await azure.ask('GET', `${access}?api-version=2024-05-01`)).status).toBe(400);
  });
});

describe('Resource Graph', () => {
  it('has a copy of what was changed, and of nothing else', async () => {
    expect(changedRows(azure.state)).toEqual([]);
    await put(`${nsg}/securityRules/block`, ruleWith({}));
    azure.state.work.settle();
    const [row, ...more] = changedRows(azure.state);
    expect(row).toMatchObject({
      table: 'resources',
      id: nsg,
      type: 'microsoft.network/networksecuritygroups',
    });
    expect(JSON.stringify(row)).toContain('"block"');
    expect(more).toEqual([]);
  });
});
