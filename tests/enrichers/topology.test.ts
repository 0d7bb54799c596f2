import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopology } from '../../src/enrichers/topology.ts';
import { FarSideError } from '../../src/errors.ts';
import type { Cell, Logs } from '../../src/kql/logs.ts';
import {
  backup,
  context,
  controller,
  jump,
  machine,
  reasonOf,
  startNetwork,
  web,
} from '../azure/network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  azure = await startNetwork();
});
afterAll(() => azure.stop());

const columns = ['Peer', 'DestPort', 'FlowStatus', 'IsIn', 'Flows', 'Bytes', 'Malicious'].map((name) => ({
  name,
  type: 'string',
}));
/** Logs that have these flows of the last day. */
const placeOf = (rows: Cell[][], refusal?: FarSideError) => ({
  scope: { kind: 'workspaces' as const, names: ['soc'] as [string] },
  logs: {
    schema: async () => ({
      functions: [],
      tables: [{ name: 'NTANetAnalytics', columns, plan: 'analytics' }],
    }),
    ask: async () => {
      if (refusal) throw refusal;
      return { columns, rows, partial: '', render: undefined, scannedGb: undefined };
    },
  } satisfies Logs,
});
const told = (resourceId: string, place?: ReturnType<typeof placeOf>) =>
  createTopology({ ...azure, ...(place ? { place } : {}) }).enrich(machine(resourceId), context());
const drawn = async (...asked: Parameters<typeof told>) => {
  const { map } = await told(...asked);
  if (!map) throw new Error('Nothing was drawn.');
  const labels = new Map(map.nodes.map(({ id, label }) => [id, label]));
  return {
    map,
    nodes: map.nodes.map(
      ({ kind, label, tone }) => `${kind} ${label}${tone === 'neutral' ? '' : ` ${tone}`}`,
    ),
    edges: map.edges.map(
      ({ from, to, label }) => `${labels.get(from)} > ${labels.get(to)}${label && `: ${label}`}`,
    ),
  };
};

describe('the picture of a machine', () => {
  it('shows the way from the internet to it, and what is open there', async () => {
    const { nodes, edges } = await drawn(jump);
    expect(nodes).toEqual([
      'machine vm-jump-01 bad',
      'nic nic-vm-jump-01',
      'rules nsg-vm-jump-01 bad',
      'internet Internet',
      'public-ip 203.0.113.81 bad',
      'network vnet-contoso',
      'subnet snet-jump',
    ]);
    expect(edges).toEqual(
      expect.arrayContaining([
        'Internet > 203.0.113.81: 3389',
        '203.0.113.81 > nic-vm-jump-01',
        'nic-vm-jump-01 > vm-jump-01: 10.10.2.4',
      ]),
    );
  });

  it('shows its neighbours, and no internet where there is no way to it', async () => {
    const { nodes, edges } = await drawn(controller);
    expect(nodes).toContain('machine vm-dc-02');
    expect(edges).toContain('snet-identity > vm-dc-02');
    expect(nodes.join()).not.toContain('internet');
  });

  it('shows with whom it talks, in which direction, and who is malicious', async () => {
    const place = placeOf([
      ['203.0.113.66', 4444, 'Allowed', false, 1, 57_333, 1],
      ['192.0.2.151', 443, 'Allowed', true, 12, 1_250_000, 0],
      ['192.0.2.40', 3389, 'Denied', true, 9, 540, 0],
    ]);
    const { nodes, edges } = await drawn(web, place);
    expect(nodes).toEqual(expect.arrayContaining(['peer 203.0.113.66 bad', 'peer 192.0.2.151']));
    expect(edges).toEqual(
      expect.arrayContaining([
        'vm-pay-web-01 > 203.0.113.66: 4444, 57 kB',
        '192.0.2.151 > vm-pay-web-01: 443, 1.3 MB',
      ]),
    );
    expect(nodes.join()).not.toContain('192.0.2.40');
    const { facts } = await told(web, place);
    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toEqual(
      expect.arrayContaining(['Beside it: vm-pay-web-02', 'Talks with: 203.0.113.66, 192.0.2.151']),
    );
  });

  it('holds no more nodes than fit, whoever talks with it, and no edge to nowhere', async () => {
    const rows = Array.from({ length: 24 }, (_, n) => [`192.0.2.${n}`, 443, 'Allowed', true, 1, 1_000, 0]);
    for (const id of [web, jump, controller, backup]) {
      const { map } = await drawn(id, placeOf(rows));
      expect(map.nodes.length).toBeLessThanOrEqual(24);
      const ids = map.nodes.map((node) => node.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { from, to } of map.edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    }
  });

  it('is drawn without peers where logs may not be asked', async () => {
    const { nodes } = await drawn(web, placeOf([], new FarSideError('azure', 'auth', 'No.')));
    expect(nodes).toContain('machine vm-pay-web-02');
  });

  it('is drawn another time where logs do not answer', async () => {
    expect(await reasonOf(told(web, placeOf([], new FarSideError('azure', 'timeout', 'Late.'))))).toBe(
      'timeout',
    );
  });

  it('is none of a machine that is gone', async () => {
    expect(await told(`${web}-gone`)).toEqual({ facts: [], traits: [] });
  });
});
