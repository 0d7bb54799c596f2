import { describe, expect, it, onTestFinished } from 'vitest';
import { createCollectPackage } from '../../../src/playbooks/collect-package.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, type EndpointStage, machine, openStage, refusedOfMachines } from './stage.ts';

async function open(options: Parameters<typeof openStage>[1] = {}): Promise<EndpointStage> {
  const stage = await openStage(createCollectPackage, options);
  stage.refusals.push(...refusedOfMachines, {
    when: 'one is being collected already',
    arrange: () => stage.somebody('collectInvestigationPackage'),
    says: /^The collection from vm-pay-web-01 is under way already: begun by /,
  });
  return stage;
}
async function stageFor(options: Parameters<typeof openStage>[1] = {}) {
  const stage = await open(options);
  onTestFinished(() => stage.stop());
  return stage;
}
const collect = async (stage: EndpointStage) => {
  const { memory } = await stage.play.look(orderOf(stage), context());
  return toTheEnd(stage, 'act', orderOf(stage, memory));
};

describe('collecting an investigation package', () => {
  playbookContract(open);

  it('ends with where it is to be had, and never with the link to the package', async () => {
    const stage = await stageFor();
    expect(await collect(stage)).toMatchObject({
      state: 'done',
      says: 'The package of vm-pay-web-01 is in Defender: on its page, Action center, Package collection.',
      outputs: [
        {
          label: 'Open the machine in Defender',
          url: expect.stringMatching(
            /^https:\/\/security\.microsoft\.com\/machines\/v2\/[0-9a-f]{40}\/overview$/,
          ),
        },
      ],
    });
    expect(stage.side.calls.join()).not.toContain('getPackageUri');
  });

  it('goes on where the machine is isolated', async () => {
    const stage = await stageFor({ target: machine('vm-fin-05') });
    expect(await collect(stage)).toMatchObject({ state: 'done' });
    expect((await stage.deeds()).map(({ type }) => type)).toEqual([
      'CollectInvestigationPackage',
      'CollectInvestigationPackage',
      'Isolate',
    ]);
  });

  it('tells where to look where it fails half-way', async () => {
    const stage = await stageFor();
    stage.side.actions.endNextAs('Failed');
    expect(await collect(stage)).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(/failed at the collection from vm-pay-web-01\. The Action center/),
    });
  });
});
