import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import {
  appearWithCard,
  objectsIn,
  submitInSlack,
  submitInTeams,
  toldInSlack,
  typeInSlack,
} from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackLog, teamsCard, teamsLog } from '../../support/rooms.ts';
import {
  askForRun,
  doneToMachines,
  hearInSlack,
  openRunInTeams,
  pressRunInSlack,
  pressRunInTeams,
  runInTeams,
  runSays,
} from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

const settings = () =>
  writeSettings((all) => {
    all.playbooks = {
      approval: [
        { name: 'scans', match: { play: 'scan-machine' }, needs: 'peer' },
        { name: 'packages', match: { play: 'collect-package' }, needs: 'lead' },
      ],
    };
  });

describe.each(databases)('who decides on a run, on $name', { timeout: 90_000 }, (kind) => {
  let house: House;
  let incident: string;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings() });
    incident = (await appearWithCard(house, 'vm-reverse-shell')).name;
  });
  afterAll(() => house.close());

  /** Adam wants it, and it can be decided on. */
  async function want(words: string): Promise<string> {
    const run = await askForRun(house, 'adam', `${words} ${incident} --reason "reverse shell"`);
    await runSays(house, run, 'waits for');
    return run;
  }
  const say = (as: string, words: string) => typeInSlack(house, as, words);
  /** What the card and the log say in both rooms. */
  const shown = async () => {
    const found = [slackCard, teamsCard, slackLog, teamsLog].map((look) => look(house, incident));
    const [inSlack, inTeams, logInSlack, logInTeams] = (await Promise.all(found)).map(
      (one) => one?.text ?? '',
    );
    return { cards: [inSlack, inTeams], logs: [logInSlack, logInTeams] };
  };

  it('does not let whoever asked approve, pressed or typed', async () => {
    const run = await want('scan-machine');
    await pressRunInSlack(house, 'adam', run, 'approve');
    await hearInSlack(house, 'adam', 'somebody else has to approve');
    const { body } = await pressRunInTeams(house, 'adam', run, 'approve');
    expect(JSON.stringify(body)).toContain('somebody else has to approve');
    expect(await say('adam', `approve ${run}`)).toContain('somebody else has to approve');
    await runSays(house, run, 'waits for');
    expect(await doneToMachines(house, run)).toEqual([]);
    await say('lena', `approve ${run}`);
    await runSays(house, run, 'is done', 40_000);
    expect(await doneToMachines(house, run)).toEqual(['RunAntiVirusScan']);
  });

  it.each(['vera', 'guest', 'paula', 'mallory', 'dora', 'robo'])(
    'refuses %s, whatever they press or type',
    async (as) => {
      const run = await want('scan-machine');
      expect(await say(as, `run scan-machine ${incident}`)).not.toMatch(/RUN-\d/);
      expect(await say(as, `approve ${run}`)).not.toContain('Approved');
      expect(await say(as, `undo ${run}`)).not.toContain('taken back');
      expect(await say(as, 'automation stop "I want to"')).not.toContain('STOPPED');
      for (const verb of ['approve', 'cancel'] as const) {
        await pressRunInSlack(house, as, run, verb);
        await pressRunInTeams(house, as, run, verb);
      }
      for (const verb of ['refuse', 'break-glass', 'change'] as const) {
        expect((await pressRunInSlack(house, as, run, verb)).view).toBeUndefined();
        const { data } = await openRunInTeams(house, as, run, verb);
        const late = { ...data, note: 'let me', minutes: '60', 'set-type': 'full' };
        await submitInTeams(house, as, late).catch(() => 'no dialog was opened');
      }
      const still = await runSays(house, run, 'waits for a colleague');
      expect(still.text).not.toContain('Approved by');
      expect(await doneToMachines(house, run)).toEqual([]);
      await pressRunInSlack(house, 'adam', run, 'cancel');
      await runSays(house, run, 'was withdrawn');
    },
  );

  it('wants to know for sure who approves', async () => {
    const run = await want('scan-machine');
    await pressRunInSlack(house, 'priya', run, 'approve');
    await hearInSlack(house, 'priya', 'Type "link"');
    expect(await say('priya', `approve ${run}`)).toContain('Type "link"');
    await runSays(house, run, 'waits for a colleague');
    await pressRunInTeams(house, 'priya', run, 'approve');
    const done = await runSays(house, run, 'is done', 40_000);
    expect(done.text).toContain('Priya Nair');
  });

  it('forgets an approval where what was approved is changed, and refuses one of what was there before', async () => {
    const run = await want('isolate-machine');
    const before = await runInTeams(house, run);
    await pressRunInTeams(house, 'lena', run, 'approve');
    await runSays(house, run, 'Lena Fischer');

    const { view } = await pressRunInSlack(house, 'adam', run, 'change');
    await submitInSlack(house, 'adam', view, { minutes: { choice: '60' } });
    const anew = await runSays(house, run, /waits for two[\s\S]*\b1 h\b/);
    expect(anew.text).not.toContain('Lena Fischer');

    const approve = objectsIn(before?.raw).find(({ verb }) => verb === 'watchfloor/run/approve');
    expect(approve).toBeDefined();
    const { body } = await house.control<{ body: unknown }>('POST', '/teams/press', {
      as: 'amara',
      conversation: '19:soc@thread.tacv2',
      activity: before?.id,
      verb: approve?.verb,
      data: approve?.data,
    });
    expect(JSON.stringify(body)).toContain('It was changed since you saw it');

    await pressRunInTeams(house, 'amara', run, 'approve');
    await runSays(house, run, /waits for a colleague[\s\S]*Amara Okafor/);
    const { view: again } = await pressRunInSlack(house, 'adam', run, 'change');
    await submitInSlack(house, 'adam', again, { 'set-type': { choice: 'full' }, minutes: { choice: '240' } });
    const last = await runSays(house, run, /waits for two[\s\S]*\b4 h\b/);
    expect(last.text).not.toContain('Amara Okafor');
    expect(await doneToMachines(house, run)).toEqual([]);
    await pressRunInSlack(house, 'adam', run, 'cancel');
    await runSays(house, run, 'was withdrawn');
  });

  it('lets nobody but whoever asked change it', async () => {
    const run = await want('isolate-machine');
    const { data } = await openRunInTeams(house, 'lena', run, 'change');
    const { body } = await submitInTeams(house, 'lena', { ...data, minutes: '60', 'set-type': 'full' });
    expect(JSON.stringify(body)).toContain('Whoever asked for it may change it');
    await pressRunInSlack(house, 'lena', run, 'cancel');
    await runSays(house, run, 'was withdrawn');
  });

  it('runs once where two approve at the same moment', async () => {
    const run = await want('scan-machine');
    await Promise.all([
      pressRunInSlack(house, 'lena', run, 'approve'),
      pressRunInTeams(house, 'amara', run, 'approve'),
      pressRunInTeams(house, 'olivia', run, 'approve'),
    ]);
    await runSays(house, run, 'is done', 40_000);
    expect(await doneToMachines(house, run)).toEqual(['RunAntiVirusScan']);
  });

  it('takes a lead and one more where two are needed, also at the same moment', async () => {
    const run = await want('isolate-machine');
    await Promise.all([
      pressRunInSlack(house, 'lena', run, 'approve'),
      pressRunInTeams(house, 'olivia', run, 'approve'),
    ]);
    const stands = await runSays(house, run, 'stands until', 40_000);
    expect(stands.text).toMatch(/Lena Fischer, Olivia Marsh|Olivia Marsh, Lena Fischer/);
    expect(await doneToMachines(house, run)).toEqual(['Isolate']);
    await say('adam', `undo ${run}`);
    await runSays(house, run, 'is taken back', 40_000);
  });

  it('counts one person once, and not without a lead', async () => {
    const run = await want('isolate-machine');
    expect(await say('olivia', `approve ${run}`)).toContain('A lead has to approve, too.');
    expect(await say('olivia', `approve ${run}`)).toContain('You have approved it already');
    await pressRunInTeams(house, 'priya', run, 'approve');
    const two = await runSays(house, run, 'Priya Nair');
    expect(two.text).toContain('waits for');
    expect(await doneToMachines(house, run)).toEqual([]);
    await say('lena', `approve ${run}`);
    await runSays(house, run, 'stands until', 40_000);
    await say('adam', `undo ${run}`);
    await runSays(house, run, 'is taken back', 40_000);
  });

  it('takes a lead where a lead is needed', async () => {
    const run = await want('collect-package');
    await pressRunInSlack(house, 'olivia', run, 'approve');
    await hearInSlack(house, 'olivia', `${run} needs a lead's yes`);
    await pressRunInSlack(house, 'lena', run, 'approve');
    await runSays(house, run, 'is done', 40_000);
  });

  it('says why it was refused, on its message and on the timeline', async () => {
    const run = await want('scan-machine');
    const { view } = await pressRunInSlack(house, 'lena', run, 'refuse');
    await submitInSlack(house, 'lena', view, { note: { text: 'Take the memory first.' } });
    const over = await runSays(house, run, 'was refused');
    expect(over.text).toContain('Lena Fischer: Take the memory first.');
    await house.until('both logs say so', async () =>
      (await shown()).logs.every((log) => log?.includes('Take the memory first.')),
    );
    expect(await say('olivia', `approve ${run}`)).toContain('was refused already');
  });

  it('wants a reason for a refusal', async () => {
    const run = await want('scan-machine');
    const { data } = await openRunInTeams(house, 'lena', run, 'refuse');
    const { body } = await submitInTeams(house, 'lena', { ...data, note: '   ' });
    expect(JSON.stringify(body)).toContain('Say why');
    await submitInTeams(house, 'lena', { ...data, note: 'Not on a Friday.' });
    await runSays(house, run, 'was refused');
  });

  it('is withdrawn by whoever asked, or by a lead, and by nobody else', async () => {
    const run = await want('scan-machine');
    await pressRunInSlack(house, 'olivia', run, 'cancel');
    await hearInSlack(house, 'olivia', `Adam Keller asked for ${run}`);
    await pressRunInSlack(house, 'adam', run, 'cancel');
    await runSays(house, run, 'was withdrawn');
    expect(await say('lena', `approve ${run}`)).toContain('was withdrawn already');
    expect(await doneToMachines(house, run)).toEqual([]);
  });

  it('is loud without approval, until a lead has looked at it', async () => {
    const run = await want('isolate-machine');
    const { view } = await pressRunInSlack(house, 'adam', run, 'break-glass');
    await submitInSlack(house, 'adam', view, { note: { text: 'Nobody answers, and it spreads.' } });
    const stands = await runSays(house, run, 'stands until', 40_000);
    expect(stands.text).toContain('Run without approval. A lead has to look at it.');
    expect(stands.text).toContain('Nobody answers, and it spreads.');
    await house.until('cards and logs are loud', async () => {
      const { cards, logs } = await shown();
      return (
        cards.every((card) => card?.includes('RUN WITHOUT APPROVAL')) &&
        logs.every((log) => log?.includes('Nobody answers, and it spreads.'))
      );
    });
    expect(await say('lena', 'runs --unreviewed')).toContain(run);

    expect((await pressRunInSlack(house, 'olivia', run, 'review')).view).toBeUndefined();
    expect(JSON.stringify(await openRunInTeams(house, 'adam', run, 'review'))).toContain('is for lead');
    const reviewing = await pressRunInSlack(house, 'lena', run, 'review');
    await submitInSlack(house, 'lena', reviewing.view, { note: { text: 'Right, for once.' } });
    const reviewed = await runSays(house, run, 'Right, for once.');
    expect(reviewed.text).not.toContain('A lead has to look at it');
    await house.until('the cards are quiet', async () =>
      (await shown()).cards.every((card) => !card?.includes('WITHOUT APPROVAL')),
    );
    expect(await say('lena', 'runs --unreviewed')).not.toContain(run);
    await say('adam', `undo ${run}`);
    await runSays(house, run, 'is taken back', 40_000);
    expect(await toldInSlack(house, 'adam')).not.toContainEqual(expect.stringContaining('did not work'));
  });
});
