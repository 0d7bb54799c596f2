import { describe, expect, it } from 'vitest';
import { createConfirmCompromised } from '../../../src/playbooks/confirm-compromised.ts';
import { createConfirmSafe } from '../../../src/playbooks/confirm-safe.ts';
import { nina } from '../../../src/sandbox/logs/samples/estate.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { account, atOnce, context, failure, openStage } from './stage.ts';

const open = (options: Parameters<typeof openStage>[1] = {}) =>
  openStage((hands) => createConfirmSafe(hands, atOnce), options);

describe('dismissing the risk of an account', () => {
  playbookContract(open);

  it('leaves nothing against it, for all who read it', async () => {
    const stage = await open();
    const { memory } = await stage.play.look(orderOf(stage), context());
    await toTheEnd(stage, 'act', orderOf(stage, memory));
    expect(await stage.standIn.graph.risk(nina.oid)).toMatchObject({
      told: { level: 'none', state: 'dismissed' },
    });
    const detections = await stage.standIn.graph.detections(nina.oid);
    const states = 'told' in detections ? detections.told.map(({ state }) => state) : [];
    expect(new Set(states)).toEqual(new Set(['dismissed']));
    await stage.stop();
  });

  it('refuses where there is nothing to dismiss', async () => {
    const stage = await open({ target: account('mallory@contoso.com') });
    expect(await failure(stage.play.look(orderOf(stage), context()))).toMatch(/there is nothing to dismiss/);
    await stage.stop();
  });

  it('says where an administrator thinks otherwise', async () => {
    const stage = await open();
    const confirm = { ...stage, play: createConfirmCompromised({ graph: stage.standIn.writer }, atOnce) };
    const { memory } = await confirm.play.look(orderOf(confirm), context());
    await toTheEnd(confirm, 'act', orderOf(confirm, memory));
    const { warning } = await stage.play.look(orderOf(stage), context());
    expect(warning).toMatch(/An administrator confirmed it as compromised\.$/);
    await stage.stop();
  });
});
