import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { mentionInSlack, sentences, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackMessages, teamsCard, teamsMessages } from '../../support/rooms.ts';
import { askForRun, doneToMachines, pressRunInSlack, runSays } from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

const machine =
  '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-pay-web-01';
/** As short as a test: what comes second comes soon. */
const short = `
name: short
title: A web server is broken into
about: For tests.
lasts: 2m
alerts:
  - title: A shell was opened on vm-pay-web-01
    severity: high
    type: VM_ReverseShell
    target: vm-pay-web-01
    entities: [{ host: ${machine} }]
  - { after: 4s, title: vm-pay-web-01 talks to a mining pool, severity: medium, type: VM_CryptoMining }
expect:
  - { step: acknowledge, within: 1m }
  - { step: assign, within: 1m }
  - { step: look, within: 1m }
  - { step: run, playbook: isolate-machine, within: 1m }
  - { step: approve, playbook: isolate-machine, within: 1m }
  - { step: run, playbook: snapshot-disks, within: 1m }
  - { step: close, as: true-positive, within: 2m }
`;
function settings(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-drills-'));
  fs.writeFileSync(path.join(folder, 'short.yaml'), short);
  return writeSettings((all) => {
    all.preparation = { drills: { folder } };
  });
}
const patience = 30_000;

describe.each(databases)('a drill, on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings() });
  }, 120_000);
  afterAll(() => house.close());

  /** What is typed is answered at once, or by a message of its own where the machine is busy. */
  async function say(as: string, words: string): Promise<string> {
    const before = (await heard(as)).length;
    const answer = await typeInSlack(house, as, words);
    return answer || house.until(`an answer to ${words}`, async () => (await heard(as))[before], patience);
  }
  async function heard(as: string): Promise<string[]> {
    const { ephemerals } = await house.control<{ ephemerals: { user: string }[] }>('GET', '/slack');
    return ephemerals.filter(({ user }) => user === `U0${as.toUpperCase()}`).map(sentences);
  }
  const cardOf = (incident: string, says: string) =>
    house.until(
      `${incident} to say ${says}`,
      async () => {
        const card = await slackCard(house, incident);
        return card?.text.includes(says) ? card : undefined;
      },
      patience,
    );
  const pageSays = (says: RegExp) =>
    house.until(
      `a page that says ${says}`,
      async () => {
        const inTeams = (await teamsMessages(house)).find(({ text }) => says.test(text));
        const inSlack = (await slackMessages(house)).find(({ text }) => says.test(text));
        return inTeams && inSlack;
      },
      patience,
    );

  it('is chosen by anybody, and started by those who answer for everybody’s time', async () => {
    expect(await say('adam', 'drill scenarios')).toMatch(/ransomware[\s\S]*short/);
    expect(await say('adam', 'drill start short')).toContain('lead');
    expect(await say('lena', 'drill start nonsense')).toContain('No drill is called');
    expect(await say('lena', 'drill stop')).toContain('No drill is being played');
    expect(await say('lena', 'drill report')).toContain('No drill was played yet');
  });

  it('plays through the whole product, touches nothing real, and reports how it went', async () => {
    expect(await say('lena', 'drill start short')).toContain('DRILL-1 begins');
    await pageSays(/DRILL-1 begins: A web server is broken into/);
    expect(await say('marcus', 'drill start short')).toContain('DRILL-1 is being played');

    const card = await house.until('the card', () => slackCard(house), patience);
    const incident = card.name;
    expect(card.text).toContain('DRILL · HIGH · NEW');
    expect(card.text).toContain('DRILL: A shell was opened on vm-pay-web-01');
    await house.until('the card in Teams', async () =>
      (await teamsCard(house, incident))?.text.includes('DRILL · HIGH'),
    );
    // What comes later is the same story.
    await cardOf(incident, 'Alerts');
    expect((await slackMessages(house)).filter(({ thread, name }) => !thread && name).length).toBe(1);

    await say('adam', `take ${incident}`);
    await say('adam', `details ${incident}`);
    expect(await say('adam', `ask ${incident} Vera Lindqvist`)).toContain('made up');

    const before = await doneToMachines(house, 'RUN-');
    const run = await askForRun(house, 'adam', `isolate-machine ${incident}`);
    const asked = await runSays(house, run, 'waits for', patience);
    expect(asked.text).toContain(`${run} · DRILL · Isolate`);
    // It is a crown jewel: a drill asks for as many yeses as the real thing.
    await pressRunInSlack(house, 'olivia', run, 'approve');
    await runSays(house, run, 'waits for a lead’s yes', patience);
    await pressRunInSlack(house, 'lena', run, 'approve');
    const done = await runSays(house, run, 'is done', patience);
    expect(done.text).toContain('Rehearsed, nothing was changed');
    expect(await doneToMachines(house, run)).toEqual([]);
    expect(await doneToMachines(house, 'RUN-')).toEqual(before);
    // Nothing stands, and nobody else is kept from doing it for real.
    expect(await say('adam', 'contained')).toContain('Nothing is contained');
    expect(await say('lena', `undo ${run}`)).toContain('rehearsed');

    const soFar = await say('vera', 'drill report');
    expect(soFar).toMatch(/snapshot-disks asked for[\s\S]*to come/);
    await say('adam', `close ${incident} true-positive suspicious-activity it was a drill`);
    await pageSays(/DRILL-1 · A web server is broken into: 7 of 8 steps in time/);
    const report = await mentionInSlack(house, 'olivia', 'drill report 1');
    expect(report.text).toMatch(/Nobody did[\s\S]*snapshot-disks asked for/);
    expect(report.text).toContain('everything was closed');
  });

  it('is stopped by hand: its incidents are closed, and nothing is left lying', async () => {
    expect(await say('marcus', 'drill start short --room C0CLOUD --unannounced')).toContain('DRILL-2 begins');
    const card = await house.until(
      'a card in the room that was named',
      async () => (await slackMessages(house, 'C0CLOUD')).find(({ name, thread }) => name && !thread),
      patience,
    );
    const inSoc = (await slackMessages(house)).some(({ name }) => name === card.name);
    expect(inSoc).toBe(false);
    expect(await say('lena', 'drill stop')).toContain('DRILL-2 is being ended');
    await house.until(
      'its report',
      async () => (await slackMessages(house, 'C0CLOUD')).some(({ text }) => text.includes('it was stopped')),
      patience,
    );
    expect(await say('adam', 'list')).toContain('No open incidents');
  });
});
