import pg from 'pg';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { writeSettings } from '../support/settings.ts';

const chromium = findChromium();
const server = databases.find(({ name }) => name === 'PostgreSQL');
if (!chromium || !server)
  console.warn('SKIPPED: nobody saw a digest come by itself. It needs Chromium and PostgreSQL.');

const send = [
  {
    name: 'daily',
    every: 'day',
    at: '* * * * *',
    to: [{ teams: '19:soc@thread.tacv2' }, { slack: 'C0SOC' }],
  },
];

describe.skipIf(!chromium || !server)('a digest that comes by itself', { timeout: 60_000 }, () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  const digestIn = (room: 'Slack' | 'Microsoft Teams'): Locator =>
    page
      .getByRole('region', { name: room })
      .locator('.slack-thread, .teams-post', { hasText: 'Digest of' })
      .last();

  beforeAll(async () => {
    if (!server) throw new Error('There is no PostgreSQL.');
    house = await openHouse(server, {
      WATCHFLOOR_CONFIG: writeSettings((settings) => {
        settings.digests = { timeZone: 'UTC', send };
      }),
    });
    await appearWithCard(house, 'vm-reverse-shell');
    await appearWithCard(house, 'storage-tor-access');
    await typeInSlack(house, 'lena', 'take INC-1002');
    await letADayPass(house.database.url);
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(house.sandbox.url);
    await page.getByRole('radio', { name: /Lena Fischer/ }).click();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('stands in both rooms with numbers, charts and what needs a decision', async () => {
    for (const room of ['Slack', 'Microsoft Teams'] as const) {
      const digest = digestIn(room);
      await digest.getByText('Needs a decision').waitFor({ timeout: 40_000 });
      await digest.getByText('New per day by severity').first().waitFor();
      await digest.locator('svg, canvas').first().waitFor();
      expect(await digest.textContent()).toMatch(/New\s*2/);
    }
    await digestIn('Slack').getByRole('button', { name: 'Take INC-1001' }).click();
    await page
      .getByRole('region', { name: 'Slack' })
      .getByText('Lena Fischer has it', { exact: false })
      .nth(1)
      .waitFor();
  });

  it('is cut off nowhere on a phone', async () => {
    for (const room of ['Slack', 'Microsoft Teams'] as const) {
      await page.setViewportSize({ width: 400, height: 900 });
      await page
        .getByRole('button', { name: room === 'Slack' ? 'Slack' : 'Teams', exact: true })
        .or(page.getByRole('tab', { name: room === 'Slack' ? 'Slack' : 'Teams', exact: true }))
        .first()
        .click();
      const wider = await digestIn(room).evaluate((digest) =>
        [digest, ...digest.querySelectorAll('*')]
          .filter(
            (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible',
          )
          .map((one) => `${one.className}: ${one.textContent?.slice(0, 40)}`),
      );
      expect(wider).toEqual([]);
    }
  });
});

/** What happened today happened yesterday. */
async function letADayPass(url: string | undefined): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`update incident_facts set opened_at = opened_at - interval '1 day',
    acknowledged_at = acknowledged_at - interval '1 day'`);
  await client.end();
}
