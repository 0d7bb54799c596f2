import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVpn } from '../../src/enrichers/vpn.ts';
import {
  context,
  networkThatSays,
  reasonOf,
  resource,
  shared,
  startNetwork,
} from '../azure/network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  azure = await startNetwork();
});
afterAll(() => azure.stop());

const net = `${shared}/resourceGroups/rg-identity/providers/Microsoft.Network`;
const told = (end: string) => createVpn(azure).enrich(resource(`${net}/${end}`), context());

describe('the last troubleshooting', () => {
  it('of a broken tunnel says what is wrong and what Azure advises', async () => {
    const { facts, traits } = await told('connections/cn-lisbon');
    expect(traits).toMatchObject([{ chip: 'VPN not healthy', tone: 'warning' }]);
    expect(facts[0]).toEqual({
      label: 'Last troubleshooting',
      value: 'not healthy',
      at: '2026-11-20T06:04:20.640Z',
    });
    expect(facts.slice(1).map(({ label, value }) => `${label}: ${value}`)).toEqual([
      expect.stringMatching(/^What was seen: .*pre-shared keys do not match/),
      expect.stringMatching(/^Azure advises: Set the same pre-shared key/),
    ]);
  });

  it('of a gateway that works is no trait', async () => {
    expect(await told('virtualNetworkGateways/vgw-contoso')).toMatchObject({
      traits: [],
      facts: [{ value: 'healthy' }, {}],
    });
  });

  it('is none where nobody has run one', async () => {
    expect((await told('connections/cn-frankfurt')).facts).toEqual([
      { label: 'Last troubleshooting', value: 'none: nobody has run one' },
    ]);
  });

  it('is not to be had of a connection that is gone', async () => {
    expect(await reasonOf(told('connections/cn-nowhere'))).toBe('not-found');
  });

  it('is bounded, and takes what is missing for missing', async () => {
    const id = `${net}/connections/c`;
    const watcher = `${net}/networkWatchers/nw`;
    const odd = await networkThatSays({
      [id]: { location: 'westeurope' },
      [`${shared}/providers/Microsoft.Network/networkWatchers`]: {
        value: [{ id: watcher, location: 'westeurope' }, null, 7],
      },
      [`${watcher}/queryTroubleshootResult`]: {
        code: 'UnHealthy',
        endTime: 'soon',
        results: Array.from({ length: 50 }, () => ({ summary: 'x', detail: null })),
      },
    });
    const { facts } = await createVpn(odd).enrich(resource(id), context());
    odd.stop();
    expect(facts).toHaveLength(6);
    expect(facts[0]).toEqual({ label: 'Last troubleshooting', value: 'not healthy' });
  });

  it.each([`${net}/virtualNetworks/vnet-contoso`, `${net}/connections`, ''])(
    'is not asked for of "%s"',
    (id) => {
      expect(createVpn(azure).concerns?.(resource(id))).toBe(false);
    },
  );
});
