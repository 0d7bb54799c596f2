import { describe, expect, it } from 'vitest';
import { createConfirmCompromised } from '../../../src/playbooks/confirm-compromised.ts';
import { createConfirmSafe } from '../../../src/playbooks/confirm-safe.ts';
import { nina } from '../../../src/sandbox/logs/samples/estate.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { account, atOnce, context, failure, openStage, without } from './stage.ts';

const open = (options: Parameters<typeof openStage>[1] = {}) =>
  openStage((hands) => createConfirmCompromised(hands, atOnce), options);

/** Identity Protection had found something, and an administrator has dismissed it: a dismissal leaves it at that. */
async function openDismissed() {
  const stage = await open();
  const safe = { ...stage, play: createConfirmSafe({ graph: stage.standIn.writer }, atOnce) };
  const { memory } = await safe.play.look(orderOf(safe), context());
  await toTheEnd(safe, 'act', orderOf(safe, memory));
  const before = stage.standIn.changes();
  return { ...stage, farSide: { ...stage.farSide, effects: () => stage.standIn.changes() - before } };
}

describe('confirming an account as compromised', () => {
  playbookContract(openDismissed);

  it('raises the risk for all who read it, of somebody without any as well', async () => {
    const stage = await open({ target: account('mallory@contoso.com') });
    const { facts, memory } = await stage.play.look(orderOf(stage), context());
    expect(facts).toContainEqual({ label: 'Risk', value: 'none' });
    await toTheEnd(stage, 'act', orderOf(stage, memory));
    const user = await stage.standIn.graph.user('mallory@contoso.com');
    const risk = await stage.standIn.graph.risk(user?.id ?? '');
    expect(risk).toMatchObject({ told: { level: 'high', state: 'confirmedCompromised' } });
    await stage.stop();
  });

  it('warns that taking it back dismisses what was found before', async () => {
    const stage = await open();
    const { facts, warning, memory } = await stage.play.look(orderOf(stage), context());
    expect(facts).toContainEqual({ label: 'Risk', value: 'high, at risk' });
    expect(warning).toMatch(/dismisses also the risk that it is at now/);
    const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
    await toTheEnd(stage, 'undo', done.order);
    expect(await stage.standIn.graph.risk(nina.oid)).toMatchObject({
      told: { level: 'none', state: 'dismissed' },
    });
    await stage.stop();
  });

  it('stays confirmed where it was before', async () => {
    const stage = await open();
    const first = await stage.play.look(orderOf(stage), context());
    await toTheEnd(stage, 'act', orderOf(stage, first.memory));
    const { warning, memory } = await stage.play.look(orderOf(stage), context());
    expect(warning).toMatch(/^It is confirmed already/);
    const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
    await toTheEnd(stage, 'undo', done.order);
    expect(await stage.farSide.state()).toMatchObject({ riskState: 'confirmedCompromised' });
    await stage.stop();
  });

  it('names the licence and the permission that it needs', async () => {
    const plain = await open({ licence: 'P1' });
    expect(await failure(plain.play.look(orderOf(plain), context()))).toMatch(/needs Microsoft Entra ID P2/);
    await plain.stop();
    const reader = await open({ granted: without('IdentityRiskyUser.ReadWrite.All') });
    const { memory } = await reader.play.look(orderOf(reader), context());
    const says = await failure(toTheEnd(reader, 'act', orderOf(reader, memory)));
    expect(says).toMatch(/grant the application IdentityRiskyUser\.ReadWrite\.All/);
    await reader.stop();
  });
});
