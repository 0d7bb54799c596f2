import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { postToSlack, postToTeams } from './post.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

const fixture = async (name: string) =>
  JSON.parse(await readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));

describe.skipIf(!chromium)('the console page in Chromium', () => {
  let sandbox: Sandbox;
  let product: Server;
  let browser: Browser;
  let page: Page;
  const heard: { path: string; body: string }[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    product = createServer(async (request, response) => {
      const body = await readAll(request);
      heard.push({ path: request.url ?? '', body });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.url === '/api/messages' ? messageAnswer : '');
    }).listen(0, '127.0.0.1');
    await once(product, 'listening');
    sandbox = await startSandbox({ port: 0, productPort: portOf(product) });
    await postToSlack(sandbox, 'C0SOC', await fixture('block-kit.json'));
    await postToTeams(sandbox, '19:soc@thread.tacv2', await fixture('adaptive-card.json'));
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
    if (product) await closeServer(product);
  });

  test('a Slack message is shown with what an attacker wrote as text', async () => {
    const slack = page.getByRole('region', { name: 'Slack' });
    await slack.getByRole('link', { name: 'Impossible travel for j.doe@contoso.com' }).waitFor();
    await slack.getByText('<!channel> *click* <https://evil.example|here>').waitFor();
    await slack.getByText('an escaped <!channel> stays text').waitFor();
    expect(await slack.locator('.mention-broadcast').count()).toBe(0);
    expect(await slack.getByRole('link', { name: 'here' }).count()).toBe(0);
    expect(await slack.locator('.mention').allTextContents()).toContain('@Olivia Marsh');
  });

  test('a Teams card is shown with what an attacker wrote as text', async () => {
    const teams = page.getByRole('region', { name: 'Microsoft Teams' });
    await teams.getByRole('link', { name: 'Impossible travel for j.doe@contoso.com' }).waitFor();
    await teams.getByText('<at>everyone</at> **click** [here](https://evil.example)').waitFor();
    expect(await teams.getByRole('link', { name: 'here' }).count()).toBe(0);
  });

  test('a button in Slack tells the product who pressed what', async () => {
    await page.getByRole('radio', { name: 'Priya Nair, Analyst' }).click();
    const pressed = page.waitForResponse('**/api/slack/press');
    await page.getByRole('region', { name: 'Slack' }).getByRole('button', { name: 'Take it' }).click();
    expect((await pressed).status()).toBe(200);
    const payload = JSON.parse(new URLSearchParams(last('/slack/events')).get('payload') ?? '{}');
    expect(payload).toMatchObject({
      user: { id: 'U0PRIYA' },
      actions: [{ action_id: 'acknowledge', value: 'INC-1042:3' }],
    });
  });

  test('a dangerous button asks first', async () => {
    const slack = page.getByRole('region', { name: 'Slack' });
    const before = heard.length;
    await slack.getByRole('button', { name: 'Isolate host' }).click();
    await page
      .getByRole('dialog', { name: 'Isolate web-01?' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    expect(heard.length).toBe(before);
  });

  test('a button in Teams tells the product who pressed what, and the answer is shown', async () => {
    const teams = page.getByRole('region', { name: 'Microsoft Teams' });
    await teams.getByRole('button', { name: 'Take it' }).click();
    await teams.getByText('Olivia Marsh has it.').waitFor();
    const activity = JSON.parse(last('/api/messages'));
    expect(activity).toMatchObject({
      name: 'adaptiveCard/action',
      from: { id: '29:1priya-contoso' },
      value: { action: { verb: 'acknowledge', data: { incident: 'INC-1042', v: 3 } } },
    });
  });

  test('a new message appears without a reload', async () => {
    await postToSlack(sandbox, 'C0SOC', { text: 'Shift handed over to <@U0ADAM>.' });
    await page.getByText('Shift handed over to @Adam Keller.').waitFor();
  });

  test('what is typed goes out as a command or a mention', async () => {
    const box = page.getByRole('textbox', { name: 'Message in Slack' });
    const commanded = page.waitForResponse('**/api/slack/command');
    await box.fill('/soc list');
    await box.press('Enter');
    await commanded;
    expect(new URLSearchParams(last('/slack/events')).get('text')).toBe('list');
    const mentioned = page.waitForResponse('**/api/slack/mention');
    await box.fill('who is on call?');
    await box.press('Enter');
    await mentioned;
    expect(JSON.parse(last('/slack/events')).event).toMatchObject({ type: 'app_mention', user: 'U0PRIYA' });
  });

  test('an alert sent from the panel shows in the portal view', async () => {
    await page.getByRole('searchbox').fill('impossible');
    await page.locator('.sample').first().click();
    await page.getByRole('tab', { name: 'Azure portal' }).click();
    await page.locator('.portal-entry').first().waitFor();
  });

  test('at 400 pixels one room fits without scrolling sideways', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    for (const pane of ['Teams', 'Slack', 'Controls']) {
      await page
        .getByRole('navigation', { name: 'Panes' })
        .getByRole('button', { name: pane, exact: true })
        .click();
      const [needed, there] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        window.innerWidth,
      ]);
      expect(needed, pane).toBeLessThanOrEqual(there ?? 0);
    }
  });

  test('the browser had nothing to complain of, its content policy included', () => {
    expect(complaints).toEqual([]);
  });

  const last = (path: string): string => heard.findLast((one) => one.path === path)?.body ?? '';
});

const messageAnswer = JSON.stringify({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: 'Olivia Marsh has it.',
});

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (!address || typeof address === 'string') throw new Error('The server does not listen.');
  return address.port;
}
