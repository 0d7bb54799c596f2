import { describe, expect, it } from 'vitest';
import { createBackUpNow } from '../../../src/playbooks/back-up-now.ts';
import type { Step } from '../../../src/playbooks/playbook.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { aimed, context, forbidden, gone, lookAt, machine, openStage, run, stageOf } from './stage.ts';

const open = () =>
  openStage(createBackUpNow, {
    target: machine('vm-pay-web-02'),
    refusals: [
      {
        when: 'it is not backed up',
        arrange: aimed(() => machine('vm-report-01')),
        says: /^vm-report-01 is not backed up\. Enable its backup/,
      },
      {
        when: 'its backups are stopped',
        arrange: aimed(() => machine('vm-shop-003')),
        says: /^Backups of vm-shop-003 are stopped\. Resume them in the vault rsv-payments/,
      },
      {
        when: 'it is gone',
        arrange: aimed(gone),
        says: /^long-gone is not in Azure any more/,
      },
      forbidden('Microsoft.RecoveryServices/locations/backupStatus/action', 'look'),
      forbidden(
        'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/backup/action',
        'act',
      ),
    ],
  });
const stageFor = stageOf(open);

describe('backing up now', () => {
  playbookContract(open);

  it('shows how old the last recovery point is, and how safe its vault', async () => {
    expect((await lookAt(await stageFor())).facts).toEqual([
      { label: 'Last recovery point', value: '5 h ago' },
      { label: 'Protection', value: 'Protected' },
      { label: 'Vault', value: 'rsv-payments: soft delete off, not immutable' },
    ]);
  });

  it('leaves a new recovery point that is kept for as long as was said', async () => {
    const stage = await stageFor();
    stage.parameters = { days: '90' };
    expect(await run(stage)).toMatchObject({
      state: 'done',
      says: 'vm-pay-web-02 has a new recovery point.',
    });
    expect((await lookAt(stage)).facts).toContainEqual({ label: 'Last recovery point', value: '0 h ago' });
    const { backups } = (await stage.farSide.state()) as { backups: { expires: string }[] };
    const days = (Date.parse(backups[0]?.expires ?? '') - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
  });

  it('says what the job is at, and looks seldom', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    const begun = await stage.play.act(order, context());
    stage.azure.pass(2_000);
    const handleOf = (step: Step) => (step.state === 'under-way' ? step.handle : undefined);
    const going = await stage.play.act({ ...order, handle: handleOf(begun) }, context());
    expect(await stage.play.act({ ...order, handle: handleOf(going) }, context())).toMatchObject({
      state: 'under-way',
      says: 'vm-pay-web-02 is being backed up: Take Snapshot.',
      againMs: 30_000,
    });
  });

  it('says why the job failed', async () => {
    const stage = await stageFor();
    stage.azure.resources.work.failNext('The guest agent does not answer.');
    expect(await run(stage)).toMatchObject({
      state: 'failed',
      says: 'The backup of vm-pay-web-02 ended as Failed. The guest agent does not answer.',
    });
  });

  it('follows a backup that goes on already, for Azure begins no other', async () => {
    const stage = await stageFor();
    const { memory } = await lookAt(stage);
    const order = orderOf(stage, memory);
    await stage.play.act(order, context());
    const later = { ...(memory as object), lookedAt: new Date(Date.now() + 3_000).toISOString() };
    expect(await toTheEnd(stage, 'act', { ...order, memory: later })).toMatchObject({ state: 'done' });
    expect(stage.azure.resources.changes()).toBe(1);
  });

  it('takes no backup of before for its own', async () => {
    const stage = await stageFor();
    await run(stage);
    const order = orderOf(stage, (await lookAt(stage)).memory);
    const later = { ...(order.memory as object), lookedAt: new Date(Date.now() + 60_000).toISOString() };
    await toTheEnd(stage, 'act', { ...order, memory: later });
    expect(stage.azure.resources.changes()).toBe(2);
  });

  it('of another machine in the same vault is not taken for it', async () => {
    const stage = await stageFor();
    const other = await stage.play.look({ ...orderOf(stage), target: machine('vm-shop-001') }, context());
    await stage.play.act({ ...orderOf(stage, other.memory), target: machine('vm-shop-001') }, context());
    await run(stage);
    expect(stage.azure.resources.changes()).toBe(2);
  });
});
