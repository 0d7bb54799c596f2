import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appearWithCard, toldInSlack, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, teamsCard } from '../../support/rooms.ts';
import { pressRunInSlack, pressRunInTeams, runInSlack, runSays } from '../../support/runs.ts';

describe.each(databases)('a playbook run from request to undo, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  /** Asks for a run with typed words; its name. */
  async function ask(as: string, words: string): Promise<string> {
    const said = await typeInSlack(house, as, words);
    const [name] = /RUN-\d+/.exec(said) ?? [];
    if (!name) throw new Error(`No run was asked for: ${said}`);
    return name;
  }

  it('is asked in Slack, approved in Teams, done at the far side, shown in both rooms and taken back', async () => {
    const { name: incident } = await appearWithCard(house, 'vm-reverse-shell');
    const run = await ask('adam', `run isolate-machine ${incident} --reason "reverse shell"`);

    const asked = await runSays(house, run, 'waits for');
    expect(asked.text).toContain('vm-pay-web-01');
    expect(asked.text).toContain('reverse shell');
    await house.until('the card says so', async () => {
      const card = await slackCard(house, incident);
      return card?.text.includes(`${run} waits for`);
    });

    await pressRunInSlack(house, 'adam', run, 'approve');
    await house.until('the requester is told', async () =>
      (await toldInSlack(house, 'adam')).find((said) => said.includes('somebody else has to approve')),
    );

    await pressRunInTeams(house, 'lena', run, 'approve');
    await runSays(house, run, /waits for|under way|stands/);
    if ((await runInSlack(house, run))?.text.includes('waits for'))
      await pressRunInTeams(house, 'amara', run, 'approve');
    await runSays(house, run, 'stands until', 40_000);
    await house.until('both cards show what stands', async () => {
      const cards = await Promise.all([slackCard(house, incident), teamsCard(house, incident)]);
      return cards.every((card) => card?.text.includes('Contained'));
    });

    await pressRunInTeams(house, 'olivia', run, 'undo');
    const over = await runSays(house, run, 'is taken back', 40_000);
    expect(over.text).toContain('Lena Fischer');
    await house.until(
      'the cards forget it',
      async () => !(await slackCard(house, incident))?.text.includes('Contained'),
    );
  });
});
