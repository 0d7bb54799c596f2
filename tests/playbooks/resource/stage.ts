import { onTestFinished } from 'vitest';
import type { Writer } from '../../../src/azure/writer.ts';
import type { Subject } from '../../../src/incident/enrichment.ts';
import type { Playbook } from '../../../src/playbooks/playbook.ts';
import { machineNamed } from '../../../src/sandbox/logs/samples/estate.ts';
import { orderOf, type PlayStage, toTheEnd } from '../../contracts/playbook.ts';
import { startResources } from '../../sandbox/resources-stand-in.ts';

export interface ResourceStage extends PlayStage {
  azure: Awaited<ReturnType<typeof startResources>>;
}

export const machine = (name: string): Subject => ({
  kind: 'machine',
  name,
  resourceId: machineNamed(name).id,
});
export const resource = (resourceId: string): Subject => ({
  kind: 'resource',
  name: resourceId.split('/').at(-1) ?? '',
  resourceId,
});

export const context = () => ({ now: new Date(), signal: AbortSignal.timeout(10_000) });

/** Longer than anything of the stand-in takes. */
const SETTLED_MS = 60_000;

/** A target in Azure, and Azure behind TLS. */
export async function openStage(
  create: (hands: { arm: Writer }) => Playbook,
  of: Pick<PlayStage, 'target'> & Partial<Pick<PlayStage, 'parameters' | 'refusals'>>,
): Promise<ResourceStage> {
  const azure = await startResources();
  return {
    play: create({ arm: azure.writer }),
    refusals: [],
    ...of,
    azure,
    farSide: {
      state: () => azure.resources.state(),
      effects: () => azure.resources.changes(),
      settle: () => azure.pass(SETTLED_MS),
    },
    stop: () => azure.stop(),
  };
}

/** What it opens goes when the test does. */
export const stageOf = (open: () => Promise<ResourceStage>) => async (): Promise<ResourceStage> => {
  const stage = await open();
  onTestFinished(() => stage.stop());
  return stage;
};

export const lookAt = (stage: ResourceStage) => stage.play.look(orderOf(stage), context());
export const run = async (stage: ResourceStage) =>
  toTheEnd(stage, 'act', orderOf(stage, (await lookAt(stage)).memory));

/** It is to be done to something else. */
export const aimed = (at: (target: Subject) => Subject) => (stage: PlayStage) => {
  stage.target = at(stage.target);
};

/** What stands nowhere, as an alert may name it. */
export const gone = (subject: Subject): Subject =>
  'resourceId' in subject
    ? { ...subject, name: 'long-gone', resourceId: subject.resourceId.replace(/[^/]+$/, 'long-gone') }
    : subject;

/** Azure allows everything but this. */
export const forbidden = (action: string, at: 'look' | 'act'): PlayStage['refusals'][number] => ({
  when: `it may not ${action}`,
  arrange: (stage) => (stage as ResourceStage).azure.resources.guard.deny(action),
  says: new RegExp(`does not have authorization to perform action '${action}'`, 'i'),
  at,
});
