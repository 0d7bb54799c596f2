import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { doneToMachines } from '../support/runs.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('SKIPPED: nobody ran a playbook in a browser, no Chromium found. Set CHROMIUM_PATH.');

/** Somebody before a screen of their own, with both rooms and the threads of both cards open. */
interface Seat {
  page: Page;
  slack: Locator;
  teams: Locator;
  dialog: Locator;
}

/**
 * A machine is isolated as people would do it: each sits at the page, reads what it shows and presses what it offers. It is a
 * crown jewel, so a lead and one more have to approve.
 */
describe.skipIf(!chromium).each(databases)(
  'people who isolate a machine at the console page, on $name',
  { timeout: 60_000 },
  (kind) => {
    let house: House;
    let browser: Browser;
    let adam: Seat;
    let olivia: Seat;
    let lena: Seat;

    beforeAll(async () => {
      house = await openHouse(kind);
      await appearWithCard(house, 'vm-reverse-shell');
      await appearWithCard(house, 'vm-malware-cleaned');
      browser = await openChromium(chromium ?? '');
      adam = await sit('Adam Keller');
      olivia = await sit('Olivia Marsh');
      lena = await sit('Lena Fischer');
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    async function sit(name: string): Promise<Seat> {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await page.goto(house.sandbox.url);
      await page.getByRole('radio', { name: new RegExp(name) }).click();
      const slack = page.getByRole('region', { name: 'Slack' });
      const teams = page.getByRole('region', { name: 'Microsoft Teams' });
      for (const thread of [slack.locator('.slack-replies'), teams.locator('.teams-replies')])
        for (const card of [0, 1]) await thread.nth(card).click();
      return { page, slack, teams, dialog: page.getByRole('dialog') };
    }

    /** The message of a run: in Slack that which the whole room sees, in Teams that in the thread. */
    const inSlack = ({ slack }: Seat, run = 'RUN-1') =>
      slack.locator('article', { hasText: 'replied to a thread' }).filter({ hasText: `${run} · ` });
    const inTeams = ({ teams }: Seat, run = 'RUN-1') =>
      teams.locator('.teams-thread .teams-message').filter({ hasText: `${run} · ` });
    const press = (message: Locator, name: string) =>
      message.getByRole('button', { name, exact: true }).click();
    /** The newest sentence that they alone are told. */
    const told = ({ slack, teams }: Seat) => ({
      inSlack: (words: string) => slack.locator('.slack-ephemeral', { hasText: words }).last().waitFor(),
      inTeams: (words: string) => teams.locator('.toast', { hasText: words }).last().waitFor(),
    });

    it('ask for it from the card, page after page', async () => {
      await press(adam.slack.locator('article').first(), 'Act');
      const isolate = adam.dialog.getByRole('option', { name: 'Isolate a machine · vm-pay-web-01' });
      const label = (await isolate.textContent()) ?? '';
      expect(label).toContain('high risk · can be taken back');
      await adam.dialog.getByRole('combobox').selectOption({ label });
      await press(adam.dialog, 'Next');
      await adam.dialog.getByText('vm-pay-web-01 reaches nothing but Defender for Endpoint.').waitFor();
      await adam.dialog.getByText('A lead and one more, who are shown how things are now.').waitFor();
      await adam.dialog.getByRole('textbox').fill('Reverse shell, still connected');
      await press(adam.dialog, 'Ask for it');
      await adam.dialog.waitFor({ state: 'detached' });
      await told(adam).inSlack('RUN-1: I look at how things are now.');
    });

    it('see the request in the room, in both threads, and as a lead alone', async () => {
      for (const message of [inSlack(olivia), inTeams(olivia)]) {
        await message.getByText('waits for two to say yes').waitFor();
        await message.getByText('Adam Keller: Reverse shell, still connected').waitFor();
        await message.getByText('A lead and one more person have to approve.').waitFor();
      }
      await olivia.slack.getByText('Adam Keller asked for RUN-1').waitFor();
      await olivia.teams.getByText('Adam Keller asked for RUN-1').waitFor();
      await lena.slack.getByRole('tab', { name: /Watchfloor/ }).click();
      await lena.slack.getByText('RUN-1 · Isolate a machine · vm-pay-web-01').waitFor();
      await lena.slack.getByText('INC-1001 The web server opened a shell to an outside address').waitFor();
      expect(await doneToMachines(house, 'RUN-1')).toEqual([]);
    });

    it('cannot approve what they asked for themselves, or without a role', async () => {
      await press(inSlack(adam), 'Approve');
      await told(adam).inSlack('You asked for it; somebody else has to approve.');
      for (const [name, refusal] of [
        ['Gus Estrada', '"approve" is for responder, analyst, lead, admin.'],
        ['Mallory Stone', 'I do not know you.'],
      ] as const) {
        const stranger = await sit(name);
        await press(inSlack(stranger), 'Approve');
        await told(stranger).inSlack(refusal);
        await press(inTeams(stranger), 'Approve');
        await told(stranger).inTeams(refusal);
        await stranger.page.close();
      }
      await inSlack(adam).getByText('waits for two to say yes').waitFor();
    });

    it('approve anew what was changed after a first yes', async () => {
      await press(inSlack(olivia), 'Approve');
      await inTeams(adam).getByText('waits for a lead’s yes').waitFor();
      await inTeams(adam).getByText('Olivia Marsh').waitFor();

      await press(inSlack(adam), 'Change');
      await adam.dialog.getByRole('combobox').last().selectOption({ label: '1 h' });
      await press(adam.dialog, 'Change');
      await told(adam).inSlack('RUN-1 is changed; whoever approved has to say so again.');
      await inTeams(lena).getByText('waits for two to say yes').waitFor();
      expect(await inTeams(lena).getByText('Approved by').count()).toBe(0);
    });

    it('watch it go once a lead has said yes in Teams, and see what stands and until when', async () => {
      await press(inTeams(lena), 'Approve');
      await inSlack(olivia).getByText('waits for a colleague’s yes').waitFor();
      const goes = Promise.all(
        [inSlack(adam), inTeams(adam)].map((one) => one.getByText('under way').waitFor()),
      );
      await press(inSlack(olivia), 'Approve');
      await goes;
      for (const message of [inSlack(adam), inTeams(adam)]) {
        await message.getByText(/stands until .*\d\d:\d\d UTC/).waitFor();
        await message.getByText('vm-pay-web-01 is isolated').waitFor();
      }
      for (const room of [adam.slack, adam.teams]) {
        await room.getByText('Contained').first().waitFor();
        await room
          .getByText(/vm-pay-web-01 · Isolate a machine · RUN-1 stands until .*\d\d:\d\d UTC/)
          .first()
          .waitFor();
      }
      expect(await doneToMachines(house, 'RUN-1')).toEqual(['Isolate']);
    });

    it('say yes at the same moment, and it is done once', async () => {
      const box = adam.page.getByRole('textbox', { name: 'Message in Slack' });
      await box.fill('/soc run isolate-machine INC-1002 --target vm-fin-07 --for 1m');
      await box.press('Enter');
      const amara = await sit('Amara Okafor');
      await lena.slack.getByRole('tab', { name: 'soc-alerts' }).click();
      const both = [inSlack(lena, 'RUN-2'), inSlack(amara, 'RUN-2')];
      for (const one of both) await one.getByText('waits for a lead’s yes').waitFor();
      // Both see the button before either presses it; the first yes takes it off the other's page.
      const buttons = await Promise.all(
        both.map((one) => one.getByRole('button', { name: 'Approve', exact: true }).elementHandle()),
      );
      await Promise.all(buttons.map((button) => button?.dispatchEvent('click')));
      await inSlack(adam, 'RUN-2').getByText('vm-fin-07 is isolated').waitFor();
      expect(await doneToMachines(house, 'RUN-2')).toEqual(['Isolate']);
    });

    it('have it taken back by itself when its minute is over, and see so in both rooms', {
      timeout: 120_000,
    }, async () => {
      for (const message of [inSlack(adam, 'RUN-2'), inTeams(adam, 'RUN-2')]) {
        await message.getByText('is taken back').waitFor({ timeout: 100_000 });
        await message.getByText('its end').waitFor();
      }
      await expect.poll(() => adam.teams.getByText('Contained').count()).toBe(1);
      expect(await doneToMachines(house, 'RUN-2')).toEqual(['Unisolate', 'Isolate']);
    });
  },
);
