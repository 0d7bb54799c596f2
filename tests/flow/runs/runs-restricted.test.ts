import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appearWithCard, objectsIn, toldInSlack, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackMessages, teamsMessages } from '../../support/rooms.ts';
import {
  askForRun,
  pressRunInSlack,
  pressRunInTeams,
  runInSlack,
  runInTeams,
  runSays,
} from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

const patience = 40_000;
const telling = /vm-pay-web-01|vm-jump-01|reverse shell|brute force|Isolate a machine/i;

describe.each(databases)('runs of restricted incidents, on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: withRoom(), POLL_SECONDS: '3600' });
  });
  afterAll(() => house.close());

  const say = (as: string, words: string) => typeInSlack(house, as, words);
  const rooms = async () => [
    ...(await slackMessages(house)),
    ...(await slackMessages(house, 'C0CLOUD')),
    ...(await teamsMessages(house)),
    ...(await teamsMessages(house, '19:cloud@thread.tacv2')),
  ];
  /** What rooms say of a run, everybody's own copies left aside. */
  const openly = async (run: string) =>
    (await rooms())
      .map(({ raw }) => JSON.stringify({ ...Object(raw), personal: undefined }))
      .filter((raw) => raw.includes(run));

  it('ask those who are named in their direct chats, and never reach a room', async () => {
    const { name } = await appearWithCard(house, 'vm-reverse-shell');
    await say('lena', `restrict ${name} to Adam, Amara`);
    const run = await askForRun(house, 'adam', `isolate-machine ${name} --reason "reverse shell"`);
    for (const chat of ['D0ADAM', 'D0LENA', 'D0AMARA'])
      await house.until(`${chat} to be asked`, async () =>
        (await runInSlack(house, run, chat))?.text.includes('waits for'),
      );
    expect(await runInSlack(house, run, 'D0OLIVIA')).toBeUndefined();

    expect(await say('olivia', `approve ${run}`)).toContain('It is restricted to');
    expect(await say('olivia', `undo ${run}`)).toContain('It is restricted to');
    expect(await say('olivia', 'runs')).not.toContain(run);
    expect(await say('adam', 'runs')).toContain(run);

    // Typed in the room for everybody to read, its answer is for the one who typed.
    await house.control('POST', '/slack/mention', {
      as: 'lena',
      channel: 'C0SOC',
      text: `@Watchfloor approve ${run}`,
    });
    await house.until('Lena to be told alone', async () =>
      (await toldInSlack(house, 'lena')).some((told) => told.includes('Approved.')),
    );
    await pressRunInSlack(house, 'amara', run, 'approve', 'D0AMARA');
    await house.until(
      'it to stand',
      async () => (await runInSlack(house, run, 'D0ADAM'))?.text.includes('stands until'),
      patience,
    );
    expect(await say('olivia', 'contained')).not.toContain(run);
    expect(await say('adam', 'contained')).toContain(run);

    await house.control('POST', '/slack/mention', {
      as: 'adam',
      channel: 'C0SOC',
      text: `@Watchfloor undo ${run}`,
    });
    await house.until(
      'it to be taken back',
      async () => (await runInSlack(house, run, 'D0LENA'))?.text.includes('is taken back'),
      patience,
    );
    // The mentions of those two name it, and nothing else does.
    for (const raw of await openly(run)) expect(raw).not.toMatch(telling);
    expect((await rooms()).filter(({ text }) => text.includes(run))).toEqual([]);
  });

  it('are hidden in rooms as soon as the incident is restricted, and shown again afterwards', async () => {
    const { name } = await appearWithCard(house, 'vm-rdp-brute-force');
    const run = await askForRun(house, 'adam', `isolate-machine ${name} --reason "brute force"`);
    await runSays(house, run, 'waits for');
    await house.until('a lead to be asked', () => runInSlack(house, run, 'D0AMARA'));
    await house.until('the room for approvals to be asked', () => runInSlack(house, run, 'C0CLOUD'));

    await say('lena', `restrict ${name} to Adam`);
    await house.until('all of it to be hidden', async () => {
      const raws = await openly(run);
      return raws.length > 0 && raws.every((raw) => !telling.test(raw));
    });
    const seen = [
      await runInSlack(house, run),
      await runInTeams(house, run),
      await runInSlack(house, run, 'D0AMARA'),
    ];
    for (const one of seen) {
      expect(one?.text ?? '').not.toMatch(telling);
      expect(objectsIn(one?.raw).some(({ action_id }) => String(action_id).startsWith('run:'))).toBe(false);
    }
    await say('lena', `unrestrict ${name}`);
    await house.until('it to be shown again', async () =>
      [await runInSlack(house, run), await runInTeams(house, run)].every(
        (one) => one && telling.test(one.text),
      ),
    );
  });
});

describe.each(databases)('runs in rooms that are shown no names, on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    const settings = writeSettings((all) => {
      all.clearance = [
        { slack: 'C0SOC', shows: 'masked' },
        { teams: '19:soc@thread.tacv2', shows: 'masked' },
      ];
      all.playbooks = { approval: [{ name: 'drill', needs: 'peer' }] };
    });
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings, POLL_SECONDS: '3600' });
  });
  afterAll(() => house.close());

  const rooms = async () => [...(await slackMessages(house)), ...(await teamsMessages(house))];

  it('name nobody there, in no state and to nobody who presses', async () => {
    const { name } = await appearWithCard(house, 'identity-employee-sign-in');
    const words = `disable-user ${name} --target adam@contoso.com --for 30m --reason "adam@contoso.com is abroad"`;
    const run = await askForRun(house, 'lena', words);
    const asks = await runSays(house, run, 'waits for');
    expect(asks.text).toContain('a•••@contoso.com');
    await house.control('POST', '/slack/mention', {
      as: 'priya',
      channel: 'C0SOC',
      text: `@Watchfloor approve ${run}`,
    });
    const { body } = await pressRunInTeams(house, 'olivia', run, 'approve');
    expect(JSON.stringify(body)).not.toContain('adam@contoso.com');
    await runSays(house, run, 'stands until', patience);
    const undone = await pressRunInTeams(house, 'olivia', run, 'undo');
    expect(JSON.stringify(undone.body)).not.toContain('adam@contoso.com');
    await runSays(house, run, 'is taken back', patience);

    const again = await askForRun(house, 'lena', words);
    await runSays(house, again, 'waits for');
    await house.control('POST', '/slack/mention', {
      as: 'amara',
      channel: 'C0SOC',
      text: `@Watchfloor approve ${again}`,
    });
    await runSays(house, again, 'stands until', patience);
    await house.until('Amara to be answered', async () =>
      [...(await slackMessages(house)).map(({ text }) => text), ...(await toldInSlack(house, 'amara'))].some(
        (text) => text.includes(`Approved: ${again}`),
      ),
    );
    for (const { text } of await rooms()) expect(text).not.toContain('adam@contoso.com');
    await typeInSlack(house, 'lena', `undo ${again}`);
    await runSays(house, again, 'is taken back', patience);
  });
});

function withRoom(): string {
  return writeSettings((all) => {
    all.playbooks = { rooms: [{ slack: 'C0CLOUD' }, { teams: '19:cloud@thread.tacv2' }] };
  });
}
