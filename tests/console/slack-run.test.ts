import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import restify, { type Server } from 'restify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSlack, type Slack } from '../../src/channels/slack/slack.ts';
import type { DialogView } from '../../src/channels/views.ts';
import { createRefusals } from '../../src/edge/refusals.ts';
import { createSenderOf } from '../../src/edge/sender.ts';
import { createLog } from '../../src/log.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { RUN, runView, standing } from '../channels/slack/runs.ts';
import { type Asked, cardView, createDesk } from '../channels/slack/stage.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the page was not tried, no Chromium found. Set CHROMIUM_PATH.');

const firstPage: DialogView = {
  incident: 42,
  version: 3,
  verb: 'act',
  title: 'Act on INC-1042',
  about: 'INC-1042 Reverse shell on vm-pay-web-01',
  submit: 'Go on',
  fields: [
    {
      kind: 'choice',
      id: 'play',
      label: 'Playbook',
      required: true,
      choices: [
        { value: 'isolate', label: 'Isolate a machine', description: 'It reaches Defender alone.' },
        { value: 'scan', label: 'Scan a machine', description: 'Takes an hour.' },
      ],
    },
    { kind: 'text', id: 'reason', label: 'Why', required: true, maxLength: 500, placeholder: 'A sentence' },
  ],
};
const secondPage: DialogView = {
  ...firstPage,
  submit: 'Ask for it',
  carried: { play: 'isolate', reason: 'Reverse shell' },
  fields: [
    { kind: 'says', id: 'effect', label: 'What it does', text: 'Cuts vm-pay-web-01 off. *As it is written*' },
    {
      kind: 'text',
      id: 'minutes',
      label: 'For (minutes)',
      required: true,
      maxLength: 4,
      placeholder: '',
      filled: '240',
    },
    { kind: 'text', id: 'note', label: 'Note', required: false, maxLength: 500, placeholder: 'For the lead' },
  ],
};

describe.skipIf(!chromium)('a run in the Slack room of the console page', () => {
  let sandbox: Sandbox;
  let product: Server;
  let slack: Slack;
  let browser: Browser;
  let page: Page;
  const asked: Asked[] = [];
  const desk = createDesk(asked);
  const room = () => page.getByRole('region', { name: 'Slack' });

  beforeAll(async () => {
    product = restify.createServer();
    await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', () => resolve()));
    const { port }: AddressInfo = product.address();
    sandbox = await startSandbox({ port: 0, productPort: port });
    const { SLACK_BOT_TOKEN = '', SLACK_SIGNING_SECRET = '', SLACK_API_URL: apiUrl = '' } = sandbox.env;
    const log = createLog('silent');
    slack = createSlack({
      botToken: secretOf('SLACK_BOT_TOKEN', SLACK_BOT_TOKEN),
      signingSecret: secretOf('SLACK_SIGNING_SECRET', SLACK_SIGNING_SECRET),
      apiUrl,
      desk,
      firstTime: async () => true,
      isSeen: async () => false,
      refuse: createRefusals({ senderOf: createSenderOf([]), count: () => {}, log }).refuse,
      log,
    });
    slack.mount(product);
    const act = { verb: 'act', label: 'Act', primary: false, dialog: true } as const;
    const { conversation, message } = await slack.channel.post('C0SOC', cardView({ buttons: [act] }), 'card');
    const spot = { conversation, thread: message };
    await slack.channel.postRun(spot, standing, 'first', false);
    await slack.channel.postRun(spot, runView(), 'second', true);
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage();
    await page.goto(sandbox.url);
  });

  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    if (product) await closeServer(product.server);
  });

  test('that somebody has to decide is seen in the room, and leads to its thread', async () => {
    await room().getByText(runView().headline).waitFor();
    expect(await room().getByText(standing.headline).count()).toBe(0);
    await room().getByRole('button', { name: 'High severity incident INC-1042' }).click();
    await room().getByText(standing.headline).waitFor();
    await room().getByText('Also sent to the channel').waitFor();
    await room().getByRole('button', { name: '2 replies' }).click();
  });

  test('has the button that does the deed in red, in light and in dark', async () => {
    const colourOf = (button: Locator) =>
      button.evaluate((element) => getComputedStyle(element).backgroundColor);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await colourOf(room().getByRole('button', { name: 'Approve' }))).toBe('rgb(214, 28, 85)');
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('is pressed in the room like in its thread', async () => {
    const pressed = page.waitForResponse('**/api/slack/press');
    await room().getByRole('button', { name: 'Approve' }).click();
    expect((await pressed).status()).toBe(200);
    expect(asked.at(-1)).toMatchObject({ what: 'pressRun', verb: 'approve', run: RUN, revision: 3 });
  });

  test('is asked for in a form that goes on in place, with nothing of the first page in the second', async () => {
    const { submit } = desk;
    desk.open = async () => firstPage;
    desk.submit = async () => ({ page: secondPage });
    await room().getByRole('button', { name: 'Act', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Act on INC-1042' });
    await dialog.getByText('Isolate a machine').click();
    await dialog.getByRole('textbox').fill('Reverse shell');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByText('Cuts vm-pay-web-01 off. *As it is written*').waitFor();
    const boxes = dialog.getByRole('textbox');
    expect(await boxes.evaluateAll((all) => all.map((one) => ('value' in one ? one.value : '')))).toEqual([
      '240',
      '',
    ]);
    desk.submit = submit;
    await dialog.getByRole('button', { name: 'Ask for it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(asked.at(-1)).toMatchObject({
      what: 'submit',
      fields: { play: 'isolate', reason: 'Reverse shell', minutes: '240', note: '' },
    });
  });

  test('fits a phone, with everything that it says', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    await page
      .getByRole('navigation', { name: 'Panes' })
      .getByRole('button', { name: 'Slack', exact: true })
      .click();
    await room().getByText('vm-pay-web-01 is a crown jewel').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    const right = await room()
      .locator('.block-actions button')
      .evaluateAll((buttons) => Math.max(...buttons.map((one) => one.getBoundingClientRect().right)));
    expect(right).toBeLessThanOrEqual(400);
  });
});
