import { describe, expect, it } from 'vitest';
import { createDisableUser } from '../../../src/playbooks/disable-user.ts';
import { admKeller, bg01, nina } from '../../../src/sandbox/logs/samples/estate.ts';
import { findPerson } from '../../../src/sandbox/people.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { account, context, failure, guest, openStage, without } from './stage.ts';

const open = (options: Parameters<typeof openStage>[1] = {}) => openStage(createDisableUser, options);

describe('disabling an account', () => {
  playbookContract(open);

  it('shows who it is and warns that Active Directory may enable it again', async () => {
    const stage = await open();
    const { facts, warning } = await stage.play.look(orderOf(stage), context());
    expect(facts).toEqual([
      { label: 'Account', value: 'Nina Berg, nina.berg@contoso.com' },
      { label: 'Sign-in', value: 'enabled' },
      { label: 'Kept in', value: 'Active Directory, contoso.com' },
    ]);
    expect(warning).toMatch(/^It comes from Active Directory \(contoso\.com\)/);
    await stage.stop();
  });

  it('shows the roles of an administrator, and says whom to ask when Graph refuses for them', async () => {
    const stage = await open({ target: account(admKeller.upn, admKeller.oid) });
    const { facts, warning, memory } = await stage.play.look(orderOf(stage), context());
    expect(facts).toContainEqual({ label: 'Roles', value: 'Global Administrator' });
    expect(warning).toMatch(/holds Global Administrator: Graph may refuse/);
    const says = await failure(toTheEnd(stage, 'act', orderOf(stage, memory)));
    expect(says).toMatch(
      /^Graph refused: adm-keller@contoso\.com holds Global Administrator.*a directory role/,
    );
    expect(stage.standIn.changes()).toBe(0);
    await stage.stop();
  });

  it('knows an administrator also where it may not read what the role is', async () => {
    const granted = without('RoleManagement.Read.Directory');
    const stage = await open({ target: account(bg01.upn), granted });
    const { facts } = await stage.play.look(orderOf(stage), context());
    expect(facts).toContainEqual({ label: 'Roles', value: 'a directory role' });
    await stage.stop();
  });

  it('names the permission that is missing', async () => {
    const stage = await open({
      granted: without('User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All'),
    });
    const { memory } = await stage.play.look(orderOf(stage), context());
    const says = await failure(toTheEnd(stage, 'act', orderOf(stage, memory)));
    expect(says).toMatch(
      /our application may not do this.*grant the application User\.EnableDisableAccount\.All/,
    );
    await stage.stop();
  });

  it('leaves disabled whoever was disabled before', async () => {
    const { upn, oid } = findPerson('dora');
    const stage = await open({ target: account(upn, oid) });
    const { warning, memory } = await stage.play.look(orderOf(stage), context());
    expect(warning).toMatch(/^It is disabled already/);
    const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
    const undone = await toTheEnd(stage, 'undo', done.order);
    expect(undone.says).toBe('dora@contoso.com stays disabled, as it was before.');
    expect(stage.standIn.changes()).toBe(0);
    await stage.stop();
  });

  it('is done to guests as well', async () => {
    const stage = await open({ target: guest });
    const { facts, memory } = await stage.play.look(orderOf(stage), context());
    expect(facts).toContainEqual({ label: 'Kind', value: 'guest' });
    await toTheEnd(stage, 'act', orderOf(stage, memory));
    expect(await stage.farSide.state()).toMatchObject({ accountEnabled: false });
    await stage.stop();
  });

  it('is done once where the answer was lost on its way', async () => {
    const stage = await open();
    const { memory } = await stage.play.look(orderOf(stage), context());
    const order = orderOf(stage, memory);
    const { faults, directory } = stage.standIn;
    // As its seed has it: the read comes back, the change does not, and what follows does.
    faults.set('graph', { kind: 'lost-answer', rate: 0.5 });
    await expect(stage.play.act(order, context())).rejects.toMatchObject({ reason: 'unavailable' });
    expect(directory.isEnabled(nina)).toBe(false);
    expect(await stage.play.act(order, context())).toMatchObject({ state: 'done' });
    await stage.stop();
  });

  it('is over where the account was deleted before it could be enabled', async () => {
    const stage = await open();
    const { memory } = await stage.play.look(orderOf(stage), context());
    const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
    stage.standIn.directory.delete(nina);
    const undone = await toTheEnd(stage, 'undo', done.order);
    expect(undone).toMatchObject({
      state: 'done',
      says: 'nina.berg@contoso.com is no longer in the directory.',
    });
    await stage.stop();
  });

  it('takes an object id for the account, whatever address stands beside it', async () => {
    const stage = await open({ target: account(bg01.upn, nina.oid) });
    const { facts } = await stage.play.look(orderOf(stage), context());
    expect(facts[0]?.value).toBe('Nina Berg, nina.berg@contoso.com');
    await stage.stop();
  });

  it('asks Graph for no account whose name is a path of its own', async () => {
    const stage = await open({ target: account('delta') });
    expect(await failure(stage.play.look(orderOf(stage), context()))).toMatch(/^delta is a bare name/);
    expect(stage.standIn.asked()).toEqual([]);
    await stage.stop();
  });
});
