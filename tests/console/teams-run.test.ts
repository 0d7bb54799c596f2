import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import restify, { type Server } from 'restify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Desk } from '../../src/channels/channel.ts';
import { createTeams, type Teams } from '../../src/channels/teams/teams.ts';
import { createRefusals } from '../../src/edge/refusals.ts';
import { createSenderOf } from '../../src/edge/sender.ts';
import { createLog } from '../../src/log.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { silentDesk } from '../channels/teams/company.ts';
import { actDialog, actPage, runView, standingView } from '../channels/teams/run-views.ts';
import { cardView } from '../channels/teams/views.ts';
import { botToken } from './post.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

describe.skipIf(!chromium)('runs in the Teams room of the console page', () => {
  let sandbox: Sandbox;
  let product: Server;
  let teams: Teams;
  let browser: Browser;
  let page: Page;
  const desk: Desk = { ...silentDesk };
  const complaints: string[] = [];
  const room = () => page.getByRole('region', { name: 'Microsoft Teams' });
  const dialog = () => page.getByRole('dialog', { name: 'Act on INC-1042' });

  beforeAll(async () => {
    product = restify.createServer();
    await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', () => resolve()));
    const { port }: AddressInfo = product.address();
    sandbox = await startSandbox({ port: 0, productPort: port });
    teams = teamsOf(sandbox, desk);
    teams.mount(product);
    const act = { verb: 'act', label: 'Act', primary: false, dialog: true } as const;
    const conversation = '19:soc@thread.tacv2';
    const card = await teams.channel.post(conversation, cardView({ buttons: [act] }), 'card');
    await teams.channel.postRun({ conversation, thread: card.message }, runView(), 'run', true);
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage();
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(sandbox.url);
    await page.locator('main.floor').waitFor();
    await room().getByRole('button', { name: '1 reply' }).click();
  });

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    if (product) await closeServer(product.server);
  });

  test('the button that does the deed looks like no other, in light and in dark', async () => {
    await room().getByText(runView().headline).waitFor();
    const approve = room().getByRole('button', { name: 'Approve' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await colourOf(approve)).not.toBe(
        await colourOf(room().getByRole('button', { name: 'Cancel' })),
      );
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('a run fits a phone, with everything that it says', async () => {
    await page.setViewportSize({ width: 400, height: 860 });
    await room().getByText('vm-pay-web-01 is a crown jewel.').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    const right = await room()
      .locator('.teams-thread .teams-card button')
      .evaluateAll((buttons) => Math.max(...buttons.map((one) => one.getBoundingClientRect().right)));
    expect(right).toBeLessThanOrEqual(400);
    await page.setViewportSize({ width: 1400, height: 900 });
  });

  test('what is approved shows what came of it to whoever pressed', async () => {
    desk.pressRun = async () => ({ view: standingView(), told: 'You have approved it.' });
    await room().getByRole('button', { name: 'Approve' }).click();
    await room().getByText('You have approved it.').waitFor();
    await room().getByText('Isolated after 41 seconds.').waitFor();
    await room().getByText('vm-pay-web-01 isolated').waitFor();
    await room().getByRole('link', { name: 'Investigation package' }).waitFor();
  });

  test('a form goes on in the place of its first page, and is mended there', async () => {
    const filled: Record<string, string>[] = [];
    desk.open = async () => actDialog();
    desk.submit = async (_user, _verb, _incident, _version, fields) => {
      filled.push(fields);
      return { page: actPage() };
    };
    await room().getByRole('button', { name: 'Act', exact: true }).click();
    await dialog().getByRole('radio', { name: 'Isolate a machine' }).check();
    await dialog().getByRole('button', { name: 'Next' }).click();
    await dialog().getByText('vm-pay-web-01 reaches nothing but Defender for Endpoint.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(await dialog().evaluate((one) => one.contains(document.activeElement))).toBe(true);
    const minutes = dialog().getByRole('textbox', { name: 'For how many minutes' });
    expect(await minutes.inputValue()).toBe('240');

    desk.submit = async (_user, _verb, _incident, _version, fields) => {
      filled.push(fields);
      return { faults: { minutes: 'At most 1,440.' }, form: actPage() };
    };
    await minutes.fill('9999');
    await dialog().getByRole('textbox', { name: 'Why' }).fill('A real shell.');
    await dialog().getByRole('button', { name: 'Ask for it' }).click();
    await dialog().getByText('For how many minutes: At most 1,440.').waitFor();

    desk.submit = async (_user, _verb, _incident, _version, fields) => {
      filled.push(fields);
      return { card: cardView(), told: '', changed: true };
    };
    await minutes.fill('60');
    await dialog().getByRole('button', { name: 'Ask for it' }).click();
    await dialog().waitFor({ state: 'detached' });
    const play = 'isolate-machine';
    expect(filled).toEqual([
      { play },
      { play, minutes: '9999', reason: 'A real shell.' },
      { play, minutes: '60', reason: 'A real shell.' },
    ]);
  });

  test('nothing was wrong with the page meanwhile', () => {
    expect(complaints).toEqual([]);
  });
});

function colourOf(button: Locator): Promise<string> {
  return button.evaluate((one) => getComputedStyle(one).borderColor);
}

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
