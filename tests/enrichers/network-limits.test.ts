import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetworkLimits } from '../../src/enrichers/network-limits.ts';
import {
  context,
  networkThatSays,
  production,
  resource,
  shared,
  startNetwork,
  web,
} from '../azure/network-stand-in.ts';

let azure: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  azure = await startNetwork();
});
afterAll(() => azure.stop());

const told = (subscription: string) => createNetworkLimits(azure).enrich(resource(subscription), context());

describe('the network limits of a subscription', () => {
  it('are told where they are nearly used up', async () => {
    const { facts, traits } = await told(production);
    expect(facts).toEqual([
      { label: 'Public IPv4 Addresses - Standard', value: '19 of 20 (95 %) in westeurope' },
    ]);
    expect(traits).toMatchObject([{ chip: 'near network limits', tone: 'warning' }]);
  });

  it('are no matter where there is room: one watcher of one is no alarm', async () => {
    const { facts, traits } = await told(shared);
    expect(facts).toEqual([{ label: 'Nearly used up', value: 'none of 7 is over 80 %' }]);
    expect(traits).toEqual([]);
  });

  it('are none where there is no network', async () => {
    const odd = await networkThatSays({
      [`${production}/providers/Microsoft.Network/networkWatchers`]: { value: [] },
    });
    const { facts } = await createNetworkLimits(odd).enrich(resource(production), context());
    odd.stop();
    expect(facts).toEqual([{ label: 'Nearly used up', value: 'no networks' }]);
  });

  it.each([
    [production, true],
    [web, false],
    ['', false],
  ])('are asked for of a subscription alone: "%s"', (id, concerned) => {
    expect(createNetworkLimits(azure).concerns?.(resource(id))).toBe(concerned);
  });
});
