import { describe, expect, it } from 'vitest';
import { createStopVm } from '../../../src/playbooks/stop-vm.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { aimed, context, forbidden, gone, lookAt, machine, openStage, run, stageOf } from './stage.ts';

const open = () =>
  openStage(createStopVm, {
    target: machine('vm-pay-web-02'),
    refusals: [
      {
        when: 'it has an ephemeral OS disk',
        arrange: aimed(() => machine('vm-build-01')),
        says: /^vm-build-01 has an ephemeral OS disk: Azure cannot stop it.*Isolate it instead/,
      },
      {
        when: 'it is stopped already',
        async arrange(stage) {
          await run(stage as Awaited<ReturnType<typeof open>>);
        },
        says: /^vm-pay-web-02 is stopped already/,
      },
      {
        when: 'it is gone',
        arrange: aimed(gone),
        says: /^long-gone is not in Azure any more/,
      },
      {
        when: 'it stands in an office',
        arrange: aimed(() => ({ kind: 'machine', name: 'NB-KELLER', resourceId: '' })),
        says: /^NB-KELLER is not known as a virtual machine in Azure/,
      },
      forbidden('Microsoft.Compute/virtualMachines/deallocate/action', 'act'),
    ],
  });
const stageFor = stageOf(open);

describe('stopping a machine', () => {
  playbookContract(open);

  it('says what is lost, and how old a backup it could come back from', async () => {
    const { facts, warning } = await lookAt(await stageFor());
    expect(facts).toEqual([
      { label: 'Power', value: 'running' },
      { label: 'Last recovery point', value: '5 h ago' },
      { label: 'Vault', value: 'rsv-payments: soft delete off, not immutable' },
    ]);
    expect(warning).toMatch(/memory.*lost: collect it first/);
  });

  it('tells a vault that nobody can empty, and a machine that nobody backs up', async () => {
    const stage = await stageFor();
    stage.target = machine('vm-dc-01');
    expect((await lookAt(stage)).facts).toContainEqual({
      label: 'Vault',
      value: 'rsv-identity: soft delete on, immutable and locked',
    });
    stage.target = machine('vm-report-01');
    expect((await lookAt(stage)).facts).toContainEqual({
      label: 'Last recovery point',
      value: 'none: it is not backed up',
    });
  });

  it('is looked at also where nobody may read its backups', async () => {
    const stage = await stageFor();
    stage.azure.resources.guard.deny('Microsoft.RecoveryServices/locations/backupStatus/action');
    expect((await lookAt(stage)).facts).toContainEqual({
      label: 'Last recovery point',
      value: 'not known: Watchfloor may not read its backups',
    });
  });

  it('tells how far it is, one look a call', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    const begun = await stage.play.act(order, context());
    expect(begun).toMatchObject({ state: 'under-way', says: 'vm-pay-web-02 is being stopped.' });
    const handle = begun.state === 'under-way' ? begun.handle : undefined;
    expect(await stage.play.act({ ...order, handle }, context())).toMatchObject({
      state: 'under-way',
      againMs: 2_000,
    });
    stage.azure.pass(60_000);
    expect(await stage.play.act({ ...order, handle }, context())).toEqual({
      state: 'done',
      says: 'vm-pay-web-02 is stopped.',
    });
  });

  it('says why where Azure gives up half-way, and can be asked for again', async () => {
    const stage = await stageFor();
    stage.azure.resources.work.failNext('The host did not answer.');
    expect(await run(stage)).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('The host did not answer.'),
    });
    expect(await run(stage)).toMatchObject({ state: 'done' });
  });

  it('goes on by how the machine is where Azure has forgotten the work', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    await stage.play.act(order, context());
    stage.azure.pass(60_000);
    const operation = `/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/providers/Microsoft.Compute/locations/westeurope/operations/gone?api-version=2024-07-01`;
    expect(await stage.play.act({ ...order, handle: { operation } }, context())).toMatchObject({
      state: 'done',
    });
    expect(stage.azure.resources.changes()).toBe(1);
  });

  it('is begun once where the answer was lost on its way', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    // As its seed has it: the read comes back, the change does not.
    stage.azure.faults.set('azure', { kind: 'lost-answer', rate: 0.5 });
    await expect(stage.play.act(order, context())).rejects.toMatchObject({ reason: 'unavailable' });
    stage.azure.faults.set('azure', { kind: 'none' });
    expect(await toTheEnd(stage, 'act', order)).toMatchObject({ state: 'done' });
    expect(stage.azure.resources.changes()).toBe(1);
  });
});
