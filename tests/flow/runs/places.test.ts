import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appearWithCard, objectsIn } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackMessages, teamsCard } from '../../support/rooms.ts';
import {
  askForRun,
  doneToMachines,
  pressRunInSlack,
  pressRunInTeams,
  runInSlack,
  runInTeams,
  runSays,
} from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

const settings = () =>
  writeSettings((all) => {
    all.playbooks = {
      rooms: [{ slack: 'C0CLOUD' }, { teams: '19:cloud@thread.tacv2' }],
      approval: [
        { name: 'packages', match: { play: 'collect-package' }, needs: 'lead' },
        { name: 'scans', match: { play: 'scan-machine' }, needs: 'peer' },
      ],
    };
  });
const patience = 40_000;
const cloud = { slack: 'C0CLOUD', teams: '19:cloud@thread.tacv2' };

describe.each(databases)('where runs are shown, on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  let incident: string;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings(), POLL_SECONDS: '3600' });
    incident = (await appearWithCard(house, 'vm-reverse-shell')).name;
  });
  afterAll(() => house.close());

  const offers = (raw: unknown) =>
    objectsIn(raw).flatMap(({ action_id: id }) => (String(id).startsWith('run:') ? [id] : []));

  it('asks leads in their direct chats, where one is needed, and not the one who asked', async () => {
    const run = await askForRun(house, 'lena', `collect-package ${incident}`);
    const asked = await house.until('Amara to be asked', () => runInSlack(house, run, 'D0AMARA'));
    expect(asked.text).toContain('vm-pay-web-01');
    expect(asked.text).toContain(incident);
    await pressRunInSlack(house, 'amara', run, 'approve', 'D0AMARA');
    await runSays(house, run, 'is done', patience);
    await house.until('her message to be settled', async () => {
      const seen = await runInSlack(house, run, 'D0AMARA');
      return seen?.text.includes('is done') && offers(seen.raw).length === 0;
    });
    expect(await runInSlack(house, run, 'D0LENA')).toBeUndefined();
    expect(await runInSlack(house, run, 'D0OLIVIA')).toBeUndefined();
  });

  it('asks nobody alone where a colleague will do', async () => {
    const run = await askForRun(house, 'adam', `scan-machine ${incident}`);
    await runSays(house, run, 'waits for a colleague');
    await pressRunInTeams(house, 'olivia', run, 'approve');
    await runSays(house, run, 'is done', patience);
    for (const chat of ['D0LENA', 'D0AMARA', 'D0OLIVIA'])
      expect(await runInSlack(house, run, chat)).toBeUndefined();
  });

  it('is shown under the card, so that the room sees it, and in the rooms for approvals', async () => {
    const run = await askForRun(house, 'adam', `scan-machine ${incident}`);
    const inSlack = await runSays(house, run, 'waits for');
    expect(inSlack.thread).toBe((await slackCard(house, incident))?.id);
    expect(inSlack.raw).toMatchObject({ subtype: 'thread_broadcast' });
    expect((await runInTeams(house, run))?.thread).toBe((await teamsCard(house, incident))?.id);
    const extra = await house.until('the room for approvals in Slack', () =>
      runInSlack(house, run, cloud.slack),
    );
    expect(extra.thread).toBeUndefined();
    await house.until('the room for approvals in Teams', () => runInTeams(house, run, cloud.teams));
    await pressRunInTeams(house, 'lena', run, 'approve', cloud.teams);
    await runSays(house, run, 'is done', patience);
    await house.until('the other rooms to say so', async () =>
      [await runInSlack(house, run, cloud.slack), await runInTeams(house, run, cloud.teams)].every((one) =>
        one?.text.includes('is done'),
      ),
    );
    expect(await doneToMachines(house, run)).toEqual(['RunAntiVirusScan']);
  });

  it('is posted anew where somebody deleted its message', async () => {
    const run = await askForRun(house, 'adam', `scan-machine ${incident}`);
    const inSlack = await runSays(house, run, 'waits for');
    const inTeams = await runInTeams(house, run);
    await house.control('DELETE', `/slack/messages/C0SOC/${inSlack.id}`);
    await house.control(
      'DELETE',
      `/teams/messages/${encodeURIComponent('19:soc@thread.tacv2')}/${encodeURIComponent(inTeams?.id ?? '')}`,
    );
    expect(await runInSlack(house, run)).toBeUndefined();
    await pressRunInSlack(house, 'lena', run, 'approve', cloud.slack);
    const anew = await runSays(house, run, 'is done', patience);
    expect(anew.id).not.toBe(inSlack.id);
    const all = (await slackMessages(house)).filter(({ text }) => text.startsWith(`${run} of `));
    expect(all).toHaveLength(1);
  });
});
