import { describe, expect, it } from 'vitest';
import { createDisableStorageKeys } from '../../../src/playbooks/disable-storage-keys.ts';
import { things } from '../../../src/sandbox/logs/samples/estate.ts';
import { playbookContract } from '../../contracts/playbook.ts';
import { aimed, forbidden, gone, lookAt, openStage, resource, run, stageOf } from './stage.ts';

const open = () =>
  openStage(createDisableStorageKeys, {
    target: resource(things.shopStorage),
    refusals: [
      {
        when: 'it refuses them already',
        async arrange(stage) {
          await run(stage as Awaited<ReturnType<typeof open>>);
        },
        says: /^stcontososhop refuses its keys already/,
      },
      {
        when: 'it is gone',
        arrange: aimed(gone),
        says: /^The storage account long-gone is not in Azure any more/,
      },
      forbidden('Microsoft.Storage/storageAccounts/write', 'act'),
    ],
  });
const stageFor = stageOf(open);

describe('refusing storage keys', () => {
  playbookContract(open);

  it('warns of what signs in with a key', async () => {
    expect(await lookAt(await stageFor())).toMatchObject({
      facts: [{ label: 'Sign-in by key', value: 'allowed' }],
      warning: expect.stringMatching(/SAS fails/),
    });
  });

  it('is of the account that was meant alone', async () => {
    const stage = await stageFor();
    await run(stage);
    expect(await stage.farSide.state()).toMatchObject({
      storage: [
        { id: things.backupStorage, allows: true },
        { id: things.shopStorage, allows: false },
      ],
    });
  });

  it('is nothing for a machine or a vault', async () => {
    const { play } = await stageFor();
    expect(play.concerns?.(resource(things.keyVault))).toBe(false);
    expect(play.concerns?.(resource(`${things.shopStorage}/blobServices/default`))).toBe(false);
  });
});
