import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSamples } from '../../src/sandbox/azure/samples.ts';
import { databases } from '../support/databases.ts';
import { typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';
import { expectCleanPrototypes, hostileText, hostileValue, spoilt } from './hostile.ts';

/** What a door may answer to nonsense: it is taken and looked at later, or refused. */
const calm = [200, 202, 400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 431];
const atOnce = 40;

describe.each(databases)('nonsense over HTTP, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  /** Sends all of them, and says which got an answer that none may get. */
  async function sendAll<T>(some: T[], send: (one: T) => Promise<number>): Promise<unknown[]> {
    const wrong: unknown[] = [];
    const rest = [...some];
    const sender = async () => {
      for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
        const status = await send(one);
        if (!calm.includes(status)) wrong.push([status, JSON.stringify(one)?.slice(0, 300)]);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sender));
    return wrong;
  }

  const samples = [...readSamples().values()].map(({ body }) => body);
  const json = (value: unknown) => JSON.stringify(value) ?? 'null';

  it('pushed by whoever has the secret is stored or refused, taken in, and shown or listed', async () => {
    const bodies = [
      ...fc.sample(spoilt(...samples), 500).map(json),
      ...fc.sample(hostileValue, 150).map(json),
      ...fc.sample(hostileText, 80),
      '[',
      '{"a":1}{"b":2}',
      '\ufeff{"a":1}',
      '{"a":1,"a":2,"__proto__":{"polluted":true}}',
      '{"a":"\u0000"}',
      '{"a":"\\u0000\\ud800"}',
      '{"a":1e400}',
      `{"a":${'9'.repeat(10_000)}}`,
      `${'['.repeat(400_000)}${']'.repeat(400_000)}`,
      `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`,
      `{"properties":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      json({ id: 'x', properties: { description: 'x'.repeat(1_000_000) } }),
      json(Array.from({ length: 100_000 }, () => ({}))),
    ];
    const send = async (body: string) => (await push(house, 'defender', body)).status;
    expect(await sendAll(bodies, send)).toEqual([]);
    const toSentinel = async (body: string) => (await push(house, 'sentinel', body)).status;
    expect(await sendAll(bodies.slice(0, 200), toSentinel)).toEqual([]);

    await house.until(
      'everything to be taken in or refused',
      async () => (await numbers()).includes('\nwatchfloor_raw_alerts_waiting 0\n'),
      60_000,
    );
    // Whatever came of it can be read, and the house goes on.
    expect(await typeInSlack(house, 'adam', 'list')).toMatch(/open incidents?/i);
    expect(await typeInSlack(house, 'adam', 'refused')).toContain('raw ');
    expect(unexpected()).toEqual([]);
    expectCleanPrototypes();
  }, 120_000);

  it('signed as Slack signs is carried out or refused', async () => {
    const team = { id: 'T0CONTOSO', domain: 'contoso' };
    const user = { id: 'U0ADAM', team_id: 'T0CONTOSO' };
    const response_url = `${house.sandbox.url}/slack/response/none`;
    const actions = [{ action_id: 'incident:take', value: '1:1:take' }];
    const press = {
      type: 'block_actions',
      team,
      user,
      trigger_id: 't',
      response_url,
      actions,
      container: {},
    };
    const view = {
      callback_id: 'incident',
      private_metadata: '{"incident":1,"version":1,"verb":"close","conversation":"C0SOC"}',
      blocks: [{ type: 'input', block_id: 'comment' }],
      state: { values: { comment: { text: { value: 'x' } }, ending: { choice: { selected_option: null } } } },
    };
    const submit = { type: 'view_submission', team, user, view };
    const search = {
      type: 'block_suggestion',
      team,
      user,
      action_id: 'person',
      value: 'ad',
      block_id: 'owner',
    };
    const command = {
      command: '/soc',
      text: 'list',
      user_id: 'U0ADAM',
      team_id: team.id,
      channel_id: 'C0SOC',
      response_url,
      trigger_id: 't',
    };
    const event = {
      type: 'event_callback',
      team_id: team.id,
      event_id: 'E',
      event: { type: 'app_mention', user: 'U0ADAM', text: '<@U0BOT> list', channel: 'C0SOC', ts: '1.1' },
    };
    const pressed = fc
      .sample(spoilt(press, submit, search), 350)
      .map((payload) => form({ payload: json(payload) }));
    const typed = fc.sample(spoilt(command), 120).map((fields) => form(fields));
    const words = fc
      .sample(hostileText, 120)
      .map((text) => form({ ...command, text, trigger_id: randomUUID() }));
    const heard = fc.sample(spoilt(event), 60).map((body) => json(Object(body)));
    const forms = [
      ...pressed,
      ...typed,
      ...words,
      'payload=%',
      'payload=%00',
      'payload={}',
      'a'.repeat(10_000),
    ];
    expect(await sendAll(forms, (body) => slack(body, 'application/x-www-form-urlencoded'))).toEqual([]);
    expect(await sendAll(heard, (body) => slack(body, 'application/json'))).toEqual([]);
    expect(unexpected()).toEqual([]);
  }, 120_000);

  it('said and pressed in Teams, with a token that is good, is answered', async () => {
    const as = 'adam';
    const conversation = '19:soc@thread.tacv2';
    const control = (path: string, body: object) =>
      house.control<{ status: number }>('POST', path, body).then(({ status }) => status, refusedByStandIn);
    const said = fc
      .sample(hostileText, 100)
      .map((text) => () => control('/teams/say', { as, conversation: `a:1${as}`, text: `x${text}` }));
    const pressed = fc.sample(fc.tuple(hostileText, spoilt({ incident: 1, version: 1 })), 100).map(
      ([verb, data]) =>
        () =>
          control('/teams/press', { as, conversation, activity: '1', verb, data: Object(data) }),
    );
    const filled = fc
      .sample(spoilt({ verb: 'close', incident: 1, version: 1, ending: 'x', comment: 'y' }), 80)
      .map((data) => () => control('/teams/submit', { as, conversation, data: Object(data) }));
    expect(await sendAll([...said, ...pressed, ...filled], (one) => one())).toEqual([]);
    expect(unexpected()).toEqual([]);
  }, 120_000);

  it('of nobody is refused at every door', async () => {
    const doors = [
      '/webhooks/defender',
      '/webhooks/__proto__',
      '/slack/events',
      '/api/messages',
      '/metrics',
      '/healthz',
      '/constructor',
    ];
    const asked = fc.sample(
      fc.record({
        path: fc.constantFrom(...doors),
        method: fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'DELETE', 'PATCH'),
        token: hostileText,
        type: fc.constantFrom(
          'application/json',
          'text/plain',
          'application/x-www-form-urlencoded',
          'x/y;charset=utf-7',
        ),
        body: fc.oneof(hostileText, hostileValue.map(json)),
        query: hostileText,
      }),
      600,
    );
    const send = ({ path, method, token, type, body, query }: (typeof asked)[number]) => {
      const visible = token.replace(/[^\x21-\x7e]/g, '').slice(0, 200);
      return fetch(`${house.productUrl}${path}?${encodeURIComponent(query.toWellFormed()).slice(0, 2_000)}`, {
        method,
        headers: {
          'content-type': type,
          authorization: `Bearer ${visible}`,
          'x-slack-signature': visible,
          'x-slack-request-timestamp': visible,
        },
        ...(method !== 'GET' && { body }),
      }).then(({ status }) => status);
    };
    expect(await sendAll(asked, send)).toEqual([]);
    expect(unexpected()).toEqual([]);
  }, 120_000);

  /** Asked four times a second: more than ten are one too many. */
  const numbers = async () => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    return (await fetch(`${house.productUrl}/metrics`)).text();
  };

  const form = (fields: unknown) =>
    new URLSearchParams(
      Object.entries(Object(fields)).map(([name, value]) => [
        name.toWellFormed(),
        (typeof value === 'string' ? value : json(value)).toWellFormed(),
      ]),
    ).toString();

  function slack(body: string, type: string): Promise<number> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const secret = house.env.SLACK_SIGNING_SECRET ?? '';
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return fetch(`${house.productUrl}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
      },
      body,
    }).then(({ status }) => status);
  }

  /** What the log says of faults of ours. */
  function unexpected(): unknown[] {
    const ours = [
      'request failed',
      'Slack request failed',
      'Slack event failed',
      'request from Slack failed',
      'turn failed',
      'lane failed',
    ];
    // The rooms' own limits, and connections that break, are what this many answers meet.
    const throttled =
      /Throttled|asks to wait|too many|users\.info: (user_not_found|invalid_arguments)|out of reach/i;
    return house.logged.filter(({ msg, error }) => ours.includes(msg) && !throttled.test(String(error)));
  }
});

/** The stand-in has a form of its own for what people can do; what it does not send says nothing of the product. */
function refusedByStandIn(error: unknown): number {
  const status = /: (\d{3}) /.exec(String(error))?.[1];
  return status === '404' ? 404 : 400;
}
