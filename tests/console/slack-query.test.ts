import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text as readAll } from 'node:stream/consumers';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/channels/slack/api.ts';
import { drawDialog } from '../../src/channels/slack/dialog.ts';
import { drawQuery } from '../../src/channels/slack/query.ts';
import { createSendFile } from '../../src/channels/slack/upload.ts';
import { createLog } from '../../src/log.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { chartView, only, QUERY, queryView, tableView } from '../channels/slack/queries.ts';
import { queryDialog } from '../channels/slack/stage.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

const room = { conversation: 'C0CLOUD', thread: undefined };

describe.skipIf(!chromium)('a query on the console page, in Slack', () => {
  let sandbox: Sandbox;
  let product: Server;
  let browser: Browser;
  let page: Page;
  let slack: Locator;
  let api: ReturnType<typeof createApi>;
  const heard: URLSearchParams[] = [];
  const last = () => JSON.parse(heard.at(-1)?.get('payload') ?? '{}');

  /** What the product does with a press, as far as the page can see it. */
  async function answer(): Promise<string> {
    const { type, trigger_id, actions } = last();
    if (type === 'block_suggestion')
      return JSON.stringify({
        options: [{ text: { type: 'plain_text', text: 'Impossible travel' }, value: 'hunt-travel' }],
      });
    if (type === 'block_actions' && actions[0].action_id === 'query:pin')
      await api.openView(trigger_id, drawDialog(queryDialog(QUERY, 'pin'), room.conversation));
    return '';
  }

  beforeAll(async () => {
    product = createServer(async (request, response) => {
      heard.push(new URLSearchParams(await readAll(request)));
      const said = await answer();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(said);
    }).listen(0, '127.0.0.1');
    await once(product, 'listening');
    const address = product.address();
    if (!address || typeof address === 'string') throw new Error('The server does not listen.');
    sandbox = await startSandbox({ port: 0, productPort: address.port });
    const { SLACK_BOT_TOKEN: botToken = '', SLACK_API_URL: apiUrl = '' } = sandbox.env;
    api = createApi({ botToken: secretOf('SLACK_BOT_TOKEN', botToken), apiUrl, log: createLog('silent') });
    const table = tableView({
      columns: tableView().columns.map((one) => ({ ...one, name: `${one.name} <b>` })),
    });
    await api.post(room.conversation, drawQuery(queryView({ sections: [only({ kind: 'table', table })] })));
    await api.post(
      'C0SOC',
      drawQuery(queryView({ sections: [only({ kind: 'chart', chart: chartView() })] })),
    );
    await createSendFile({ api, apiUrl })(room, {
      key: QUERY,
      name: 'query.csv',
      type: 'text/csv',
      content: Buffer.from('Account,Failures\r\nadam,3\r\n'),
      about: '1 row.',
    });
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage();
    await page.goto(sandbox.url);
    slack = page.getByRole('region', { name: 'Slack' });
    await slack.getByRole('tab', { name: 'cloud-platform' }).click();
  });

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    if (product) await closeServer(product);
  });

  test('is a table that reads as one, whatever its columns are called', async () => {
    const table = slack.getByRole('table');
    await table.getByRole('columnheader', { name: 'Failures <b>' }).waitFor();
    expect(await table.getByRole('row').count()).toBe(11);
    const number = table.getByRole('cell', { name: '1000', exact: true });
    expect(await number.evaluate((cell) => getComputedStyle(cell).textAlign)).toBe('right');
  });

  test('turns its page at a press', async () => {
    const pressed = page.waitForResponse('**/api/slack/press');
    await slack.getByRole('button', { name: 'Next page' }).click();
    expect((await pressed).status()).toBe(200);
    expect(last()).toMatchObject({ actions: [{ action_id: 'query:next', value: `${QUERY}:` }] });
  });

  test('asks in a dialog what it needs, with hunts to choose from', async () => {
    await slack.getByRole('button', { name: 'Pin as evidence' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pin as evidence' });
    await dialog.getByRole('combobox').click();
    await dialog.getByRole('option', { name: 'Impossible travel' }).click();
    await dialog.getByRole('textbox').fill('INC-1042');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(last().view.state.values).toMatchObject({
      hunt: { hunt: { selected_option: { value: 'hunt-travel' } } },
      incident: { text: { value: 'INC-1042' } },
    });
  });

  test('gives its rows as a file that can be had', async () => {
    const download = page.waitForEvent('download');
    await slack.getByRole('link', { name: 'Download query.csv' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('query.csv');
    expect(await readAll(await file.createReadStream())).toBe('Account,Failures\r\nadam,3\r\n');
  });

  test('is a chart that says what it shows', async () => {
    await slack.getByRole('tab', { name: 'soc-alerts' }).click();
    await slack.getByRole('img', { name: 'Failed sign-ins an hour' }).waitFor();
    await slack.getByText('Payments', { exact: true }).waitFor();
  });

  test('fits a phone: the table scrolls, the page does not', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    const panes = page.getByRole('navigation', { name: 'Panes' });
    await panes.getByRole('button', { name: 'Slack', exact: true }).click();
    await slack.getByRole('tab', { name: 'cloud-platform' }).click();
    await slack.getByRole('table').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    const overflow = await slack
      .getByRole('region', { name: 'Table' })
      .evaluate((box) => box.scrollWidth > box.clientWidth);
    expect(overflow).toBe(true);
  });
});
