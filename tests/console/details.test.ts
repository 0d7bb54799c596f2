import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/channels/slack/api.ts';
import { createIllustrate } from '../../src/channels/slack/illustrate.ts';
import { createKeepFile } from '../../src/channels/slack/upload.ts';
import { replyMessage } from '../../src/channels/teams/reply-message.ts';
import { createLog } from '../../src/log.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { detailsView } from '../channels/details.ts';
import { postToTeams } from './post.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

const known = { kind: 'details', details: detailsView() } as const;
/** Two thousand pixels wide and not one of them there: what a browser gives a picture that it cannot show. */
const widthOf = (image: Locator) =>
  image.evaluate((element) => (element instanceof HTMLImageElement ? element.naturalWidth : 0));

describe.skipIf(!chromium)('what is known, on the console page', () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const room = (name: string) => page.getByRole('region', { name });

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, productPort: 9 });
    const { SLACK_BOT_TOKEN: botToken = '', SLACK_API_URL: apiUrl = '' } = sandbox.env;
    const log = createLog('silent');
    const api = createApi({ botToken: secretOf('SLACK_BOT_TOKEN', botToken), apiUrl, log });
    const illustrate = createIllustrate(createKeepFile({ api, apiUrl }), log);
    await api.post('C0SOC', (await illustrate(known)).message);
    const answer = await replyMessage(known);
    const card = 'attachments' in answer ? answer.attachments[0]?.content : undefined;
    await postToTeams(sandbox, '19:soc@thread.tacv2', card ?? {});
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage();
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(sandbox.url);
    await page.locator('main.floor').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
  });

  test.each(['Slack', 'Microsoft Teams'])('has its map as a picture in %s', async (name) => {
    const image = room(name).getByRole('img', { name: /Internet → Public IP pip-pay-web-01/ });
    await image.waitFor();
    await expect.poll(() => widthOf(image)).toBeGreaterThan(300);
    await room(name).getByRole('img', { name: 'Network out' }).waitFor();
  });

  test('opens what is closed at a press, in Teams', async () => {
    const inside = room('Microsoft Teams').getByText('AS64500 Example Hosting');
    expect(await inside.isVisible()).toBe(false);
    await room('Microsoft Teams')
      .getByRole('button', { name: /Show or hide what is known: IP/ })
      .click();
    await inside.waitFor({ state: 'visible' });
  });

  test('draws everything without a complaint', () => {
    expect(complaints).toEqual([]);
  });
});
