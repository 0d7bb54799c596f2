import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text as readAll } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/channels/slack/api.ts';
import { drawSummary as drawInSlack } from '../../src/channels/slack/summary.ts';
import { drawSummary as drawInTeams } from '../../src/channels/teams/draw-summary.ts';
import { createLog } from '../../src/log.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { newIncidents, summaryView } from '../channels/storm.ts';
import { postToTeams } from './post.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

const told = JSON.stringify({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: 'INC-1003 gets a card of its own.',
});

describe.skipIf(!chromium)('a storm on the console page', () => {
  let sandbox: Sandbox;
  let product: Server;
  let browser: Browser;
  let page: Page;
  let inSlack: string;
  let slackApi: ReturnType<typeof createApi>;
  const heard: string[] = [];
  const view = summaryView({ incidents: newIncidents(6), total: 214 });

  beforeAll(async () => {
    product = createServer(async (request, response) => {
      heard.push(await readAll(request));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.url === '/api/messages' ? told : '');
    }).listen(0, '127.0.0.1');
    await once(product, 'listening');
    const address = product.address();
    if (!address || typeof address === 'string') throw new Error('The server does not listen.');
    sandbox = await startSandbox({ port: 0, productPort: address.port });
    const { SLACK_BOT_TOKEN: botToken = '', SLACK_API_URL: apiUrl = '' } = sandbox.env;
    slackApi = createApi({
      botToken: secretOf('SLACK_BOT_TOKEN', botToken),
      apiUrl,
      log: createLog('silent'),
    });
    inSlack = (await slackApi.post('C0SOC', drawInSlack(view))).ts ?? '';
    await postToTeams(sandbox, '19:soc@thread.tacv2', drawInTeams(view));
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage();
    await page.goto(sandbox.url);
    await page.locator('main.floor').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    if (product) await closeServer(product);
  });

  test('picking in Slack asks for the card, and the menu is empty again once the summary changes', async () => {
    const slack = page.getByRole('region', { name: 'Slack' });
    await slack.getByText('Storm: 214 incidents here, 6 still open, since').waitFor();
    const menu = slack.getByRole('combobox', { name: 'Show a card …' });
    const pressed = page.waitForResponse('**/api/slack/press');
    await menu.selectOption('1003:1:show');
    expect((await pressed).status()).toBe(200);
    const payload = JSON.parse(new URLSearchParams(heard.at(-1)).get('payload') ?? '{}');
    expect(payload).toMatchObject({
      actions: [{ action_id: 'incident:show', selected_option: { value: '1003:1:show' } }],
    });
    const others = newIncidents(6).filter(({ id }) => id !== 1003);
    await slackApi.update('C0SOC', inSlack, drawInSlack(summaryView({ incidents: others, total: 214 })));
    await expect.poll(() => menu.getByRole('option').count()).toBe(6);
    expect(await menu.inputValue()).toBe('');
  });

  test('in Teams nothing is sent until something is picked, and then the answer is for the presser', async () => {
    const teams = page.getByRole('region', { name: 'Microsoft Teams' });
    const before = heard.length;
    await teams.getByRole('button', { name: 'Show its card' }).click();
    await teams.getByText('Pick an incident first.').waitFor();
    expect(heard.length).toBe(before);
    await teams.getByRole('combobox').selectOption('1003:1');
    await teams.getByRole('button', { name: 'Show its card' }).click();
    await teams.getByText('INC-1003 gets a card of its own.').waitFor();
    expect(JSON.parse(heard.at(-1) ?? '{}')).toMatchObject({
      value: { action: { verb: 'watchfloor/show', data: { chosen: '1003:1' } } },
    });
  });

  test('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    for (const pane of ['Teams', 'Slack']) {
      await page
        .getByRole('navigation', { name: 'Panes' })
        .getByRole('button', { name: pane, exact: true })
        .click();
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(needed, pane).toBeLessThanOrEqual(400);
    }
  });
});
