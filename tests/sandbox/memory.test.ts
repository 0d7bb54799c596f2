import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import restify from 'restify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createAzure } from '../../src/sandbox/azure/azure.ts';
import { insights } from '../../src/sandbox/azure/estate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { type Memory, openMemory } from '../../src/sandbox/memory.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { createSlack } from '../../src/sandbox/slack/slack.ts';
import { createTeams } from '../../src/sandbox/teams/teams.ts';

const APP = 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';
const SOC = '19:soc@thread.tacv2';
const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });

let folder: string;
let file: string;
let running: World[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-'));
  file = path.join(folder, 'sandbox', 'world.json');
  running = [];
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const world of running) await world.kill();
  fs.rmSync(folder, { recursive: true });
});

describe('after a kill', () => {
  it('people see what they saw', async () => {
    const before = await start();
    await before.call('POST', '/api/alerts', { sample: 'campaign-payments' });
    const { id } = await before.call('POST', '/api/alerts', { sample: 'identity-mfa-fatigue' });
    await before.call('POST', `/api/azure/incidents/${id}/comments`, { as: 'priya', message: 'Mine.' });
    await before.call('POST', '/api/storm', { count: 3 });
    const { ts } = await before.slack('chat.postMessage', { channel: 'C0SOC', text: 'A card', blocks });
    await before.slack('chat.postMessage', { channel: 'C0SOC', text: 'Taken.', thread_ts: ts });
    await before.call('DELETE', `/api/slack/messages/C0SOC/${ts}`);
    await before.call('POST', '/api/slack/mention', { as: 'adam', channel: 'C0CLOUD', text: 'lunch?' });
    const card = await before.teams('POST', 'activities', cardOf('New'));
    await before.teams('POST', `activities/${card.id}`, { type: 'message', text: 'Olivia took it.' });
    await before.teams('PUT', `activities/${card.id}`, cardOf('Active'));
    const seen = before.state();
    expect(JSON.stringify(seen)).toContain('This message was deleted.');

    expect((await restart(before)).state()).toEqual(seen);
  });

  it('a card in Slack can still be found by its metadata and edited, and its id is not given again', async () => {
    const before = await start();
    const metadata = { event_type: 'watchfloor_card', event_payload: { incident: 'INC-1042' } };
    const card = { channel: 'C0SOC', text: 'A card', blocks, metadata };
    const { ts } = await before.slack('chat.postMessage', card);

    const after = await restart(before);
    const history = { channel: 'C0SOC', include_all_metadata: true };
    expect(await after.slack('conversations.history', history)).toMatchObject({
      messages: [{ ts, metadata }],
    });
    const edit = { channel: 'C0SOC', ts, text: 'Taken', blocks };
    expect(await after.slack('chat.update', edit)).toMatchObject({ ok: true, ts });
    const next = await after.slack('chat.postMessage', { channel: 'C0SOC', text: 'Another' });
    expect(Number(next.ts)).toBeGreaterThan(Number(ts));
  });

  it('a card in Teams can still be edited, its thread goes on, and its id is not given again', async () => {
    const before = await start();
    const { id: card } = await before.teams('POST', 'activities', cardOf('New'));
    const { id: deleted } = await before.teams('POST', 'activities', cardOf('Gone'));
    await before.teams('DELETE', `activities/${deleted}`);

    const after = await restart(before);
    expect(await after.teams('PUT', `activities/${card}`, cardOf('Active'))).toEqual({ id: card });
    const reply = { type: 'message', text: 'Still here.' };
    const { id } = await after.teams('POST', 'activities', reply, `${SOC};messageid=${deleted}`);
    expect(Number(id)).toBeGreaterThan(Number(deleted));
    const [room] = after.parts.teams.state().conversations;
    expect(room?.messages).toMatchObject([{ id: card, posts: 2 }, { root: deleted }]);
  });

  it('Teams still refuses an app that was taken out of the team', async () => {
    const before = await start();
    await before.call('POST', '/api/teams/install', { change: 'remove' });
    const refused = { error: { code: 'BotNotInConversationRoster' } };
    const after = await restart(before);
    expect(await after.teams('POST', 'activities', cardOf('New'))).toMatchObject(refused);
  });

  it('an incident takes the etag it gave out, and the next one has the next number', async () => {
    const before = await start();
    const { id } = await before.call('POST', '/api/alerts', { sample: 'identity-mfa-fatigue' });
    const incident = before.parts.azure.state().incidents[0];
    const number = incident?.properties.incidentNumber ?? 0;

    const after = await restart(before);
    const write = { etag: incident?.etag, properties: { ...incident?.properties, status: 'Active' } };
    const url = `${insights}/incidents/${id}?api-version=2025-09-01`;
    expect(await after.arm('PUT', url, write)).toMatchObject({ properties: { status: 'Active' } });
    expect(await after.arm('PUT', url, write)).toMatchObject({ error: { code: 'Conflict' } });
    await after.call('POST', '/api/alerts', { sample: 'app-consent' });
    expect(after.parts.azure.state().incidents[0]?.properties.incidentNumber).toBe(number + 1);
  });
});

describe('a memory that cannot be understood', () => {
  it.each([
    ['is cut off', (text: string) => text.slice(0, -9)],
    ['lacks a part', (text: string) => text.replace('"teams":', '"other":')],
    ['knows a room that is not there', (text: string) => text.replace('"C0SOC":', '"C0GONE":')],
  ])('because it %s is put aside whole, and said', async (_why, spoil) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const before = await start();
    const empty = before.state();
    await before.call('POST', '/api/storm', { count: 2 });
    await remembered(before);
    await before.kill();
    const spoilt = spoil(fs.readFileSync(file, 'utf8'));
    fs.writeFileSync(file, spoilt);

    expect((await start()).state()).toEqual(empty);
    expect(fs.existsSync(file)).toBe(false);
    expect(fs.readFileSync(path.join(folder, 'sandbox', 'world.unreadable.json'), 'utf8')).toBe(spoilt);
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('starts without it'));
  });
});

describe('writing', () => {
  it('waits for neither a second change nor the clock when the sandbox ends', () => {
    const memory = openMemory(
      file,
      countingParts(() => undefined),
    );
    memory.close();
    expect(fs.existsSync(file)).toBe(false);
    memory.changed();
    memory.close();
    expect(fs.existsSync(file)).toBe(true);
  });

  it('happens every quarter of a second, and every two seconds where it takes long', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let slow = true;
    let saves = 0;
    const memory = openMemory(
      file,
      countingParts(() => {
        saves += 1;
        if (slow && saves > 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
      }),
    );
    saves = 1;
    const change = (ms: number) => {
      memory.changed();
      memory.changed();
      vi.advanceTimersByTime(ms);
      return saves - 1;
    };
    expect(change(249)).toBe(0);
    expect(change(1)).toBe(1);
    slow = false;
    expect(change(1_999)).toBe(1);
    expect(change(1)).toBe(2);
    expect(change(250)).toBe(3);
  });

  it('goes on after a write that failed', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const memory = openMemory(
      file,
      countingParts(() => undefined),
    );
    fs.writeFileSync(path.dirname(file), 'a file where the folder should be');
    memory.changed();
    memory.close();
    expect(warned).toHaveBeenCalledOnce();
    fs.rmSync(path.dirname(file));
    memory.changed();
    memory.close();
    expect(fs.existsSync(file)).toBe(true);
  });
});

interface World {
  parts: Awaited<ReturnType<typeof createParts>>;
  state(): object;
  /** A control. */
  call(method: string, url: string, body?: object): Promise<Answer>;
  slack(method: string, args: object): Promise<Answer>;
  teams(method: string, url: string, body?: object, conversation?: string): Promise<Answer>;
  arm(method: string, url: string, body?: object): Promise<Answer>;
  /** Ends the servers; the memory learns nothing of it. */
  kill(): Promise<void>;
}

const answer = z.looseObject({ id: z.string().optional(), ts: z.string().optional() });
type Answer = z.infer<typeof answer>;

const blocks = [{ type: 'section', text: { type: 'plain_text', text: 'INC-1042' } }];

function cardOf(text: string) {
  const content = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text }] };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}

async function start(): Promise<World> {
  const server = restify.createServer();
  server.use(restify.plugins.queryParser({ mapParams: false }));
  server.use(restify.plugins.bodyParser({ mapParams: false }));
  const origin = () => `http://127.0.0.1:${server.address().port}`;
  let memory: Memory | undefined;
  const parts = await createParts(origin, () => memory?.changed());
  memory = openMemory(file, parts);
  parts.azure.mountControls(server);
  parts.azure.mount(server);
  parts.slack.mount(server);
  parts.teams.mount(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function send(method: string, url: string, body?: object, token?: string): Promise<Answer> {
    const response = await fetch(origin() + url, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.parse(JSON.parse((await response.text()) || '{}'));
  }
  const world: World = {
    parts,
    state: () => ({ azure: parts.azure.state(), slack: parts.slack.state(), teams: parts.teams.state() }),
    call: send,
    slack: (method, args) => send('POST', `/slack/api/${method}`, args, 'xoxb-sandbox'),
    teams: async (method, url, body, conversation = SOC) => {
      const token = await entra.issue('https://api.botframework.com', { appid: APP });
      return send(method, `/teams/v3/conversations/${encodeURIComponent(conversation)}/${url}`, body, token);
    },
    arm: async (method, url, body) =>
      send(method, url, body, await entra.issue('https://management.azure.com')),
    kill: () => closeServer(server.server),
  };
  running.push(world);
  return world;
}

/** A product that nobody started, and a clock that stands still: ids must not repeat by luck. */
async function createParts(origin: () => string, changed: () => void) {
  const faults = new Faults(() => undefined);
  const now = () => Date.UTC(2027, 0, 4, 9);
  const productUrl = () => 'http://127.0.0.1:1';
  const common = { origin, productUrl, faults, changed, now };
  return {
    azure: createAzure({ entra, faults, changed }),
    slack: createSlack({ ...common, signingSecret: 's', botToken: 'xoxb-sandbox', retryMs: [1, 1, 1] }),
    teams: await createTeams({ ...common, appId: APP, entra }),
  };
}

async function restart(before: World): Promise<World> {
  await remembered(before);
  await before.kill();
  return start();
}

/** Waits until the file holds what the stand-ins hold. */
async function remembered({ parts }: World): Promise<void> {
  const { azure, slack, teams } = parts;
  const now = JSON.stringify({ azure: azure.save(), slack: slack.save(), teams: teams.save() });
  await vi.waitUntil(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === now, { timeout: 10_000 });
}

function countingParts(onSave: () => void) {
  const still = { save: () => ({}), restore: () => undefined };
  const counted = {
    save: () => {
      onSave();
      return {};
    },
    restore: () => undefined,
  };
  return { azure: counted, slack: still, teams: still };
}
