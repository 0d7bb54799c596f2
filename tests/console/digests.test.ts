import fs from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, sayInTeams, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('SKIPPED: nobody read a digest in a browser, no Chromium found. Set CHROMIUM_PATH.');
const [first] = databases;
/** `SHOTS=folder` keeps what was seen. */
const folder = process.env.SHOTS;

describe.skipIf(!chromium || !first)('numbers at the console page', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;

  beforeAll(async () => {
    house = await openHouse(first as NonNullable<typeof first>);
    for (const sample of ['vm-reverse-shell', 'vm-malware-cleaned', 'storage-tor-access', 'dns-tunnel'])
      await appearWithCard(house, sample);
    await typeInSlack(house, 'adam', 'take INC-1001');
    await typeInSlack(house, 'adam', 'close INC-1002 false-positive incorrect-alert-logic known test');
    browser = await openChromium(chromium ?? '');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function sit(name: string, width = 1400, dark = false): Promise<Page> {
    const page = await browser.newPage({
      viewport: { width, height: 1000 },
      colorScheme: dark ? 'dark' : 'light',
    });
    await page.goto(house.sandbox.url);
    await page.getByRole('radio', { name: new RegExp(name) }).click({ force: true });
    return page;
  }

  const keep = async (page: Page, name: string) => {
    if (!folder) return;
    fs.mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  it('are a digest in both rooms, with charts that both draw, and a card that asks for itself anew in Teams', async () => {
    await house.control('POST', '/slack/mention', {
      as: 'lena',
      channel: 'C0SOC',
      text: '@Watchfloor stats today',
    });
    const said = await sayInTeams(house, 'lena', 'dashboard', 'direct');
    expect(JSON.stringify(said.raw)).toContain('"refresh"');
    const page = await sit('Lena Fischer');
    const slack = page.getByRole('region', { name: 'Slack' });
    await slack.locator('.slack-replies').last().click();
    const teams = page.getByRole('region', { name: 'Microsoft Teams' });
    await teams.getByRole('tab', { name: 'Chat' }).click();
    await teams.getByText('New per day by severity').first().waitFor();
    await keep(page, 'dashboard-1400');
    await page.close();
  });

  it('stand in the Home tab of Slack, for whoever opens it', async () => {
    const page = await sit('Adam Keller');
    const slack = page.getByRole('region', { name: 'Slack' });
    await slack.getByRole('tab', { name: 'Home' }).click();
    const home = slack.getByRole('region', { name: 'Home' });
    await home.getByText('Watchfloor for Adam Keller').waitFor();
    await home.getByText('Yours: 1').waitFor();
    await home.getByRole('button', { name: 'Take INC-1003' }).click();
    await home.getByText('Yours: 2').waitFor();
    await keep(page, 'home-1400');
    await page.close();
    const phone = await sit('Lena Fischer', 400, true);
    await phone
      .getByRole('button', { name: 'Slack', exact: true })
      .or(phone.getByRole('tab', { name: 'Slack', exact: true }))
      .first()
      .click();
    await phone.getByRole('region', { name: 'Slack' }).getByRole('tab', { name: 'Home' }).click();
    await phone.getByText('Watchfloor for Lena Fischer').waitFor();
    await keep(phone, 'home-400-dark');
    await phone.close();
  });
});
