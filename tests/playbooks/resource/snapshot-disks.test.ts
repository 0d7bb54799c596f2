import { describe, expect, it } from 'vitest';
import { createSnapshotDisks } from '../../../src/playbooks/snapshot-disks.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { aimed, context, forbidden, gone, lookAt, machine, openStage, run, stageOf } from './stage.ts';

const open = () =>
  openStage(createSnapshotDisks, {
    target: machine('vm-pay-web-01'),
    refusals: [
      {
        when: 'nothing of it could be kept',
        arrange: aimed(() => machine('vm-build-01')),
        says: /^vm-build-01 has no managed disk/,
      },
      {
        when: 'it is gone',
        arrange: aimed(gone),
        says: /^long-gone is not in Azure any more/,
      },
      forbidden('Microsoft.Compute/disks/read', 'look'),
      forbidden('Microsoft.Compute/snapshots/write', 'act'),
    ],
  });
const stageFor = stageOf(open);
const both = async () => {
  const stage = await stageFor();
  stage.target = machine('vm-report-01');
  return stage;
};

describe('snapshots of the disks', () => {
  playbookContract(open);

  it('show which disks there are, and that memory is in none', async () => {
    const { facts, warning } = await lookAt(await both());
    expect(facts).toEqual([
      { label: 'Power', value: 'running' },
      { label: 'OS disk', value: 'vm-report-01-os, 64 GiB, Premium_LRS' },
      { label: 'Data disk 0', value: 'vm-report-01-data-0, 256 GiB, PremiumV2_LRS' },
    ]);
    expect(warning).toMatch(/what is in its memory is in no snapshot/);
  });

  it('are closed to the network, named and tagged by the run, and full wherever there are full ones', async () => {
    const stage = await both();
    const { outputs } = await run(stage);
    const group = '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-payments';
    const named = (place: string) =>
      `${group}/providers/Microsoft.Compute/snapshots/vm-report-01-${place}-run-7-7d0c7c1e`;
    expect(outputs).toEqual([
      { label: 'Snapshot', text: named('os') },
      { label: 'Snapshot', text: named('lun0') },
    ]);
    const tags = {
      'watchfloor-run': 'RUN-7',
      'watchfloor-run-id': '7d0c7c1e-3b7a-4c56-9d4e-0f3f6f4f2a11',
      watchfloor: 'Watchfloor RUN-7 (INC-1042) for Adam Keller, approved by Lena Fischer: reverse shell',
    };
    const closed = {
      networkAccessPolicy: 'DenyAll',
      publicNetworkAccess: 'Disabled',
      provisioningState: 'Succeeded',
    };
    // Both are asked for at once: whichever comes first stands first.
    const { snapshots } = (await stage.farSide.state()) as { snapshots: { id: string }[] };
    expect(snapshots.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject([
      { id: named('lun0'), tags, properties: { ...closed, incremental: true } },
      { id: named('os'), tags, properties: { ...closed, incremental: false } },
    ]);
  });

  it('cannot be taken back by anybody here, nor end by themselves', async () => {
    const { play } = await stageFor();
    expect(play).not.toHaveProperty('undo');
    expect(play).not.toHaveProperty('lasts');
  });

  it('that could be made are kept where another could not', async () => {
    const stage = await both();
    stage.azure.resources.work.failNext('The disk could not be read.');
    const { state, says, outputs } = await run(stage);
    expect([state, says]).toEqual([
      'failed',
      '1 of 2 snapshots could not be made; the others are kept. The disk could not be read.',
    ]);
    expect(outputs).toMatchObject([
      { text: expect.stringMatching(/vm-report-01-(lun0|os)-run-7-7d0c7c1e$/) },
    ]);
  });

  it('are begun only where they are missing, after a crash between two of them', async () => {
    const stage = await both();
    const { memory } = await lookAt(stage);
    const order = orderOf(stage, memory);
    const [first] = (memory as { disks: object[] }).disks;
    await stage.play.act({ ...order, memory: { ...(memory as object), disks: [first] } }, context());
    expect(stage.azure.resources.changes()).toBe(1);
    expect(await toTheEnd(stage, 'act', order)).toMatchObject({ state: 'done' });
    expect(stage.azure.resources.changes()).toBe(2);
  });
});
