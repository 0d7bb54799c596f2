import { describe, expect, it } from 'vitest';
import { createRequirePasswordChange } from '../../../src/playbooks/require-password-change.ts';
import { admKeller } from '../../../src/sandbox/logs/samples/estate.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { account, context, failure, guest, openStage, without } from './stage.ts';

const open = (options: Parameters<typeof openStage>[1] = {}) =>
  openStage(createRequirePasswordChange, options);

describe('requiring a new password', () => {
  playbookContract(open);

  it('warns that the password of Active Directory may stay good', async () => {
    const stage = await open();
    const { facts, warning } = await stage.play.look(orderOf(stage), context());
    expect(facts.at(-1)).toEqual({ label: 'Password', value: 'stands' });
    expect(warning).toMatch(/kept in Active Directory \(contoso\.com\).*the old one stays good/);
    await stage.stop();
  });

  it('leaves required what was required before', async () => {
    const stage = await open();
    const first = await stage.play.look(orderOf(stage), context());
    await toTheEnd(stage, 'act', orderOf(stage, first.memory));
    const { facts, memory } = await stage.play.look(orderOf(stage), context());
    expect(facts.at(-1)?.value).toBe('has to be changed already');
    const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
    const undone = await toTheEnd(stage, 'undo', done.order);
    expect(undone.says).toMatch(/still has to choose a new password, as before/);
    expect(stage.standIn.changes()).toBe(1);
    await stage.stop();
  });

  it('is for those whose password we have', async () => {
    const stage = await open({ target: guest });
    const says = await failure(stage.play.look(orderOf(stage), context()));
    expect(says).toMatch(/another organisation, which has its password/);
    await stage.stop();
  });

  it('names the permission that is missing, or the role that an administrator asks for', async () => {
    const acted = async (options: Parameters<typeof openStage>[1]) => {
      const stage = await open(options);
      const { memory } = await stage.play.look(orderOf(stage), context());
      const says = await failure(toTheEnd(stage, 'act', orderOf(stage, memory)));
      await stage.stop();
      return says;
    };
    const granted = without('User-PasswordProfile.ReadWrite.All');
    expect(await acted({ granted })).toMatch(/grant the application User-PasswordProfile\.ReadWrite\.All/);
    expect(await acted({ target: account(admKeller.upn) })).toMatch(
      /Privileged Authentication Administrator/,
    );
  });
});
