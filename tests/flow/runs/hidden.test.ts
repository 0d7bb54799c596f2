import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomClearance } from '../../../src/channels/clearance.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { userOf } from '../queries/stage.ts';
import { setRunStage } from './stage.ts';

const telling = /vm-board-01|board meeting/;
let boards = 0;
/** Of another machine each time: what stands on one keeps others from doing the same to it. */
function alert() {
  boards += 1;
  const name = `vm-board-01-${boards}`;
  return {
    target: name,
    title: `A shell on ${name}`,
    entities: [{ kind: 'host' as const, name, resourceId: '' }],
  };
}
const room = (shows: RoomClearance['shows'], hideHosts = false): RoomClearance => ({
  channel: 'slack',
  conversation: 'C0SOC',
  shows,
  hideHosts,
});

describe.each(databases)('what runs tell to whom, on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  const set = (...clearance: RoomClearance[]) => setRunStage(store, { clearance });

  async function restricted() {
    const stage = set();
    const incident = await stage.incident(alert());
    const number = await stage.ask(incident, '--reason "before the board meeting"');
    expect(JSON.stringify(await stage.message(number))).toMatch(telling);
    await stage.say('lena', `restrict INC-${incident.id} Adam Keller`);
    await stage.run();
    return { stage, incident, number };
  }

  it('is taken back in rooms where the incident becomes one for named people only', async () => {
    const { stage, incident, number } = await restricted();
    const message = await stage.message(number);
    expect(message).toMatchObject({ buttons: [], facts: [], effect: '' });
    expect(message?.headline).toBe(`RUN-${number} of INC-${incident.id}: restricted incident`);
    expect(JSON.stringify(message)).not.toMatch(telling);
    await stage.press('lena', 'approve', number);
    await stage.later(55);
    expect(JSON.stringify(await stage.message(number))).not.toMatch(telling);
  });

  it('is refused to whoever is not named, and told to whoever is alone', async () => {
    const { stage, number } = await restricted();
    await expect(stage.press('olivia', 'approve', number)).rejects.toThrow(/restricted to/);
    await expect(stage.say('olivia', `approve RUN-${number}`)).rejects.toThrow(/restricted to/);
    const approved = await stage.say('lena', `approve RUN-${number}`);
    expect(approved).toMatchObject({ isPrivate: true, text: expect.stringMatching(telling) });
    await stage.run();
    expect(await stage.say('lena', `undo RUN-${number}`)).toMatchObject({ isPrivate: true });
  });

  it('is told again once it is for everybody', async () => {
    const { stage, incident, number } = await restricted();
    await stage.say('lena', `unrestrict INC-${incident.id}`);
    await stage.run();
    expect(JSON.stringify(await stage.message(number))).toMatch(telling);
  });

  it('is not told in a room that hears no more than that it exists', async () => {
    const stage = set(room('existence'));
    const incident = await stage.incident(alert());
    const number = await stage.ask(incident);
    expect(await stage.message(number)).toBeUndefined();
    const said = await stage.say('olivia', `approve RUN-${number}`);
    expect(said).toMatchObject({ isPrivate: true });
  });

  it('names no host to whoever may not be shown any, pressed, typed or in a dialog', async () => {
    const stage = set(room('masked', true));
    const incident = await stage.incident(alert());
    const slip = await stage.say('adam', `run contain INC-${incident.id} --target vm-else-01`).catch(String);
    expect(slip).toMatch(/names no/);
    expect(slip).not.toMatch(telling);
    const number = await stage.ask(incident);
    expect(JSON.stringify(await stage.message(number))).not.toMatch(telling);
    const { id, version } = await stage.state(number);
    const dialog = await stage.desk.openRun(userOf('olivia'), 'refuse', id, version);
    expect(JSON.stringify(dialog)).not.toMatch(telling);
    const outcome = await stage.press('olivia', 'approve', number);
    expect(JSON.stringify(outcome)).not.toMatch(telling);
    const again = await stage.ask(await stage.incident(alert()));
    expect((await stage.say('olivia', `approve RUN-${again}`)).text).not.toMatch(telling);
    await stage.later(55);
    const direct = stage.shown.filter(({ spot }) => spot.conversation === 'D0ADAM');
    expect(direct).not.toEqual([]);
    // An analyst may reveal what is masked, and so is told it alone.
    expect(JSON.stringify(direct)).toMatch(telling);
  });

  it('is not approved in words by whoever may have been told of something else', async () => {
    const stage = set();
    const incident = await stage.incident(alert());
    const number = await stage.ask(incident);
    await stage.press('adam', 'change', number, { minutes: '120', 'set-why': 'longer' });
    await expect(stage.say('olivia', `approve RUN-${number}`)).rejects.toThrow(/was changed since/);
    await stage.press('olivia', 'approve', number);
    expect(await stage.state(number)).toMatchObject({ state: 'succeeded', order: { minutes: 120 } });
  });

  it('shows what is approved to its end', async () => {
    const stage = set();
    const incident = await stage.incident(alert());
    const why = `${'harmless '.repeat(20)}and then the rest`;
    const number = await stage.ask(incident, `--set why="${why}"`);
    expect(JSON.stringify(await stage.message(number))).toContain('and then the rest');
  });
});
