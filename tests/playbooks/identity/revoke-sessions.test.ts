import { describe, expect, it } from 'vitest';
import { createRevokeSessions } from '../../../src/playbooks/revoke-sessions.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, failure, guest, openStage, without } from './stage.ts';

const open = (options: Parameters<typeof openStage>[1] = {}) => openStage(createRevokeSessions, options);

describe('signing an account out everywhere', () => {
  playbookContract(open);

  it('shows how old sessions can be, and ends those', async () => {
    const stage = await open();
    const { facts, memory } = await stage.play.look(orderOf(stage), context());
    const { value } = facts.find(({ label }) => label === 'Sessions') ?? {};
    expect(value).toMatch(/^none from before \d{4}-\d\d-\d\d 07:12 UTC$/);
    const before = await stage.farSide.state();
    const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
    expect(done.says).toBe('Whoever is signed in as nina.berg@contoso.com has to sign in again.');
    expect(await stage.farSide.state()).not.toEqual(before);
    await stage.stop();
  });

  it('says since when where the sessions were ended already', async () => {
    const stage = await open();
    const { memory } = await stage.play.look(orderOf(stage), context());
    await toTheEnd(stage, 'act', orderOf(stage, memory));
    const again = await toTheEnd(stage, 'act', orderOf(stage, memory));
    expect(again.says).toMatch(
      /^Whoever was signed in as nina\.berg@contoso\.com before .* UTC has to sign in again\.$/,
    );
    await stage.stop();
  });

  it('ends again what began after somebody else had ended it, as with a new password', async () => {
    const stage = await open();
    const { memory } = await stage.play.look(orderOf(stage), context());
    await toTheEnd(stage, 'act', orderOf(stage, memory));
    const later = { ...context(), now: new Date(Date.now() + 3_600_000) };
    await stage.play.act(orderOf(stage, memory), later);
    expect(stage.standIn.changes()).toBe(2);
    await stage.stop();
  });

  it('does not pretend to sign out guests', async () => {
    const stage = await open({ target: guest });
    const says = await failure(stage.play.look(orderOf(stage), context()));
    expect(says).toMatch(/signs in at another organisation.*Disable the account instead/);
    await stage.stop();
  });

  it('names the permission that is missing', async () => {
    const stage = await open({ granted: without('User.RevokeSessions.All') });
    const { memory } = await stage.play.look(orderOf(stage), context());
    const says = await failure(toTheEnd(stage, 'act', orderOf(stage, memory)));
    expect(says).toMatch(/grant the application User\.RevokeSessions\.All/);
    await stage.stop();
  });
});
