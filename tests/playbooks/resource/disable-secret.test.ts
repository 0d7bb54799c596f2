import { describe, expect, it } from 'vitest';
import { createDisableSecret } from '../../../src/playbooks/disable-secret.ts';
import { things } from '../../../src/sandbox/logs/samples/estate.ts';
import { playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { aimed, forbidden, gone, lookAt, openStage, resource, run, stageOf } from './stage.ts';

const open = () =>
  openStage(createDisableSecret, {
    target: resource(things.keyVault),
    parameters: { secret: 'sql-payments-connection' },
    refusals: [
      {
        when: 'there is none of its name',
        arrange(stage) {
          stage.parameters = { secret: 'sql-payment' };
        },
        says: /^kv-payments has no secret sql-payment/,
      },
      {
        when: 'it is disabled already',
        async arrange(stage) {
          await run(stage as Awaited<ReturnType<typeof open>>);
        },
        says: /^sql-payments-connection is disabled already/,
      },
      {
        when: 'the vault is gone',
        arrange: aimed(gone),
        says: /^long-gone has no secret .*or is not in Azure any more/,
      },
      forbidden('Microsoft.KeyVault/vaults/secrets/read', 'look'),
      forbidden('Microsoft.KeyVault/vaults/secrets/write', 'act'),
    ],
  });
const stageFor = stageOf(open);

describe('disabling a secret', () => {
  playbookContract(open);

  it('shows which version it is about, and that older ones stay', async () => {
    const { facts, warning } = await lookAt(await stageFor());
    expect(facts).toEqual([
      { label: 'Secret', value: 'sql-payments-connection, enabled' },
      { label: 'Newest version', value: '4387e9f3d6e14c459867679a90fd0f00' },
      { label: 'Changed', value: '2026-03-02T08:00:00.000Z' },
    ]);
    expect(warning).toMatch(/^Older versions/);
  });

  it('leaves all other secrets as they are', async () => {
    const stage = await stageFor();
    await run(stage);
    const { secrets } = (await stage.farSide.state()) as { secrets: { name: string; enabled: boolean }[] };
    expect(secrets.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual([
      'sql-payments-connection',
    ]);
  });

  it('is not taken back where a newer version has come since', async () => {
    const stage = await stageFor();
    const { order } = await run(stage);
    stage.azure.resources.renewSecret('sql-payments-connection');
    expect(await toTheEnd(stage, 'undo', order)).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(/newer version, which was left as it is/),
    });
    expect(stage.azure.resources.changes()).toBe(1);
  });

  it('takes for a name only what can be one', async () => {
    const [secret] = (await stageFor()).play.parameters;
    const fits = (name: string) => secret?.like?.pattern.test(name);
    expect(fits('sql-payments-connection')).toBe(true);
    for (const name of ['../../keys/record', 'a b', 'a?x=1', 'ä', '']) expect(fits(name)).toBe(false);
  });
});
