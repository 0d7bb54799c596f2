import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FarSideError } from '../../../src/errors.ts';
import type { Database } from '../../../src/store/database.ts';
import { appendTo, openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { ruleOf, setRunStage } from './stage.ts';

const closing = { classification: 'true-positive', reason: 'suspicious-activity', comment: '' } as const;

describe.each(databases)('the engine of runs on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  const set = (changes: Parameters<typeof setRunStage>[1] = {}) => setRunStage(store, changes);

  /** One that stands. */
  async function standing(stage: ReturnType<typeof set>) {
    const incident = await stage.incident();
    const number = await stage.ask(incident);
    await stage.press('olivia', 'approve', number);
    expect(await stage.state(number)).toMatchObject({ state: 'succeeded' });
    return { incident, number };
  }

  it('tells on the record who asked', async () => {
    const stage = set();
    const incident = await stage.incident();
    await stage.ask(incident, '--reason "reverse shell"');
    const asked = (await stage.events(incident)).find(({ type }) => type === 'run-moved');
    expect(asked).toMatchObject({ move: 'requested', by: { kind: 'person', name: 'Adam Keller' } });
  });

  it('takes back what has had its time, at that time and not before', async () => {
    const stage = set();
    const { number } = await standing(stage);
    await stage.later(54);
    expect(await stage.state(number)).toMatchObject({ state: 'succeeded', reminded: true });
    await stage.later(6 - 1 / 60_000);
    expect(await stage.state(number)).toMatchObject({ state: 'succeeded' });
    await stage.later(1 / 60_000);
    expect(await stage.state(number)).toMatchObject({ state: 'reversed', undo: { by: 'its end' } });
  });

  it('takes back at its new end what could not be taken back while it was under way', async () => {
    const stage = set();
    const incident = await stage.incident();
    const number = await stage.ask(incident);
    stage.play.act = async () => ({ state: 'under-way', says: 'On its way.', handle: 1 });
    await stage.press('olivia', 'approve', number);
    stage.play.undo = async () => ({ state: 'failed', says: 'Not now.' });
    await stage.press('olivia', 'undo', number);
    expect((await stage.message(number))?.headline).toContain('could not be taken back');
    stage.play.undo = async () => ({ state: 'done', says: 'It is back.' });
    await stage.press('olivia', 'extend', number, { minutes: '30' });
    await stage.later(31);
    expect(await stage.state(number)).toMatchObject({ state: 'reversed' });
  });

  it('does not begin what another run does to the same target, for each would take back the other', async () => {
    const stage = set();
    const entities = [{ kind: 'host' as const, name: 'vm-shared-01', resourceId: '' }];
    const first = await stage.ask(await stage.incident({ entities }));
    const second = await stage.ask(await stage.incident({ entities }));
    await stage.press('olivia', 'approve', first);
    await stage.press('olivia', 'approve', second);
    expect(await stage.state(first)).toMatchObject({ state: 'succeeded' });
    expect(await stage.state(second)).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(new RegExp(`^RUN-${first} of INC-\\d+ does just that and stands until`)),
    });
    await stage.press('olivia', 'undo', first);
    const third = await stage.ask(await stage.incident({ entities }));
    await stage.press('olivia', 'approve', third);
    expect(await stage.state(third)).toMatchObject({ state: 'succeeded' });
  });

  describe('where a playbook itself is broken', () => {
    const broken = async () => {
      throw new TypeError('memory.machine is undefined');
    };

    it.each(['look', 'act', 'undo'] as const)('gives up after a while, and says so: %s', async (deed) => {
      const stage = set();
      const incident = await stage.incident();
      if (deed === 'look') stage.play.look = broken;
      const number = await stage.ask(incident);
      if (deed === 'act') stage.play.act = broken;
      if (deed !== 'look') await stage.press('olivia', 'approve', number);
      if (deed === 'undo') {
        stage.play.undo = broken;
        await stage.press('olivia', 'undo', number);
      }
      expect((await stage.state(number)).says).toContain('Trying again');
      for (let tries = 0; tries < 8; tries += 1) await stage.later(5);
      const message = await stage.message(number);
      expect(JSON.stringify(message)).toContain('Something is wrong with Watchfloor itself');
      expect(message?.headline).toMatch(deed === 'undo' ? /could not be taken back/ : /failed/);
    });
  });

  it('tries for ever to take back what a far side is not there for', async () => {
    const stage = set();
    const { number } = await standing(stage);
    stage.play.undo = async () => {
      throw new FarSideError('azure', 'unavailable', 'Azure answered 503.');
    };
    await stage.press('olivia', 'undo', number);
    for (let tries = 0; tries < 40; tries += 1) await stage.later(5);
    expect(await stage.state(number)).toMatchObject({ state: 'reversing' });
    stage.play.undo = async () => ({ state: 'done', says: 'It is back.' });
    await stage.later(5);
    expect(await stage.state(number)).toMatchObject({ state: 'reversed' });
  });

  it('does not wait for a far side longer than a week', async () => {
    const stage = set();
    const incident = await stage.incident();
    const number = await stage.ask(incident);
    stage.play.act = async () => ({ state: 'under-way', says: 'Waiting for the machine.', handle: 1 });
    await stage.press('olivia', 'approve', number);
    await stage.later(6 * 1_440);
    expect(await stage.state(number)).toMatchObject({ state: 'running' });
    await stage.later(1_441);
    expect(await stage.state(number)).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('no end for 7 days'),
    });
  });

  it('extends by as much as the playbook may last from then on, and never for good where it has to end', async () => {
    const stage = set();
    const { number } = await standing(stage);
    await stage.press('olivia', 'extend', number, { minutes: '60' });
    for (const minutes of ['240', '1e9', 'for-good', ''])
      await expect(stage.press('olivia', 'extend', number, { minutes })).rejects.toThrow(
        /at most|has to end|Say how long/,
      );
    const { id, version } = await stage.state(number);
    const { fields } = await stage.desk.openRun(
      { channel: 'slack', id: 'U0ADAM', name: 'adam', standing: 'member', teamId: 'T', email: '' },
      'extend',
      id,
      version,
    );
    expect(JSON.stringify(fields)).not.toContain('for-good');
  });

  describe('of a closed incident', () => {
    it('does nothing that a person wanted before', async () => {
      const stage = set();
      const incident = await stage.incident();
      const number = await stage.ask(incident);
      const { incident: now } = (await stage.stored(incident)) ?? {};
      if (now) await appendTo(store.db, now, { type: 'closed', closing });
      await expect(stage.press('olivia', 'approve', number)).rejects.toThrow(/is closed/);
      await expect(stage.press('adam', 'break-glass', number, { note: 'it cannot wait' })).rejects.toThrow(
        /is closed/,
      );
      await expect(stage.ask(incident)).rejects.toThrow(/is closed/);
      await stage.press('olivia', 'refuse', number, { note: 'over' });
      expect(await stage.state(number)).toMatchObject({ state: 'refused' });
    });

    it('does what a rule wants because it was closed', async () => {
      const rules = [ruleOf({ on: 'closed', classification: ['true-positive'] })];
      const stage = set({ policy: { rules } });
      const incident = await appendTo(store.db, await stage.incident(), { type: 'closed', closing });
      await stage.rule(incident, 'closed');
      await stage.run();
      const [run] = await stage.runsOf(incident);
      expect(run).toMatchObject({ state: 'awaiting-approval', requestedBy: { kind: 'rule' } });
      await stage.press('olivia', 'approve', run?.number ?? 0);
      expect((await stage.runsOf(incident))[0]).toMatchObject({ state: 'succeeded' });
    });
  });

  describe('what rules want', () => {
    it('is never more than they may within an hour, however much comes at once', async () => {
      const stage = set({ policy: { rules: [ruleOf({ name: 'few', mostPerHour: 3 })] } });
      const incidents = await Promise.all(Array.from({ length: 8 }, () => stage.incident()));
      await Promise.all(incidents.map((incident) => stage.rule(incident, 'opened')));
      const asked = await Promise.all(incidents.map((incident) => stage.runsOf(incident)));
      expect(asked.flat()).toHaveLength(3);
    });

    it('is wanted once for each target, whichever incident it became part of', async () => {
      const stage = set({ policy: { rules: [ruleOf({ name: 'once' })] } });
      const entities = [{ kind: 'host' as const, name: 'vm-both-01', resourceId: '' }];
      const [part, whole] = [await stage.incident({ entities }), await stage.incident({ entities })];
      await stage.rule(part, 'opened');
      await stage.rule(part, 'opened');
      expect(await stage.runsOf(part)).toHaveLength(1);
      await stage.merge(part, whole);
      await stage.rule(whole, 'opened');
      expect(await stage.runsOf(whole)).toHaveLength(1);
    });
  });
});
