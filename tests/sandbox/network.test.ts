import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openToAll } from '../../src/enrichers/network/inbound-rules.ts';
import { azureMachines, nicId, securityRulesOf } from '../../src/sandbox/azure/network-estate.ts';
import { decide } from '../../src/sandbox/network/rules.ts';
import { production, shared, signal, startNetwork, web } from '../azure/network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  azure = await startNetwork();
});
afterAll(() => azure.stop());

const watcher = `${production}/resourceGroups/rg-edge/providers/Microsoft.Network/networkWatchers/nw-westeurope`;
const version = '?api-version=2024-05-01';
const codeOf = async (response: Response) => (await response.json()).error?.code;
const flow = {
  targetResourceId: web,
  direction: 'Inbound',
  protocol: 'TCP',
  localIPAddress: '10.20.4.11',
  localPort: '22',
  remoteIPAddress: '203.0.113.66',
  remotePort: '50000',
};

describe('the network stand-in', () => {
  it('works for a while, says where to come back, and has the result there', async () => {
    const begun = await azure.ask('POST', `${watcher}/ipFlowVerify${version}`, flow);
    expect(begun.status).toBe(202);
    expect(begun.headers.get('retry-after')).toBe('0');
    const location = new URL(String(begun.headers.get('location')));
    expect(location.origin).toBe(azure.endpoint);
    expect(begun.headers.get('azure-asyncoperation')).toContain(`${azure.endpoint}/subscriptions/`);
    const look = () => azure.ask('GET', location.pathname + location.search);
    expect((await look()).status).toBe(202);
    const done = await look();
    expect(done.status).toBe(200);
    expect(await done.json()).toEqual({ access: 'Allow', ruleName: 'securityRules/allow-ssh-temp' });
  });

  it('has the result at the operation, too', async () => {
    const begun = await azure.ask('POST', `${watcher}/ipFlowVerify${version}`, flow);
    const operation = new URL(String(begun.headers.get('azure-asyncoperation')));
    const look = async () => (await azure.ask('GET', operation.pathname + operation.search)).json();
    expect(await look()).toEqual({ status: 'InProgress' });
    expect(await look()).toMatchObject({ status: 'Succeeded', properties: { access: 'Allow' } });
  });

  it.each([
    ['a port that is a number', { localPort: 22 }],
    ['a port that is none', { localPort: '65536' }],
    ['any port at the destination', { localPort: '*' }],
    ['no direction', { direction: undefined }],
    ['a direction of its own', { direction: 'inbound' }],
    ['a protocol of its own', { protocol: 'Tcp' }],
    ['IPv6', { remoteIPAddress: '2001:db8::17' }],
    ["somebody else's address", { localIPAddress: '10.20.4.12' }],
    ["somebody else's interface", { targetNicResourceId: `${watcher}/x` }],
  ])('refuses to verify a flow with %s', async (_what, change) => {
    const answer = await azure.ask('POST', `${watcher}/ipFlowVerify${version}`, { ...flow, ...change });
    expect(answer.status).toBe(400);
    expect(await codeOf(answer)).toMatch(/InvalidRequestFormat|BadRequest/);
  });

  it('takes any port at the source, which is where an inbound packet comes from', async () => {
    const answer = await azure.ask('POST', `${watcher}/ipFlowVerify${version}`, { ...flow, remotePort: '*' });
    expect(answer.status).toBe(202);
  });

  it.each([
    ['GET', web, 404],
    ['GET', `${web}${version}`, 400],
    ['GET', `${web}?api-version=2024-07-01`, 200],
    ['GET', `${web.replace('vm-pay-web-01', 'vm-pay-web-99')}?api-version=2024-07-01`, 404],
    ['GET', `${web.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')}?api-version=2024-07-01`, 200],
    ['GET', `${watcher}/ipFlowVerify${version}`, 405],
    ['POST', `${watcher}x/ipFlowVerify${version}`, 404],
    ['POST', `${watcher}/topology${version}`, 400],
    ['GET', `${production}/providers/Microsoft.Network/locations/westeurope/usages${version}`, 200],
    ['GET', `${production}/providers/Microsoft.Network/locations/mars/usages${version}`, 400],
    [
      'GET',
      `${production}/providers/Microsoft.Network/locations/westeurope/operationResults/none${version}`,
      404,
    ],
  ] as const)('answers %s %s with %i', async (method, path, status) => {
    const answer = await azure.ask(method, path);
    expect(answer.status).toBe(path === web ? 400 : status);
  });

  it('asks for a token as Resource Manager does', async () => {
    const answer = await fetch(`${azure.endpoint}${watcher}${version}`);
    expect(answer.status).toBe(401);
  });

  it.each([production, shared])('has a watcher in %s', async (subscription) => {
    const answer = await azure.ask(
      'GET',
      `${subscription}/providers/Microsoft.Network/networkWatchers${version}`,
    );
    expect((await answer.json()).value).toHaveLength(1);
  });

  it('verifies flows as its rules in force say, for every machine', async () => {
    const ports = [22, 443, 3389, 445, 1433, 8080];
    for (const machine of azureMachines) {
      const open = openToAll(await azure.network.effectiveGroups(nicId(machine), signal()));
      for (const port of ports) {
        const packet = {
          direction: 'Inbound',
          protocol: 'TCP',
          from: '192.0.2.77',
          to: machine.ip,
          fromPort: '*',
          toPort: String(port),
        } as const;
        const isOpen = open.some(
          ({ protocol, first, last }) => protocol === 'tcp' && first <= port && port <= last,
        );
        expect({ machine: machine.name, port, isOpen }).toEqual({
          machine: machine.name,
          port,
          isOpen: decide(securityRulesOf(machine), packet).access === 'Allow',
        });
      }
    }
  });
});
