import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type KnownBlock, type Logger, LogLevel, type ModalView, WebClient } from '@slack/web-api';
import restify, { type Server } from 'restify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { createSlack, type SlackStandIn, signRequest } from '../../src/sandbox/slack/slack.ts';

const signingSecret = 'a-signing-secret';
const botToken = 'xoxb-sandbox';

interface Received {
  headers: http.IncomingHttpHeaders;
  raw: string;
  form: URLSearchParams;
  payload: Record<string, unknown> & { trigger_id: string; response_url: string };
}
type Reply = (received: Received) => Promise<{ status?: number; body?: unknown } | undefined>;

let clock: number;
let plain: Server;
let product: http.Server;
let slack: SlackStandIn;
let faults: Faults;
let received: Received[];
let reply: Reply;
let client: WebClient;
let origin: string;

const originOf = (server: { address(): unknown }) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(async () => {
  clock = Date.UTC(2027, 0, 4, 9);
  received = [];
  reply = async () => undefined;
  product = http.createServer(async (request, response) => {
    request.setEncoding('utf8');
    let raw = '';
    for await (const chunk of request) raw += chunk;
    const form = new URLSearchParams(raw);
    const payload = raw.startsWith('{') ? JSON.parse(raw) : JSON.parse(form.get('payload') ?? '{}');
    const one = { headers: request.headers, raw, form, payload };
    received.push(one);
    const { status = 200, body } = (await reply(one)) ?? {};
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', resolve));

  faults = new Faults(() => {});
  slack = createSlack({
    origin: () => origin,
    productUrl: () => originOf(product),
    signingSecret,
    botToken,
    faults,
    changed: () => {},
    now: () => clock,
    answerMs: 200,
    retryMs: [1, 1, 1],
  });
  plain = restify.createServer();
  plain.use(restify.plugins.queryParser({ mapParams: false }));
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  slack.mount(plain);
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  origin = originOf(plain);
  client = newClient(botToken);
});

afterEach(async () => {
  await closeServer(product);
  await new Promise<void>((resolve) => plain.close(() => resolve()));
});

const quiet = () => {};
const silent: Logger = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  setName: quiet,
  getLevel: () => LogLevel.ERROR,
};

const newClient = (token: string) =>
  new WebClient(token, {
    slackApiUrl: `${origin}/slack/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });

async function control(path: string, body: object): Promise<Record<string, unknown> & { status: number }> {
  const response = await fetch(`${origin}/api/slack/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...(await response.json()) };
}

const button = (text = 'Take it') =>
  ({
    type: 'actions',
    block_id: 'a',
    elements: [{ type: 'button', action_id: 'take', text: { type: 'plain_text', text }, value: 'x' }],
  }) satisfies KnownBlock;

const modal = (title = 'Close INC-1042') =>
  ({
    type: 'modal',
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: 'Close' },
    blocks: [
      {
        type: 'input',
        block_id: 'why',
        label: { type: 'plain_text', text: 'Comment' },
        element: { type: 'plain_text_input', action_id: 'text' },
      },
      {
        type: 'input',
        block_id: 'who',
        optional: true,
        label: { type: 'plain_text', text: 'Owner' },
        element: { type: 'external_select', action_id: 'owner', min_query_length: 1 },
      },
    ],
  }) satisfies ModalView;

const postCard = async () => {
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0SOC', text: 'A card', blocks: [button()] });
  return ts;
};

const messagesIn = (id: string) => slack.state().conversations.find((room) => room.id === id)?.messages ?? [];

describe('the Slack Web API stand-in', () => {
  it('shows a message once and its edit in place', async () => {
    const ts = await postCard();
    await client.chat.postMessage({ channel: 'C0SOC', thread_ts: ts, text: 'A reply' });
    await client.chat.update({ channel: 'C0SOC', ts, text: 'Closed' });
    const [card, replied] = messagesIn('C0SOC');
    expect(card).toMatchObject({ ts, text: 'Closed', posts: 2, reply_count: 1, edited: expect.anything() });
    expect(card?.blocks).toBeUndefined();
    expect(replied).toMatchObject({ thread_ts: ts, text: 'A reply', username: 'Watchfloor' });
  });

  it('returns metadata to those only who ask for it', async () => {
    const metadata = { event_type: 'incident', event_payload: { id: 'INC-1042', version: 3 } };
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0SOC', text: 'A card', metadata });
    const plainly = await client.conversations.history({ channel: 'C0SOC' });
    expect(plainly.messages?.[0]?.metadata).toBeUndefined();
    const wholly = await client.conversations.history({ channel: 'C0SOC', include_all_metadata: true });
    expect(wholly.messages?.[0]).toMatchObject({ ts, metadata });
    const thread = await client.conversations.replies({ channel: 'C0SOC', ts, include_all_metadata: true });
    expect(thread.messages?.[0]).toMatchObject({ ts, metadata });
  });

  const text = (length: number) => ({ type: 'mrkdwn' as const, text: 'x'.repeat(length) });
  const section = (length: number): KnownBlock => ({ type: 'section', text: text(length) });
  it.each<[string, string, KnownBlock[]]>([
    ['51 blocks', 'invalid_blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
    ['a text of 3001 characters', 'invalid_blocks', [section(3_001)]],
    ['a button of 76 characters', 'invalid_blocks', [button('x'.repeat(76))]],
    ['an alert block outside a modal', 'invalid_blocks', [{ type: 'alert', text: text(3) }]],
    ['one block id twice', 'invalid_blocks', [button(), button()]],
    ['an empty text', 'invalid_blocks', [section(0)]],
    ['more than 13.2 kB of blocks', 'msg_blocks_too_long', Array.from({ length: 5 }, () => section(2_900))],
  ])('refuses %s and stores nothing', async (_what, error, blocks) => {
    const posting = client.chat.postMessage({ channel: 'C0SOC', text: 'A card', blocks });
    await expect(posting).rejects.toMatchObject({ data: { ok: false, error } });
    expect(messagesIn('C0SOC')).toEqual([]);
  });

  it('says where a block is wrong', async () => {
    const posting = client.chat.postMessage({ channel: 'C0SOC', text: 'A card', blocks: [section(3_001)] });
    await expect(posting).rejects.toMatchObject({
      data: {
        response_metadata: {
          messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    });
  });

  it('names what it refuses as Slack does', async () => {
    const ts = await postCard();
    const said = await control('mention', { as: 'adam', channel: 'C0SOC', text: 'mine' });
    const of = (call: Promise<unknown>) => call.catch((error) => error.data.error);
    expect({
      unknown: await of(client.apiCall('chat.shout')),
      stranger: await of(newClient('xoxb-other').auth.test()),
      room: await of(client.chat.postMessage({ channel: '#soc-alerts', text: 'x' })),
      uninvited: await of(client.chat.postMessage({ channel: 'C0HR', text: 'x' })),
      thread: await of(client.chat.postMessage({ channel: 'C0SOC', thread_ts: '1.000000', text: 'x' })),
      nothing: await of(client.chat.postMessage({ channel: 'C0CLOUD', text: '' })),
      gone: await of(client.chat.update({ channel: 'C0SOC', ts: '1.000000', text: 'x' })),
      long: await of(client.chat.update({ channel: 'C0SOC', ts, text: 'x'.repeat(4_001) })),
      foreign: await of(client.chat.update({ channel: 'C0SOC', ts: String(said.ts), text: 'x' })),
      trigger: await of(client.views.open({ trigger_id: 'made.up', view: modal() })),
      view: await of(client.views.open({ trigger_id: 'made.up', view: modal('x'.repeat(25)) })),
    }).toEqual({
      unknown: 'unknown_method',
      stranger: 'invalid_auth',
      room: 'channel_not_found',
      uninvited: 'not_in_channel',
      thread: 'thread_not_found',
      nothing: 'no_text',
      gone: 'message_not_found',
      long: 'msg_too_long',
      foreign: 'cant_update_message',
      trigger: 'invalid_trigger_id',
      view: 'invalid_arguments',
    });
  });

  it('shows a reply that is broadcast in the room as well, edits it in both, and takes no broadcast with an edit', async () => {
    const ts = await postCard();
    const place = { channel: 'C0SOC', thread_ts: ts } as const;
    const loud = await client.chat.postMessage({ ...place, text: 'Decide', reply_broadcast: true });
    const calm = await client.chat.postMessage({ ...place, text: 'Log' });
    await client.chat.update({ channel: 'C0SOC', ts: String(loud.ts), text: 'Decided' });
    const { messages: room } = await client.conversations.history({ channel: 'C0SOC' });
    expect(room).toMatchObject([{ subtype: 'thread_broadcast', text: 'Decided', thread_ts: ts }, { ts }]);
    const { messages: thread } = await client.conversations.replies({ channel: 'C0SOC', ts });
    expect(thread?.map((message) => message.text)).toEqual([expect.anything(), 'Decided', 'Log']);
    const late = client.chat.update({
      channel: 'C0SOC',
      ts: String(calm.ts),
      text: 'x',
      reply_broadcast: true,
    });
    await expect(late).rejects.toMatchObject({ data: { error: 'no_dual_broadcast_content_update' } });
  });

  it('takes three posts at once in a room, then one a second', async () => {
    for (const n of [1, 2, 3]) await client.chat.postMessage({ channel: 'C0SOC', text: `${n}` });
    const fourth = () => client.chat.postMessage({ channel: 'C0SOC', text: '4' });
    await expect(fourth()).rejects.toMatchObject({ retryAfter: 1 });
    await client.chat.postMessage({ channel: 'C0CLOUD', text: 'another room is free' });
    clock += 1_000;
    await expect(fourth()).resolves.toMatchObject({ ok: true });
  });

  it('knows a guest, a partner of another team, a bot, and one whose account was switched off', async () => {
    const user = async (id: string) => (await client.users.info({ user: id })).user;
    expect(await user('U0GUEST')).toMatchObject({ team_id: 'T0CONTOSO', is_restricted: true });
    const partner = { team_id: 'T0PARTNER', is_restricted: false, is_stranger: false };
    expect(await user('U0PAULA')).toMatchObject(partner);
    expect(await user('U0DORA')).toMatchObject({ team_id: 'T0CONTOSO', deleted: true });
    expect(await user('U0ROBO')).toMatchObject({ is_bot: true, deleted: false });
    expect(await user('U0MALLORY')).toMatchObject({ team_id: 'T0CONTOSO', is_restricted: false });
    await expect(client.users.lookupByEmail({ email: 'dora@contoso.com' })).rejects.toThrow();
    const found = await client.users.lookupByEmail({ email: 'adam@contoso.com' });
    expect(found.user).toMatchObject({ id: 'U0ADAM', team_id: 'T0CONTOSO', is_restricted: false });
  });

  it('does what was asked and loses the answer when told to', async () => {
    faults.set('slack', { kind: 'lost-answer', count: 1 });
    await expect(postCard()).rejects.toThrow();
    expect(messagesIn('C0SOC')).toHaveLength(1);
  });
});

describe('what people do in Slack', () => {
  it('reaches the product signed, as a form with the whole message', async () => {
    const ts = await postCard();
    const pressed = await control('press', { as: 'paula', channel: 'C0SOC', ts, action_id: 'take' });
    expect(pressed.status).toBe(200);
    const [{ headers, raw, payload }] = received as [Received];
    const at = String(headers['x-slack-request-timestamp']);
    const digest = createHmac('sha256', signingSecret).update(`v0:${at}:${raw}`).digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${digest}`);
    expect(signRequest(signingSecret, Number(at), raw)['X-Slack-Signature']).toBe(`v0=${digest}`);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0PAULA', team_id: 'T0PARTNER' },
      team: { id: 'T0CONTOSO' },
      container: { type: 'message', message_ts: ts, channel_id: 'C0SOC', is_ephemeral: false },
      message: { ts, text: 'A card' },
      actions: [{ type: 'button', action_id: 'take', block_id: 'a', value: 'x' }],
    });
  });

  it('opens one view with a trigger, and none after three seconds', async () => {
    const ts = await postCard();
    const again: unknown[] = [];
    reply = async ({ payload }) => {
      await client.views.open({ trigger_id: payload.trigger_id, view: modal() });
      await client.views
        .open({ trigger_id: payload.trigger_id, view: modal() })
        .catch((error) => again.push(error.data.error));
      return undefined;
    };
    const pressed = await control('press', { as: 'adam', channel: 'C0SOC', ts, action_id: 'take' });
    expect(pressed.view).toMatchObject({ type: 'modal', app_id: 'A0WATCHFLOOR' });
    expect(again).toEqual(['exchanged_trigger_id']);

    reply = async ({ payload }) => {
      clock += 3_001;
      const late = client.views.open({ trigger_id: payload.trigger_id, view: modal() });
      await expect(late).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
      return undefined;
    };
    const late = await control('press', { as: 'adam', channel: 'C0SOC', ts, action_id: 'take' });
    expect(late.view).toBeUndefined();
  });

  it('goes from suggestions through an error to a closed dialog', async () => {
    const ts = await postCard();
    reply = async ({ payload }) => {
      await client.views.open({ trigger_id: payload.trigger_id, view: modal() });
      return undefined;
    };
    const { view } = await control('press', { as: 'adam', channel: 'C0SOC', ts, action_id: 'take' });
    const view_id = (view as { id: string }).id;

    const lena = { text: { type: 'plain_text', text: 'Lena Fischer' }, value: 'lena' };
    reply = async () => ({ body: { options: [lena] } });
    const asked = { as: 'adam', view_id, block_id: 'who', action_id: 'owner', value: 'le' };
    expect(await control('suggest', asked)).toMatchObject({ options: [lena] });

    const empty = await control('submit', { as: 'adam', view_id, values: {} });
    expect(empty).toMatchObject({ status: 400, error: expect.stringContaining('"Comment" is empty') });

    const values = { why: { text: 'Known scanner' }, who: { owner: 'lena' } };
    reply = async () => ({ body: { response_action: 'errors', errors: { why: 'Too short' } } });
    await control('submit', { as: 'adam', view_id, values });
    expect(slack.state().views).toMatchObject([{ id: view_id, errors: { why: 'Too short' } }]);

    reply = async () => undefined;
    await control('submit', { as: 'adam', view_id, values });
    expect(slack.state().views).toEqual([]);
    expect(received.at(-1)?.payload).toMatchObject({
      type: 'view_submission',
      view: {
        state: {
          values: {
            why: { text: { type: 'plain_text_input', value: 'Known scanner' } },
            who: { owner: { type: 'external_select', selected_option: lena } },
          },
        },
      },
    });
  });

  it('lets a person choose only what is offered, in an attachment and in a dialog alike', async () => {
    const option = (value: string) => ({ text: { type: 'plain_text' as const, text: value }, value });
    const menu = {
      type: 'section',
      block_id: 'm',
      text: { type: 'mrkdwn', text: 'More' },
      accessory: {
        type: 'static_select',
        action_id: 'more',
        options: [option('silence'), option('escalate')],
      },
    } satisfies KnownBlock;
    const attachments = [{ color: '#a30200', blocks: [menu] }];
    const { ts } = await client.chat.postMessage({ channel: 'C0SOC', text: 'A card', attachments });
    reply = async ({ payload }) => {
      const view = { ...modal(), blocks: [menu] };
      await client.views.open({ trigger_id: payload.trigger_id, view });
      return undefined;
    };
    const choice = { as: 'adam', action_id: 'more', value: 'silence' };
    const { view } = await control('press', { ...choice, channel: 'C0SOC', ts });
    expect(received[0]?.payload).toMatchObject({
      container: { type: 'message_attachment', attachment_id: 1 },
      actions: [{ type: 'static_select', action_id: 'more', selected_option: option('silence') }],
    });

    reply = async () => undefined;
    const view_id = (view as { id: string }).id;
    await control('press', { ...choice, view_id, value: undefined, selected_option: option('escalate') });
    expect(received[1]?.payload).toMatchObject({
      container: { type: 'view', view_id },
      view: { state: { values: { m: { more: { selected_option: option('escalate') } } } } },
    });
    const made_up = await control('press', { ...choice, view_id, value: 'isolate' });
    expect(made_up).toMatchObject({ status: 400, error: expect.stringContaining('silence, escalate') });
  });

  it('lets a response_url be used five times, by the same limits', async () => {
    reply = async () => ({ body: { response_type: 'ephemeral', text: 'Working on it' } });
    await control('command', { as: 'priya', channel: 'C0SOC', text: '/soc list' });
    const [{ form }] = received as [Received];
    expect(Object.fromEntries(form)).toMatchObject({ command: '/soc', text: 'list', user_id: 'U0PRIYA' });
    expect(slack.state().ephemerals).toMatchObject([{ user: 'U0PRIYA', text: 'Working on it' }]);

    const respond = (body: object) =>
      fetch(String(form.get('response_url')), { method: 'POST', body: JSON.stringify(body) });
    const refused = await respond({ blocks: [{ type: 'nope' }] });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_blocks' }]);
    for (const n of [2, 3, 4, 5])
      expect((await respond({ text: `${n}`, response_type: 'in_channel' })).status).toBe(200);
    const sixth = await respond({ text: '6' });
    expect([sixth.status, await sixth.json()]).toMatchObject([404, { error: 'used_url' }]);
    expect(messagesIn('C0SOC').map((message) => message.text)).toEqual(['2', '3', '4', '5']);
  });

  it('sends a mention again until it is taken', async () => {
    reply = async ({ headers }) => ({ status: headers['x-slack-retry-num'] === '2' ? 200 : 500 });
    const said = { as: 'adam', channel: 'C0SOC', text: '@Watchfloor close <b> for lena@contoso.com' };
    await control('mention', said);
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(received[0]?.payload).toMatchObject({
      type: 'event_callback',
      event: {
        type: 'app_mention',
        user: 'U0ADAM',
        text: '<@U0WATCHFLOOR> close &lt;b&gt; for <mailto:lena@contoso.com|lena@contoso.com>',
      },
    });
    expect(new Set(received.map(({ payload }) => payload.event_id)).size).toBe(1);
    expect(received[1]?.headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_error',
    });
  });

  it('notes that the product took longer than Slack waits', async () => {
    const ts = await postCard();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    reply = () => promise;
    const pressed = await control('press', { as: 'adam', channel: 'C0SOC', ts, action_id: 'take' });
    resolve(undefined);
    expect(pressed).toMatchObject({ status: 0, body: 'operation_timeout' });
    expect(slack.state().notes.join()).toContain('the app did not respond');
  });
});
