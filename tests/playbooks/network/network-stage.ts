import { afterAll, beforeAll } from 'vitest';
import type { ResourceGraph } from '../../../src/azure/resource-graph.ts';
import type { Writer } from '../../../src/azure/writer.ts';
import type { Subject } from '../../../src/incident/enrichment.ts';
import type { Playbook } from '../../../src/playbooks/playbook.ts';
import { rulesOf } from '../../../src/sandbox/network/state.ts';
import { startNetwork } from '../../azure/network-stand-in.ts';
import { type GraphInTest, startResourceGraph } from '../../azure/resource-graph-stand-in.ts';
import type { PlayStage } from '../../contracts/playbook.ts';

export type NetworkStage = PlayStage & { azure: Awaited<ReturnType<typeof startNetwork>> };

interface Opening {
  create: (hands: { arm: Writer; resources: ResourceGraph }) => Playbook;
  target: Subject;
  parameters?: Record<string, string>;
  /** Changes that would be felt twice: a pattern of what is written. */
  felt: RegExp;
  refusals?: { when: string; arrange: (stage: NetworkStage) => void; says: RegExp; at?: 'look' | 'act' }[];
}

/** One for all stages: nothing in it changes, and it takes a while to wake up. */
let graph: GraphInTest;
beforeAll(async () => {
  graph = await startResourceGraph();
  await graph.post({ query: 'resources | take 1' });
}, 60_000);
afterAll(() => graph.stop());

/** A playbook before Contoso's network. */
export async function openNetwork(opening: Opening): Promise<NetworkStage> {
  const azure = await startNetwork(graph.certificate);
  const { state } = azure;
  const stage: NetworkStage = {
    azure,
    play: opening.create({ arm: azure.arm, resources: graph.graph }),
    target: opening.target,
    parameters: opening.parameters ?? {},
    farSide: {
      state: () => ({
        groups: [...state.groups.values()].map((group) => ({
          id: group.id,
          tags: group.tags,
          rules: rulesOf(group),
        })),
        nics: [...state.nics.values()].map(({ id, group }) => [id, group?.id ?? '']),
        firewall: [...state.ruleCollectionGroups.values()].map(({ id, properties }) => [id, properties]),
        captures: [...state.captures.values()].map(({ id, properties }) => [id, properties]),
        access: state.accessRequests,
      }),
      effects: () =>
        state.changes.filter(({ method, path }) => opening.felt.test(`${method} ${path}`)).length,
      settle: () => state.work.settle(),
    },
    refusals: (opening.refusals ?? []).map(({ arrange, ...more }) => ({
      ...more,
      arrange: (on) => arrange(on as NetworkStage),
    })),
    stop: () => azure.stop(),
  };
  return stage;
}

/** On a stage of its own, which is taken down afterwards. */
export function on(open: () => Promise<NetworkStage>, work: (stage: NetworkStage) => Promise<void>) {
  return async () => {
    const stage = await open();
    try {
      await work(stage);
    } finally {
      await stage.stop();
    }
  };
}

export const context = () => ({ now: new Date(), signal: AbortSignal.timeout(20_000) });
