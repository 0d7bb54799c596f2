import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenCheck } from '../../src/azure/webhook-token.ts';
import { databases } from '../support/databases.ts';
import { appear, objectsIn } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';
import { slackMessages, teamsMessages } from '../support/rooms.ts';

describe.each(databases)('requests that nobody should believe, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it.each([
    ['no token', 'defender', {}, '{}', 401, 'no bearer token'],
    ['a wrong secret', 'defender', bearer('not-the-secret-at-all'), '{}', 401, 'wrong secret'],
    ['basic credentials', 'defender', { authorization: 'Basic eDp5' }, '{}', 401, 'no bearer token'],
    ['a source that is not there', 'constructor', undefined, '{}', 404, 'no such source'],
    ['what is not JSON', 'defender', undefined, 'alert=1', 400, 'not JSON'],
    ['a JSON that is no object', 'defender', undefined, '"alert"', 400, 'not JSON'],
    ['two megabytes', 'defender', undefined, JSON.stringify({ x: 'y'.repeat(2 << 20) }), 413, 'too large'],
  ])('refuses a push with %s, without telling why', async (_what, source, headers, body, status, reason) => {
    const before = house.logged.length;
    const answer = await push(house, source, body, headers);
    expect(answer).toEqual({ status, text: '' });
    const told = house.logged.slice(before).find((line) => line.msg === 'request refused');
    expect(told?.reason).toContain(reason);
    expect(JSON.stringify(told)).not.toContain('not-the-secret');
  });

  it('takes the very same bytes once, and tells whoever repeats them that they are there', async () => {
    const body = { hello: randomUUID() };
    expect((await push(house, 'defender', body)).status).toBe(202);
    expect(await push(house, 'defender', body)).toEqual({ status: 200, text: '' });
  });

  const slack = (body: string, at: number, secret = house.env.SLACK_SIGNING_SECRET ?? '') => {
    const timestamp = String(Math.floor(at / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    return fetch(`${house.productUrl}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
      },
      body,
    });
  };
  const takeIt = () =>
    new URLSearchParams({
      command: '/soc',
      text: 'list',
      user_id: 'U0ADAM',
      team_id: 'T0CONTOSO',
      channel_id: 'C0SOC',
      response_url: `${house.sandbox.url}/slack/response/none`,
      trigger_id: randomUUID(),
    }).toString();

  it('lets in what Slack signed, and refuses it forged, expired, replayed or oversized', async () => {
    const good = takeIt();
    expect((await slack(good, Date.now())).status).toBe(200);
    const refused = [
      [await slack(good, Date.now() - 1_000, 'another secret entirely'), 401],
      [await slack(takeIt(), Date.now() - 400_000), 401],
      [await slack(takeIt(), Date.now() + 400_000), 401],
      [await slack(`text=${'x'.repeat(3 << 20)}`, Date.now()), 413],
    ] as const;
    for (const [answer, status] of refused) {
      expect(answer.status).toBe(status);
      expect(await answer.text()).toBe('');
    }
    const again = takeIt();
    const now = Date.now();
    await slack(again, now);
    expect((await slack(again, now)).status).toBe(409);
  });

  it('refuses what does not come from Teams', async () => {
    const activity = {
      type: 'message',
      id: '1',
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: house.env.TEAMS_SERVICE_URL,
      conversation: { id: '19:soc@thread.tacv2', tenantId: house.env.AZURE_TENANT_ID },
    };
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT({ serviceurl: activity.serviceUrl })
      .setProtectedHeader({ alg: 'RS256', kid: 'mine' })
      .setIssuer('https://api.botframework.com')
      .setAudience(house.env.TEAMS_APP_ID ?? '')
      .setExpirationTime('1h')
      .sign(privateKey);
    const send = (headers: Record<string, string>, body: string) =>
      fetch(`${house.productUrl}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    const refused = [
      [await send({}, JSON.stringify(activity)), 401],
      [await send(bearer(forged), JSON.stringify(activity)), 401],
      [await send(bearer(forged), 'x'.repeat(1 << 20)), 413],
      [await send(bearer(forged), '[]'), 400],
    ] as const;
    for (const [answer, status] of refused) {
      expect(answer.status).toBe(status);
      expect(await answer.text()).toBe('');
    }
  });

  it.each(['hostile-mail', 'hostile-process-name', 'hostile-user-agent'])(
    'shows %s with no mention, no link but ours and nothing to evaluate',
    async (sample) => {
      const before = new Set((await slackMessages(house)).map((m) => m.name));
      await appear(house, sample);
      const inSlack = await house.until('the card in Slack', async () =>
        (await slackMessages(house)).find((m) => m.name && !before.has(m.name)),
      );
      const inTeams = await house.until('the card in Teams', async () =>
        (await teamsMessages(house)).find((m) => m.name === inSlack.name),
      );
      const ours = /^https:\/\/(portal\.azure\.com|security\.microsoft\.com)\//;

      const slackParts = objectsIn(inSlack.raw);
      for (const said of parsedBySlack(inSlack.raw)) expect(said).not.toMatch(/<(?!!date\^)/);
      expect(slackParts.map((p) => p.type)).not.toContain('user');
      expect(slackParts.map((p) => p.type)).not.toContain('broadcast');
      expect(slackParts.map((p) => p.type)).not.toContain('usergroup');
      for (const { url } of slackParts) if (url !== undefined) expect(url).toMatch(ours);

      const teamsParts = objectsIn(inTeams.raw);
      for (const { url } of teamsParts) if (url !== undefined) expect(url).toMatch(ours);
      const dates = /\{\{(DATE|TIME)\([0-9TZ:.-]+(, COMPACT)?\)\}\}/g;
      const raw = JSON.stringify(inTeams.raw).replaceAll(dates, '');
      expect(raw).not.toMatch(/<at>|\{\{/);
      expect(teamsParts.map((p) => p.type)).not.toContain('mention');
      // Only a TextBlock reads markdown, and none of ours holds a word of the alert.
      for (const { type, text } of teamsParts)
        if (type === 'TextBlock') expect(String(text).replaceAll(dates, '').trim()).toBe('');
    },
  );
});

/** Where Slack reads markup: the text, what stands for an attachment, and mrkdwn. Elsewhere `<!channel>` is text. */
function parsedBySlack(message: unknown): string[] {
  const parts = objectsIn(message);
  const markup = parts.flatMap((p) => (p.type === 'mrkdwn' ? [p.text] : [p.fallback]));
  return [parts[0]?.text, ...markup].filter((text) => typeof text === 'string');
}

describe('the Entra token of a webhook', () => {
  const tenantId = '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30';
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  let server: Server;
  let check: (token: string) => Promise<void>;
  let sign: (
    claims?: Record<string, string>,
    audience?: string,
    from?: string,
    expires?: string,
  ) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    check = createTokenCheck({
      authorityHost: `http://127.0.0.1:${port}`,
      tenantId,
      audience: 'api://watchfloor',
    });
    sign = (claims = { tid: tenantId }, audience = 'api://watchfloor', from = issuer, expires = '1h') =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(from)
        .setAudience(audience)
        .setExpirationTime(expires)
        .sign(privateKey);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is believed from our tenant, for us and in time', async () => {
    await expect(check(await sign())).resolves.toBeUndefined();
  });

  it('is not believed otherwise', async () => {
    const elsewhere = '2b9e61f4-08d7-4a53-bc12-e47f3a90d815';
    const wrong = [
      sign({ tid: tenantId }, 'api://another'),
      sign({ tid: elsewhere }),
      sign({ tid: tenantId }, 'api://watchfloor', issuer.replace(tenantId, elsewhere)),
      sign({ tid: tenantId }, 'api://watchfloor', issuer, '-10m'),
    ];
    for (const token of wrong) await expect(check(await token)).rejects.toThrow();
    await expect(check(`${(await sign()).slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`)).rejects.toThrow();
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ tid: tenantId, iss: issuer, aud: 'api://watchfloor' }))}.`;
    await expect(check(none)).rejects.toThrow();
  });
});
