import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceGraph } from '../../src/azure/resource-graph.ts';
import type { Rest } from '../../src/azure/rest.ts';
import type { Enricher } from '../../src/enrichers/enricher.ts';
import { createRegionOf } from '../../src/enrichers/metrics/region-of.ts';
import { createPolicy } from '../../src/enrichers/policy.ts';
import { createPosture } from '../../src/enrichers/posture.ts';
import { createRecoverability } from '../../src/enrichers/recoverability.ts';
import { usualTags } from '../../src/enrichers/resource/tags.ts';
import { createResource } from '../../src/enrichers/resource.ts';
import type { Subject } from '../../src/incident/enrichment.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { type GraphInTest, startResourceGraph } from '../azure/resource-graph-stand-in.ts';

let arg: GraphInTest;

beforeAll(async () => {
  arg = await startResourceGraph();
  await arg.graph.rows('resources | count');
}, 30_000);
afterAll(() => arg.stop());

const arm: Rest = { get: async () => ({}), post: async () => ({}), work: async () => ({}) };
const enrichersOf = (graph: ResourceGraph): Enricher[] => [
  createResource({ graph, tenant: TENANT_ID, tags: usualTags }),
  createPosture({ graph }),
  createRecoverability({ graph, arm }),
  createPolicy({ graph }),
];

/** Everything that Resource Graph is asked when an incident about these opens; how many calls that was. */
async function open(subjects: Extract<Subject, { resourceId: string }>[], caller: string, times = 1) {
  let calls = 0;
  const graph = arg.as(caller, () => {
    calls += 1;
  });
  const regionOf = createRegionOf(graph);
  const context = { now: new Date(), signal: AbortSignal.timeout(60_000) };
  const all = Array.from({ length: times }, () => subjects).flat();
  const known = await Promise.all(
    all.map(async (subject) => ({
      region: await regionOf(subject.resourceId, context.signal),
      told: await Promise.all(enrichersOf(graph).map((enricher) => enricher.enrich(subject, context))),
    })),
  );
  return { calls, known };
}

const webServer: Extract<Subject, { resourceId: string }> = {
  kind: 'machine',
  name: 'vm-pay-web-01',
  resourceId: machineNamed('vm-pay-web-01').id,
};
const vault: Extract<Subject, { resourceId: string }> = {
  kind: 'resource',
  name: 'kv-payments',
  resourceId: things.keyVault,
};

describe('what Resource Graph is asked for an incident', () => {
  it.each([
    [webServer.name, webServer, 5],
    [vault.name, vault, 5],
  ])('is little for %s, and all is told', async (name, subject, queries) => {
    const { calls, known } = await open([subject], `one-${name}`);
    expect(calls).toBe(queries);
    expect(known[0]?.region).toBe('westeurope');
    for (const { facts } of known[0]?.told ?? []) expect(facts.length).toBeGreaterThan(0);
  });

  it('fits what a machine and a vault need, for two incidents at once, into what may leave at once', async () => {
    const { calls, known } = await open([webServer, vault], 'storm', 2);
    expect(calls).toBe(10);
    expect(known[2]).toEqual(known[0]);
  });

  it('is, of each enricher, no more than it says', async () => {
    for (const subject of [webServer, vault]) {
      for (const { name } of enrichersOf(arg.graph)) {
        let calls = 0;
        const graph = arg.as(`${name}-${subject.name}`, () => {
          calls += 1;
        });
        const enricher = enrichersOf(graph).find((one) => one.name === name);
        await enricher?.enrich(subject, { now: new Date(), signal: AbortSignal.timeout(60_000) });
        expect(calls).toBeLessThanOrEqual(enricher?.calls ?? 0);
      }
    }
  });
});
