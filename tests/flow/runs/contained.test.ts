import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeClock } from '../../support/clock.ts';
import { databases } from '../../support/databases.ts';
import { appearWithCard, objectsIn, pressInSlack, submitInSlack, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackLog, slackMessages, teamsCard, teamsLog } from '../../support/rooms.ts';
import {
  askForRun,
  doneToMachines,
  hearInSlack,
  pressRunInSlack,
  pressRunInTeams,
  runInSlack,
  runInTeams,
  runSays,
} from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

/** Whoever asks says yes: these tests begin where something stands. */
const settings = () =>
  writeSettings((all) => {
    all.playbooks = { approval: [{ name: 'drill', needs: 'own' }] };
  });
const patience = 40_000;

describe.each(databases)('what is contained, on $name', { timeout: 150_000 }, (kind) => {
  let house: House;
  let incident: string;
  let clock: ReturnType<typeof takeClock>;
  beforeAll(async () => {
    clock = takeClock();
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings() });
    incident = (await appearWithCard(house, 'vm-reverse-shell')).name;
  });
  afterAll(async () => {
    await house.close();
    clock.giveBack();
  });

  const say = (as: string, words: string) => typeInSlack(house, as, words);
  /** Asked for and run by one person; it stands. */
  async function contain(as: string, words: string): Promise<string> {
    const run = await askForRun(house, as, words);
    await runSays(house, run, 'waits for');
    await pressRunInSlack(house, as, run, 'confirm');
    await runSays(house, run, 'stands until', patience);
    return run;
  }
  const inChatOfAdam = (run: string) => runInSlack(house, run, 'D0ADAM');

  it('is told of before it ends, can be extended, and ends by itself', async () => {
    const run = await contain('adam', `isolate-machine ${incident} --for 30m`);
    const first = (await runInSlack(house, run))?.text;
    expect(await inChatOfAdam(run)).toBeUndefined();

    clock.forward(29.5);
    const told = await house.until('Adam to be reminded', () => inChatOfAdam(run), patience);
    expect(told.text).toContain('stands until');
    const { view } = await pressRunInSlack(house, 'adam', run, 'extend', 'D0ADAM');
    await submitInSlack(house, 'adam', view, { minutes: { choice: '30' } });
    await hearInSlack(house, 'adam', `${run} stands 30 min longer`);
    await house.until('both rooms show the new end', async () => {
      const [slack, teams] = await Promise.all([runInSlack(house, run), runInTeams(house, run)]);
      const headline = /stands until [^·\n]+/.exec(first ?? '')?.[0] ?? 'none';
      return [slack, teams].every(
        (one) => one?.text.includes('stands until') && !one.text.includes(headline),
      );
    });

    clock.forward(30);
    await house.until(
      'Adam to be reminded anew, by a message of its own',
      async () =>
        (await slackMessages(house, 'D0ADAM')).filter(({ text }) => text.includes(`${run} · `)).length === 2,
      patience,
    );
    expect(await doneToMachines(house, run)).toEqual(['Isolate']);

    clock.forward(5);
    await runSays(house, run, 'is taken back', patience);
    expect(await doneToMachines(house, run)).toEqual(['Unisolate', 'Isolate']);
    await house.until('the logs to tell why', async () =>
      [await slackLog(house, incident), await teamsLog(house, incident)].every((log) =>
        log?.text.includes('its time is over'),
      ),
    );
    await house.until(
      'the card to forget it',
      async () => !(await slackCard(house, incident))?.text.includes('Contained'),
    );
  });

  it('is listed with owner and end, and taken back from its message or with typed words', async () => {
    const run = await contain('adam', `isolate-machine ${incident} --for 2h`);
    const list = await say('olivia', 'contained');
    expect(list).toContain(`${run} · ${incident}`);
    expect(list).toMatch(/vm-pay-web-01 · stands until [^·]*\d\d:\d\d UTC · asked by Adam Keller/);
    await pressRunInTeams(house, 'olivia', run, 'undo');
    await runSays(house, run, 'is taken back', patience);
    expect(await say('olivia', 'contained')).toContain('Nothing is contained right now.');
    expect(await say('olivia', `undo ${run}`)).toContain('was taken back already');

    const again = await contain('adam', `isolate-machine ${incident}`);
    expect(await say('vera', `undo ${again}`)).toContain('"undo" is for');
    expect(await say('olivia', `undo ${again}`)).toContain(`${again} is being taken back.`);
    await runSays(house, again, 'is taken back', patience);
    expect(await doneToMachines(house, again)).toEqual(['Unisolate', 'Isolate']);
  });

  it('is loud where it cannot be taken back, and can be tried again', async () => {
    const run = await contain('adam', `isolate-machine ${incident}`);
    await house.control('POST', '/machine-actions/next', { ends: 'Failed' });
    await say('adam', `undo ${run}`);
    const stuck = await runSays(house, run, 'could not be taken back', patience);
    expect(stuck.text).toContain('Take it back by hand, or try again.');
    await house.until('the cards are loud', async () =>
      [await slackCard(house, incident), await teamsCard(house, incident)].every((card) =>
        card?.text.includes('Take it back by hand'),
      ),
    );
    expect(await say('adam', 'contained')).toContain(run);
    await pressRunInSlack(house, 'adam', run, 'undo');
    await runSays(house, run, 'is taken back', patience);
    expect(await doneToMachines(house, run)).toEqual(['Unisolate', 'Unisolate', 'Isolate']);
  });

  it('is as good as taken back where somebody did it in the portal', async () => {
    const { name } = await appearWithCard(house, 'identity-employee-sign-in');
    const run = await contain('lena', `disable-user ${name} --target adam@contoso.com`);
    await house.control('POST', '/entra/accounts', { person: 'adam', enabled: true });
    await say('lena', `undo ${run}`);
    const over = await runSays(house, run, 'is taken back', patience);
    expect(over.text).toContain('adam@contoso.com can sign in again.');
  });

  it('is asked about when the incident is closed, and taken back where they say so', async () => {
    const { name } = await appearWithCard(house, 'vm-rdp-brute-force');
    const run = await contain('adam', `isolate-machine ${name}`);
    const closing = `close ${name} true-positive done`;
    const refused = await say('adam', closing);
    expect(refused).toContain(`vm-jump-01 is still contained (${run}`);
    const { view } = await pressInSlack(house, 'adam', name, 'close');
    const asked = objectsIn(view).find(({ block_id }) => block_id === 'contained');
    expect(JSON.stringify(asked)).toContain(run);
    await say('adam', `${closing} --contained undo`);
    await runSays(house, run, 'is taken back', patience);
    await house.until('the log to tell why', async () =>
      (await slackLog(house, name))?.text.includes('the incident is closed'),
    );
    expect((await slackCard(house, name))?.text).toMatch(/closed/i);
  });

  it('stands on where the incident is closed and they say so in the dialog', async () => {
    const { name } = await appearWithCard(house, 'vm-credential-dump');
    const run = await contain('adam', `isolate-machine ${name}`);
    const { view } = await pressInSlack(house, 'adam', name, 'close');
    await submitInSlack(house, 'adam', view, {
      ending: { choice: 'true-positive/suspicious-activity' },
      contained: { choice: 'keep' },
    });
    await house.until('the card is closed', async () =>
      /true positive/i.test((await slackCard(house, name))?.text ?? ''),
    );
    expect(await say('adam', 'contained')).toContain(run);
    expect((await runInSlack(house, run))?.text).toContain('stands until');
    await pressRunInTeams(house, 'olivia', run, 'undo');
    await runSays(house, run, 'is taken back', patience);
    expect(await doneToMachines(house, run)).toEqual(['Unisolate', 'Isolate']);
  });
});

describe.each(databases)('a run that nobody decides on, on $name', { timeout: 90_000 }, (kind) => {
  let house: House;
  let clock: ReturnType<typeof takeClock>;
  beforeAll(async () => {
    clock = takeClock();
    house = await openHouse(kind);
  });
  afterAll(async () => {
    await house.close();
    clock.giveBack();
  });

  it('expires, does nothing, and says so', async () => {
    const { name } = await appearWithCard(house, 'vm-reverse-shell');
    const run = await askForRun(house, 'adam', `isolate-machine ${name}`);
    await runSays(house, run, 'waits for two');
    clock.forward(29);
    expect(await typeInSlack(house, 'lena', `approve ${run}`)).toContain('One more person');
    clock.forward(4);
    expect(await typeInSlack(house, 'amara', `approve ${run}`)).toMatch(
      /The time to decide is over|not decided/,
    );
    const over = await runSays(house, run, 'was not decided in time', patience);
    expect(over.text).toContain('nothing was done');
    expect(objectsIn(over.raw).some(({ action_id }) => String(action_id).startsWith('run:'))).toBe(false);
    expect(await doneToMachines(house, run)).toEqual([]);
    await house.until(
      'the card to forget it',
      async () => !(await slackCard(house, name))?.text.includes(`${run} waits`),
    );
  });
});
