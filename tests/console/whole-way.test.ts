import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';
import { azureIncident } from '../support/rooms.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: nobody pressed anything, no Chromium found. Set CHROMIUM_PATH.');

/** The whole way as a person sees it: only what the page shows is looked at, only what it offers is pressed. */
describe.skipIf(!chromium).each(databases)('a person at the console page, on $name', (kind) => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let slack: Locator;
  let teams: Locator;

  beforeAll(async () => {
    house = await openHouse(kind);
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
    await page.goto(house.sandbox.url);
    slack = page.getByRole('region', { name: 'Slack' });
    teams = page.getByRole('region', { name: 'Microsoft Teams' });
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('sends an alert, takes it in Slack, closes it in Teams, and finds Azure and both rooms agreeing', async () => {
    const answered = page.waitForResponse('**/api/alerts');
    await page.getByRole('button', { name: 'Password spray against 58 accounts' }).click();
    const { id } = await (await answered).json();
    await slack.getByRole('button', { name: 'Take it' }).waitFor();
    await teams.getByRole('button', { name: 'Take it' }).waitFor();

    await slack.getByRole('button', { name: 'Take it' }).click();
    await teams.getByText('Olivia Marsh has it').first().waitFor();
    await house.until('Sentinel to hold the owner', async () => {
      const incident = await azureIncident(house, id);
      return incident?.status === 'Active' && incident.owner.userPrincipalName === 'olivia@contoso.com';
    });

    await house.control('PATCH', `/azure/incidents/${id}`, { as: 'lena', properties: { severity: 'Low' } });
    await slack.getByText('LOW · ACTIVE · Olivia Marsh has it').first().waitFor();
    await teams.getByText('LOW · ACTIVE · Olivia Marsh has it').first().waitFor();

    await teams.getByRole('button', { name: 'Close', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/True positive/)
      .first()
      .click();
    await dialog.getByRole('button', { name: 'Close incident' }).click();
    await teams.getByRole('button', { name: 'Reopen' }).waitFor();
    await slack.getByRole('button', { name: 'Reopen' }).waitFor();
    await house.until(
      'Sentinel to be closed',
      async () => (await azureIncident(house, id))?.status === 'Closed',
    );
    expect(await azureIncident(house, id)).toMatchObject({
      classification: 'TruePositive',
      classificationReason: 'SuspiciousActivity',
    });
  });
});
