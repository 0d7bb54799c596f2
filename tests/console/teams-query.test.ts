import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import restify, { type Server } from 'restify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Desk, FileView } from '../../src/channels/channel.ts';
import { createTeams, type Teams } from '../../src/channels/teams/teams.ts';
import { createRefusals } from '../../src/edge/refusals.ts';
import { createSenderOf } from '../../src/edge/sender.ts';
import { Refused } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { openly, silentDesk } from '../channels/teams/company.ts';
import {
  chartView,
  huntsReply,
  narrowDialog,
  queryId,
  queryView,
  signIns,
} from '../channels/teams/query-views.ts';
import { botToken } from './post.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

const csv = 'TimeGenerated,IPAddress\r\n2026-11-21 09:58:12,203.0.113.9\r\n';
const file: FileView = {
  key: queryId,
  name: 'query.csv',
  type: 'text/csv',
  content: new TextEncoder().encode(csv),
  about: '214 rows of SigninLogs',
};
const nextPage = () => {
  const rows = signIns.rows.map((row) => row.with(2, '198.51.100.77'));
  const table = { ...signIns, rows, from: 21 };
  return queryView({ sections: [{ title: '', body: { kind: 'table', table }, more: undefined }] });
};

describe.skipIf(!chromium)('queries in the Teams room of the console page', () => {
  let sandbox: Sandbox;
  let product: Server;
  let teams: Teams;
  let browser: Browser;
  let page: Page;
  const desk: Desk = { ...silentDesk };
  const said: string[] = [];
  const complaints: string[] = [];
  const room = () => page.getByRole('region', { name: 'Microsoft Teams' });

  beforeAll(async () => {
    product = restify.createServer();
    await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', () => resolve()));
    const { port }: AddressInfo = product.address();
    sandbox = await startSandbox({ port: 0, productPort: port });
    teams = teamsOf(sandbox, desk);
    teams.mount(product);
    desk.say = async (_user, text, _conversation, _card, spot) => {
      said.push(text);
      if (spot) await teams.channel.postQuery(spot, queryView(), 'query');
      return { view: { kind: 'none' }, private: false };
    };
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ acceptDownloads: true });
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(sandbox.url);
    await page.locator('main.floor').waitFor();
    await room().getByRole('tab', { name: 'Chat' }).click();
  });

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    if (product) await closeServer(product.server);
  });

  test('KQL of several lines is typed with Shift and Enter, and is heard with its lines', async () => {
    const box = room().getByRole('textbox', { name: /^Message/ });
    await box.pressSequentially('query --last 4h');
    for (const line of ['```', 'SigninLogs', '| where ResultType != 0', '```']) {
      await box.press('Shift+Enter');
      await box.pressSequentially(line);
    }
    await box.press('Enter');
    await room().getByText('Query · 214 rows · 0.8 s').waitFor();
    expect(said).toEqual(['query --last 4h\n```\nSigninLogs\n| where ResultType != 0\n```']);
    expect(await box.inputValue()).toBe('');
  });

  test('rows are a table, which scrolls sideways where a phone has no room', async () => {
    const table = room().getByRole('table').first();
    await table.getByText('adam.keller@contoso.com').waitFor();
    expect(await table.getByText('TimeGenerated').count()).toBe(1);
    await page.setViewportSize({ width: 400, height: 860 });
    const scroller = room().locator('.card-table').first();
    const [inside, outside] = await scroller.evaluate((box) => [box.scrollWidth, box.clientWidth]);
    expect(inside).toBeGreaterThan(outside ?? 0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    await page.setViewportSize({ width: 1400, height: 900 });
  });

  test('a page is turned, and a chart shown in place of the rows', async () => {
    desk.pressQuery = async (_user, verb) => ({
      view: verb === 'chart' ? chartView() : nextPage(),
      told: '',
    });
    await room().getByRole('button', { name: 'Next page' }).click();
    await room().getByText('198.51.100.77').first().waitFor();
    await room().getByText('Rows 21 to 24 of 214').waitFor();
    await room().getByRole('button', { name: 'Chart' }).click();
    const drawing = room().getByRole('img', { name: 'Failed sign-ins an hour' });
    await drawing.waitFor();
    expect(await drawing.locator('polyline').count()).toBe(3);
    expect(await room().locator('.chart-legend li').allTextContents()).toEqual(['NL', 'GB']);
  });

  test('a refusal is told to whoever pressed', async () => {
    desk.pressQuery = async () => {
      throw new Refused('Only Olivia Marsh cancels this query.');
    };
    await room().getByRole('button', { name: 'Table' }).click();
    await room().getByText('Only Olivia Marsh cancels this query.').waitFor();
  });

  test('a form asks which part to look at, and finds hunts while one types', async () => {
    desk.openQuery = async () => narrowDialog();
    desk.suggest = async (_user, text, list) =>
      list === 'hunts' ? [{ value: 'hunt-1', label: `${text}: found` }] : [];
    const filled: Record<string, string>[] = [];
    desk.submitQuery = async (_user, _verb, _query, fields) => {
      filled.push(fields);
      return { view: queryView(), told: '' };
    };
    await room().getByRole('button', { name: 'Pin as evidence' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Narrow the query' });
    await dialog.getByRole('textbox', { name: 'KQL' }).fill('SigninLogs\n| take 1');
    await dialog.getByPlaceholder('Type a name, a tactic or a table').fill('spray');
    await page.getByRole('option', { name: 'spray: found' }).click();
    await dialog.getByRole('button', { name: 'Ask again' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(filled).toEqual([{ text: 'SigninLogs\n| take 1', hunt: 'hunt-1' }]);
  });

  test('a hunt that needs nothing more has a button, one that does says what to type', async () => {
    desk.say = async () => openly(huntsReply());
    desk.runHunt = async () => ({ view: { kind: 'none' }, private: false });
    const box = room().getByRole('textbox', { name: /^Message/ });
    await box.fill('hunt suggest');
    await box.press('Enter');
    await room().getByText('hunt "Rare process on a host" --host <name>').waitFor();
    await room().getByRole('button', { name: 'Run', exact: true }).click();
    await room().getByText('It runs. The answer follows here.').waitFor();
    // What is told in private lies over the newest message until it is put away.
    const dismiss = room().getByRole('button', { name: 'Dismiss' });
    while ((await dismiss.count()) > 0) await dismiss.first().click();
  });

  test('a file is offered, taken, and downloaded as it was made', async () => {
    desk.file = async () => file;
    const olivia = '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1';
    await teams.channel.sendFile({ conversation: '19:soc@thread.tacv2', thread: undefined }, olivia, file);
    const offered = room().getByRole('group', { name: 'File query.csv' });
    await offered.getByText('214 rows of SigninLogs').waitFor();
    await offered.getByRole('button', { name: 'Allow' }).click();
    const link = room().getByRole('link', { name: 'Download' });
    await link.waitFor();
    await offered.waitFor({ state: 'detached' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(await readFile(await download.path(), 'utf8')).toBe(csv);
  });

  test('nothing was wrong with the page meanwhile', () => {
    expect(complaints).toEqual([]);
  });
});

function teamsOf(sandbox: Sandbox, desk: Desk): Teams {
  const { env } = sandbox;
  const seen = new Set<string>();
  const log = createLog(process.env.LOG_LEVEL ?? 'silent');
  return createTeams({
    appId: env.TEAMS_APP_ID ?? '',
    tenantId: env.AZURE_TENANT_ID ?? '',
    serviceUrl: env.TEAMS_SERVICE_URL ?? '',
    openIdMetadataUrl: `${env.TEAMS_SERVICE_URL}openid`,
    credential: {
      getToken: async () => ({ token: await botToken(sandbox), expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    desk,
    conversations: { remember: async () => {}, recall: async () => undefined },
    firstTime: async (key) => seen.size < seen.add(key).size,
    refuse: createRefusals({ senderOf: createSenderOf([]), count: () => {}, log }).refuse,
    log,
  });
}
