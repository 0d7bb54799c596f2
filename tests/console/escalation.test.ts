import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { writeSettings } from '../support/settings.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('SKIPPED: nobody saw an escalation in a browser, no Chromium found. Set CHROMIUM_PATH.');

/** Seconds in place of minutes. */
const quick = {
  escalation: {
    policies: [
      {
        name: 'quick',
        limits: [{ severity: 'high', acknowledge: '6s', remediate: '1h' }],
        chain: [
          { limit: 'acknowledge', after: '3s', whom: 'owner' },
          { limit: 'acknowledge', after: '6s', whom: 'on-call', how: ['direct', 'mention', 'page'] },
          { limit: 'acknowledge', after: '9s', whom: 'lead', how: ['direct', 'mention'] },
        ],
      },
    ],
  },
};

const [first] = databases;
if (!first) throw new Error('There is no database to test on.');

describe.skipIf(!chromium)(
  'an incident that nobody acknowledges, before one’s eyes',
  { timeout: 60_000 },
  () => {
    let house: House;
    let browser: Browser;
    let page: Page;
    let slack: Locator;
    let teams: Locator;
    let name: string;

    beforeAll(async () => {
      house = await openHouse(first, {
        WATCHFLOOR_CONFIG: writeSettings((settings) => void Object.assign(settings, quick)),
      });
      browser = await openChromium(chromium ?? '');
      page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await page.goto(house.sandbox.url);
      await page.getByRole('radio', { name: /Adam Keller/ }).click();
      slack = page.getByRole('region', { name: 'Slack' });
      teams = page.getByRole('region', { name: 'Microsoft Teams' });
      ({ name } = await appearWithCard(house, 'vm-reverse-shell'));
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    it('escalates in both rooms, and its card says so', async () => {
      await slack.locator('article', { hasText: 'Acknowledge by' }).first().waitFor();
      for (const room of [slack, teams])
        await room.getByText('acknowledge limit missed').first().waitFor({ timeout: 30_000 });
      await slack.locator('.slack-replies').first().click();
      await teams.locator('.teams-replies').first().click();
      for (const room of [slack, teams]) {
        await room
          .getByText(/INC-\d+: .* called/)
          .first()
          .waitFor({ timeout: 30_000 });
        await room.getByText('Lena Fischer').first().waitFor({ timeout: 30_000 });
      }
    });

    it('stops when somebody presses what the call offers', async () => {
      const call = slack
        .locator('.slack-thread article, .slack-thread li, article')
        .filter({ hasText: 'Acknowledge limit was' });
      await call.getByRole('button', { name: 'Take it' }).last().click();
      await slack.getByText('Adam Keller has it').first().waitFor({ timeout: 15_000 });
      await slack.getByText('Remediate by').first().waitFor();
      const paging = await house.control<{ events: { event_action: string; dedup_key: string }[] }>(
        'GET',
        '/paging',
      );
      expect(paging.events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge']);
      expect(paging.events[0]?.dedup_key).toBe(`watchfloor-${name}`);
    });

    it('shows on its card the legal clocks that a lead starts in words, in either room', async () => {
      await typeInSlack(house, 'lena', `clock start ${name} gdpr`);
      await house.control('POST', '/teams/say', {
        as: 'lena',
        conversation: '19:soc@thread.tacv2',
        text: `@Watchfloor clock start ${name} nis2-early-warning`,
      });
      for (const room of [slack, teams])
        for (const clock of ['GDPR 72 h: notify by', 'NIS2 early warning 24 h: notify by'])
          await room.getByText(clock).first().waitFor({ timeout: 25_000 });
    });
  },
);
