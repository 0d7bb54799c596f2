import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, mentionInSlack, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { slackCard, slackLog, teamsCard } from '../support/rooms.ts';

const chromium = findChromium();
if (!chromium) console.warn('SKIPPED: the attacker tried nothing, no Chromium found. Set CHROMIUM_PATH.');

/**
 * Mallory is a colleague with accounts in both chats and no role. She has the page before her, and the calls behind it:
 * she presses what is offered and sends what is not.
 */
describe.skipIf(!chromium).each(databases)('an attacker at the console page, on $name', (kind) => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let slack: Locator;
  let teams: Locator;
  let name: string;

  beforeAll(async () => {
    house = await openHouse(kind);
    ({ name } = await appearWithCard(house, 'vm-reverse-shell'));
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
    await page.goto(house.sandbox.url);
    slack = page.getByRole('region', { name: 'Slack' });
    teams = page.getByRole('region', { name: 'Microsoft Teams' });
    await page.getByRole('radio', { name: /Mallory Stone/ }).click();
    await slack.getByRole('button', { name: 'Take it' }).waitFor();
    await teams.getByRole('button', { name: 'Take it' }).waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  /** What the page's own calls answer when she makes them herself. */
  const call = (path: string, body: object) =>
    page.evaluate(
      async ([to, json]) => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`/api${to}`, { method: 'POST', headers, body: json });
        return { status: answer.status, text: await answer.text() };
      },
      [path, JSON.stringify(body)] as const,
    );
  const incident = () => Number(name.slice('INC-'.length));
  const stranger = 'I do not know you.';

  it('1. presses Take it in Slack, and takes nothing', async () => {
    await slack.getByRole('button', { name: 'Take it' }).first().click();
    await slack.getByText(stranger).first().waitFor();
    expect((await slackCard(house, name))?.text).toContain('NEW · nobody has it');
  });

  it('2. presses Take it in Teams, and takes nothing', async () => {
    await teams.getByRole('button', { name: 'Take it' }).first().click();
    await teams.getByText(stranger).first().waitFor();
    expect((await teamsCard(house, name))?.text).toContain('NEW · nobody has it');
  });

  it('3. presses what opens a dialog, and gets none', async () => {
    await slack.getByRole('button', { name: 'Assign' }).first().click();
    await teams.getByRole('button', { name: 'Assign' }).first().click();
    await expect.poll(() => slack.getByText(stranger).count()).toBeGreaterThan(1);
    expect(await page.getByRole('dialog').getByRole('combobox').count()).toBe(0);
  });

  it('4. submits a dialog that was never opened for her, in both chats', async () => {
    const verb = 'close';
    const about = { incident: incident(), version: 1, verb };
    const inSlack = await call('/slack/forge', {
      kind: 'submit',
      as: 'mallory',
      channel: 'C0SOC',
      callback_id: 'incident',
      private_metadata: JSON.stringify({ ...about, conversation: 'C0SOC' }),
      values: { ending: 'undetermined' },
    });
    const inTeams = await call('/teams/forge', {
      as: 'mallory',
      conversation: '19:soc@thread.tacv2',
      activity: (await teamsCard(house, name))?.id,
      name: 'task/submit',
      value: { data: { ...about, ending: 'undetermined' } },
    });
    expect(inSlack.text).toContain(stranger);
    expect(inTeams.text).toContain(stranger);
  });

  it('5. types commands, and reads nothing of what is open', async () => {
    const box = page.getByRole('textbox', { name: 'Message in Slack' });
    for (const text of [
      '/soc list',
      `/soc show ${name}`,
      `/soc close ${name} undetermined`,
      '/soc access Adam',
    ]) {
      const answered = page.waitForResponse('**/api/slack/command');
      await box.fill(text);
      await box.press('Enter');
      const answer = await (await answered).text();
      expect(answer).toContain(stranger);
      expect(answer).not.toContain('Reverse shell');
    }
  });

  it('6. writes alert text that would ping everybody and lead to her site, and it stays text', async () => {
    for (const sample of ['hostile-mail', 'hostile-process-name', 'hostile-user-agent'])
      await appearWithCard(house, sample);
    await expect.poll(() => page.locator('.mention-broadcast, .mention').count()).toBe(0);
    const links = await page
      .getByRole('link')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    const leading = links.filter((href) => /^https?:/.test(href));
    expect(leading.filter((href) => !/^https:\/\/([\w-]+\.)*(azure|microsoft)\.com\//.test(href))).toEqual(
      [],
    );
    expect(links.filter((href) => /^(javascript|data|vbscript):/i.test(href))).toEqual([]);
  });

  it('7. looks at a restricted incident, and learns that it exists', async () => {
    const { name: secret } = await appearWithCard(house, 'identity-risky-sign-in');
    const title = (await slackCard(house, secret))?.text.split('\n').find((line) => line.length > 20) ?? '';
    expect(await typeInSlack(house, 'lena', `restrict ${secret} to Lena Fischer`)).not.toContain('is for');
    await house.until('the card to say nothing more', async () =>
      /restricted/i.test((await slackCard(house, secret))?.text ?? ''),
    );
    await expect.poll(async () => (await page.locator('main.floor').innerText()).includes(title)).toBe(false);
    for (const text of [`/soc show ${secret}`, `/soc reveal ${secret}`]) {
      const { text: answer } = await call('/slack/forge', {
        kind: 'command',
        as: 'mallory',
        channel: 'C0SOC',
        text: text.slice('/soc '.length),
      });
      expect(answer).toContain(stranger);
    }
  });

  it('8. follows the link that Priya was given, signs in as herself, and becomes nobody', async () => {
    const told = await typeInSlack(house, 'priya', 'link');
    const link = /https?:\/\/\S+\/sign-in\/[\w-]+/.exec(told)?.[0] ?? '';
    expect(link).not.toBe('');
    const stolen = await browser.newPage({ ignoreHTTPSErrors: true });
    await stolen.goto(link);
    await stolen.getByRole('button').or(stolen.getByRole('link')).first().click();
    await stolen.getByRole('button', { name: /Mallory/ }).click();
    const code = /\b\d{6}\b/.exec(await stolen.locator('body').innerText())?.[0] ?? '000000';
    await stolen.close();
    const { text } = await call('/slack/forge', {
      kind: 'command',
      as: 'mallory',
      channel: 'C0SOC',
      text: `link ${code}`,
    });
    expect(text).not.toContain('linked');
    expect(await typeInSlack(house, 'mallory', 'whoami')).toContain(stranger);
    expect(await typeInSlack(house, 'priya', 'whoami')).toContain('link');
  });

  it('9. answers a question that was asked of Adam', async () => {
    await typeInSlack(house, 'lena', `ask ${name} Adam Keller`);
    const { inquiries } = await questionsOf(house);
    for (const id of inquiries) {
      const { text } = await call('/slack/forge', {
        kind: 'press',
        as: 'mallory',
        channel: 'C0SOC',
        action_id: 'question:yes',
        value: `${id}:yes`,
      });
      expect(text).toContain('200');
    }
    const log = await slackLog(house, name);
    expect(log?.text ?? '').not.toContain('Mallory Stone answered');
  });

  it('10. comes to the product itself with made up signatures and tokens', async () => {
    const { request } = page;
    const at = (path: string) => `${house.productUrl}${path}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const tried = await Promise.all([
      request.post(at('/webhooks/defender'), {
        data: {},
        headers: { authorization: 'Bearer guess-guess-guess' },
      }),
      request.post(at('/webhooks/sentinel'), { data: {} }),
      request.post(at('/slack/events'), {
        data: 'command=%2Fsoc&text=list&user_id=U0LENA',
        headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${'0'.repeat(64)}` },
      }),
      request.post(at('/api/messages'), {
        data: { type: 'message' },
        headers: { authorization: 'Bearer e30.e30.' },
      }),
    ]);
    expect(tried.map((answer) => answer.status()).filter((status) => status < 400)).toEqual([]);
  });

  it('11. looks for what is not meant for her: other paths, metrics, somebody else’s sign-in', async () => {
    const { request } = page;
    for (const path of [
      '/',
      '/.env',
      '/console',
      '/api/state',
      '/webhooks/..%2f..%2fetc%2fpasswd',
      '/sign-in/x',
    ]) {
      const answer = await request.get(`${house.productUrl}${path}`);
      expect(answer.status()).toBeGreaterThanOrEqual(400);
      expect(await answer.text()).not.toMatch(/secret|token|Error:|at \//i);
    }
    const back = await request.get(`${house.productUrl}/sign-in/callback?code=stolen&state=made-up`);
    expect(back.status()).toBeGreaterThanOrEqual(400);
  });

  it('12. asks in the name of others: a bot, a partner, an account that was switched off', async () => {
    for (const as of ['robo', 'paula', 'dora']) {
      const { text } = await call('/slack/forge', {
        kind: 'command',
        as,
        channel: 'C0SOC',
        text: `take ${name}`,
      });
      expect(text).toMatch(/not from bots|another organisation|switched off/);
    }
    const seen = await mentionInSlack(house, 'lena', `show ${name}`);
    expect(seen.text).toContain('nobody has it');
  });
});

/** Ids of the questions that are open, out of what Slack was asked to show. */
async function questionsOf(house: House): Promise<{ inquiries: string[] }> {
  const { conversations } = await house.control<{ conversations: { messages: unknown[] }[] }>(
    'GET',
    '/slack',
  );
  const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return { inquiries: [...new Set(JSON.stringify(conversations).match(uuid) ?? [])].slice(0, 20) };
}
