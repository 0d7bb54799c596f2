import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { appear, appearWithCard, mentionInSlack, pressInTeams, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';
import { slackCard, slackMessages, teamsCard } from '../support/rooms.ts';

describe.each(databases)('secrets that are replaced while the product runs, on $name', (kind) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-rotation-'));
  const file = (name: string) => path.join(folder, name);
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, (env) => {
      fs.writeFileSync(file('signing'), `${env.SLACK_SIGNING_SECRET}\n`);
      fs.writeFileSync(file('azure'), env.AZURE_CLIENT_SECRET ?? '');
      return {
        SLACK_SIGNING_SECRET: '',
        SLACK_SIGNING_SECRET_FILE: file('signing'),
        AZURE_CLIENT_SECRET: '',
        AZURE_CLIENT_SECRET_FILE: file('azure'),
        SLACK_BOT_TOKEN: `${env.AZURE_KEY_VAULT}/secrets/slack-bot-token`,
        TEAMS_APP_SECRET: `${env.AZURE_KEY_VAULT}/secrets/teams-app-secret`,
        WEBHOOK_SECRET: `${env.AZURE_KEY_VAULT}/secrets/webhook-secret`,
      };
    });
  });
  afterAll(async () => {
    await house.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const inVault = (name: string, value: string) => house.control('POST', '/key-vault', { name, value });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('come from files and a Key Vault to begin with', async () => {
    const { name } = await appearWithCard(house, 'vm-reverse-shell');
    expect(await typeInSlack(house, 'adam', `take ${name}`)).toContain('is yours');
  });

  it("let a new bot token of Slack's follow the old one, and no card is lost", async () => {
    const { botToken } = await house.control<{ botToken: string }>('POST', '/slack/rotate', {
      what: 'bot-token',
    });
    const known = new Set((await slackMessages(house)).map(({ name }) => name));
    await inVault('slack-bot-token', botToken);
    await appear(house, 'sql-injection');
    // A look at the Key Vault at most every five seconds, and a card that was refused is tried again about as often.
    const card = await house.until(
      'the card with the new token',
      async () => (await slackMessages(house)).find((one) => one.name && !known.has(one.name)),
      60_000,
    );
    await house.until('the same in Teams', () => teamsCard(house, card.name));
    expect(
      (await slackMessages(house)).filter(({ name, thread }) => name === card.name && !thread),
    ).toHaveLength(1);
  }, 90_000);

  it("let a signing secret of Slack's be replaced, and what is signed with either is heard", async () => {
    const before = fs.readFileSync(file('signing'), 'utf8').trim();
    const { signingSecret } = await house.control<{ signingSecret: string }>('POST', '/slack/rotate', {
      what: 'signing-secret',
    });
    // Slack signs with the new one before anybody told us: a mention is sent again until it is heard.
    const mentioned = mentionInSlack(house, 'adam', 'list');
    await house.until('Slack to be refused', () =>
      house.logged.some(({ reason }) => reason === 'wrong signature'),
    );
    fs.writeFileSync(file('signing'), signingSecret);
    expect((await mentioned).text).toContain('open incident');
    expect(await typeInSlack(house, 'adam', 'list')).toContain('open incident');
    expect(signingSecret).not.toBe(before);
  });

  it('let the secret of the webhooks be replaced, and senders with the old one for an hour longer', async () => {
    const fresh = 'a-webhook-secret-of-this-week';
    const old = house.sandbox.env.WEBHOOK_SECRET ?? '';
    await inVault('webhook-secret', fresh);
    await house.until(
      'the new secret to be believed',
      async () => (await push(house, 'defender', { fresh: Date.now() }, bearer(fresh))).status === 202,
      30_000,
    );
    expect((await push(house, 'defender', { old: true }, bearer(old))).status).toBe(202);
    expect((await push(house, 'defender', {}, bearer('a-webhook-secret-of-nobody'))).status).toBe(401);
  }, 60_000);

  it('let the client secrets of Azure and of the bot be replaced', async () => {
    const { AZURE_CLIENT_ID, TEAMS_APP_ID } = house.env;
    const azure = await house.control<{ secret: string }>('POST', '/entra/secret', {
      clientId: AZURE_CLIENT_ID,
    });
    fs.writeFileSync(file('azure'), azure.secret);
    const bot = await house.control<{ secret: string }>('POST', '/entra/secret', { clientId: TEAMS_APP_ID });
    await inVault('teams-app-secret', bot.secret);
    // The tokens at hand end, so that new ones are asked for with the new secrets.
    await house.control('POST', '/entra', { tokenSeconds: 1 });
    const { name } = await appearWithCard(house, 'storage-mass-deletion');
    await pressInTeams(house, 'priya', name, 'take');
    await house.until('Priya to have it in Slack', async () =>
      (await slackCard(house, name))?.text.includes('Priya'),
    );
    await house.control('POST', '/entra', { tokenSeconds: 3_599 });
  }, 60_000);

  it('are on the record by their names, never by their values', async () => {
    const told = await typeInSlack(house, 'lena', 'audit');
    expect(told).toMatch(/secret rotated .* name SLACK_BOT_TOKEN/);
    for (const secret of Object.values(house.sandbox.env).filter((value) => value.length > 20))
      expect(told).not.toContain(secret);
  });

  it('are never in the log', () => {
    const { SLACK_SIGNING_SECRET: signing = '', SLACK_BOT_TOKEN: token = '' } = house.sandbox.env;
    const said = JSON.stringify(house.logged);
    for (const secret of [signing, token, fs.readFileSync(file('signing'), 'utf8')])
      expect(said).not.toContain(secret);
  });
});
