import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('SKIPPED: nobody saw a silence in a browser, no Chromium found. Set CHROMIUM_PATH.');

const [first] = databases;
if (!first) throw new Error('There is no database to test on.');

describe.skipIf(!chromium)('what is kept quiet, at the console page', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let slack: Locator;
  let teams: Locator;
  let dialog: Locator;
  let real: string;

  beforeAll(async () => {
    house = await openHouse(first);
    ({ name: real } = await appearWithCard(house, 'vm-rdp-brute-force'));
    await typeInSlack(house, 'adam', `take ${real}`);
    await typeInSlack(house, 'adam', `close ${real} true-positive suspicious-activity "contained"`);
    await appearWithCard(house, 'vm-rdp-brute-force');
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(house.sandbox.url);
    await page.getByRole('radio', { name: /Adam Keller/ }).click();
    slack = page.getByRole('region', { name: 'Slack' });
    teams = page.getByRole('region', { name: 'Microsoft Teams' });
    dialog = page.getByRole('dialog');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const press = (where: Locator, name: string | RegExp) =>
    where.getByRole('button', { name, exact: true }).last().click();
  /** Slack's dialogs have a group for each field, those of Teams a label. */
  const field = (name: string) =>
    dialog
      .getByRole('group', { name })
      .getByRole('textbox')
      .or(dialog.getByRole('textbox', { name }))
      .first();
  /** Pictures of what is on the screen, where somebody asks for them. */
  async function picture(what: string, shown: Locator): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [400, 1400]) {
        await page.setViewportSize({ width, height: 1000 });
        await page.emulateMedia({ colorScheme: scheme });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide).toBeLessThanOrEqual(width);
        // On a phone one room at a time is shown.
        if (folder && (await shown.isVisible()))
          await shown.screenshot({ path: `${folder}/silence-${what}-${scheme}-${width}.png` });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }

  it('is shown in Slack before it is created, from the form behind a card', async () => {
    const card = slack.locator('article', { hasText: 'Take it' }).last();
    await card.getByRole('button', { name: 'More actions' }).click();
    await card.getByRole('menuitem', { name: 'Silence' }).click();
    await dialog.getByText('This rule about this entity').waitFor();
    await picture('form-slack', dialog);
    await field('For how long, or until when').fill('4h');
    await field('Why').fill('penetration test, CHG-88');
    await press(dialog, 'Preview');
    await dialog.waitFor({ state: 'detached' });
    const preview = slack.locator('.slack-ephemeral', { hasText: 'nothing is silenced yet' }).last();
    await preview.getByText(`of which 1 true positive: ${real}.`).first().waitFor();
    await picture('preview-slack', preview);
    await press(preview, /^Create, hide 1 open/);
    await slack.getByText('is on until').last().waitFor();
  });

  it('is listed with what it hides until somebody ends it', async () => {
    const box = page.getByRole('textbox', { name: 'Message in Slack' });
    await box.fill('/soc silences');
    await box.press('Enter');
    const list = slack.locator('article, .slack-ephemeral', { hasText: '1 silence is on' }).last();
    await list.getByText('hid 1').first().waitFor();
    await picture('list-slack', list);
    await press(list, /^End SIL-\d+/);
    await slack
      .getByText(/SIL-\d+ is over/)
      .last()
      .waitFor();
  });

  it('is shown in Teams just as well', async () => {
    const card = teams.locator('.teams-message', { hasText: 'Take it' }).last();
    await press(card, 'More');
    await press(card, 'Silence');
    await dialog.getByText('This rule about this entity').waitFor();
    await picture('form-teams', dialog);
    await field('For how long, or until when').fill('4h');
    await field('Why').fill('penetration test, CHG-88');
    await press(dialog, 'Preview');
    await page.getByText('I have answered in our own chat.').last().waitFor();
    await page.keyboard.press('Escape');
    await teams.getByRole('tab', { name: 'Chat' }).click();
    const preview = teams.locator('.teams-message', { hasText: 'nothing is silenced yet' }).last();
    await preview.getByText(`of which 1 true positive: ${real}.`).first().waitFor();
    await picture('preview-teams', preview);
    await press(preview, 'Create');
    await teams.getByText('is on until').last().waitFor();
  });
});
