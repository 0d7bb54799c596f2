import { describe, expect, it } from 'vitest';
import { createRotateStorageKey } from '../../../src/playbooks/rotate-storage-key.ts';
import { things } from '../../../src/sandbox/logs/samples/estate.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { aimed, context, forbidden, gone, lookAt, openStage, resource, run, stageOf } from './stage.ts';

const open = () =>
  openStage(createRotateStorageKey, {
    target: resource(things.backupStorage),
    parameters: { key: 'key2' },
    refusals: [
      {
        when: 'it is gone',
        arrange: aimed(gone),
        says: /^The storage account long-gone is not in Azure any more/,
      },
      {
        when: 'it is something else',
        arrange: aimed(() => resource(things.keyVault)),
        says: /^kv-payments is not known as a storage account in Azure/,
      },
      forbidden('Microsoft.Storage/storageAccounts/regeneratekey/action', 'act'),
    ],
  });
const stageFor = stageOf(open);

describe('a new storage key', () => {
  playbookContract(open);

  it('shows how old each key is, and what will fail', async () => {
    const { facts, warning } = await lookAt(await stageFor());
    expect(facts).toEqual([
      { label: 'key1', value: 'made 2023-03-01T09:12Z' },
      { label: 'key2', value: 'made 2023-03-01T09:12Z' },
      { label: 'Sign-in by key', value: 'allowed' },
    ]);
    expect(warning).toMatch(/^What uses key2 fails/);
  });

  it('is made of the key that was named, and of no other', async () => {
    const stage = await stageFor();
    const [before] = keysOf(await stage.farSide.state());
    await run(stage);
    const [after] = keysOf(await stage.farSide.state());
    expect(after?.keys.key1).toBe(before?.keys.key1);
    expect(after?.keys.key2).not.toBe(before?.keys.key2);
  });

  it('is seen by nobody: neither what is said nor what is kept holds a key', async () => {
    const stage = await stageFor();
    const prospect = await lookAt(stage);
    const step = await toTheEnd(stage, 'act', orderOf(stage, prospect.memory));
    // 64 bytes in Base64 are 88 characters.
    expect(JSON.stringify([prospect, step])).not.toMatch(/[\w+/=]{40,}/);
  });

  it('is not made again where somebody made one since it was looked at', async () => {
    const stage = await stageFor();
    const { memory } = await lookAt(stage);
    await stage.azure.ask('POST', `${things.backupStorage}/regenerateKey?api-version=2023-05-01`, {
      keyName: 'key2',
    });
    expect(await stage.play.act(orderOf(stage, memory), context())).toMatchObject({ state: 'done' });
    expect(stage.azure.resources.changes()).toBe(1);
  });

  it('cannot be taken back', async () => {
    expect((await stageFor()).play).not.toHaveProperty('undo');
  });
});

const keysOf = (state: unknown) =>
  (structuredClone(state) as { storage: { keys: { key1: string; key2: string } }[] }).storage;
