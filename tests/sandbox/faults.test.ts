import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, productPort: 1 });
});
afterAll(() => sandbox.stop());

async function control(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${sandbox.url}/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...Object(await answer.json()) };
}

const slack = (method: string, args: object = {}) =>
  fetch(`${sandbox.env.SLACK_API_URL}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${sandbox.env.SLACK_BOT_TOKEN}`,
    },
    body: JSON.stringify(args),
  });
const post = (text: string, channel = 'C0SOC') => slack('chat.postMessage', { channel, text });
const breakSlack = (fault: object) => control('faults', { side: 'slack', ...fault });

async function texts(channel = 'C0SOC'): Promise<string[]> {
  const answer = await fetch(`${sandbox.url}/api/slack`);
  const { conversations } = (await answer.json()) as {
    conversations: { id: string; messages: { text: string }[] }[];
  };
  return conversations.find(({ id }) => id === channel)?.messages.map(({ text }) => text) ?? [];
}

describe('a far side that goes wrong', () => {
  it('throttles with and without saying for how long', async () => {
    await breakSlack({ kind: 'throttled', ms: 3_000, count: 1 });
    const told = await post('one');
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '3']);
    await breakSlack({ kind: 'throttled-untold', count: 1 });
    const untold = await post('one');
    expect([untold.status, untold.headers.get('retry-after')]).toEqual([429, null]);
    expect((await post('one')).status).toBe(200);
  });

  it('breaks off before the work, in the middle of the answer, and in place of it', async () => {
    await breakSlack({ kind: 'reset', count: 1 });
    await expect(post('never posted')).rejects.toThrow();
    await breakSlack({ kind: 'half-answer', count: 1 });
    await expect(post('posted, half told').then((answer) => answer.json())).rejects.toThrow();
    await breakSlack({ kind: 'lost-answer', count: 1 });
    await expect(post('posted, not told')).rejects.toThrow();
    expect((await texts()).slice(-2)).toEqual(['posted, half told', 'posted, not told']);
  });

  it('shows what was posted before it answers', async () => {
    await breakSlack({ kind: 'late-answer', ms: 500, count: 1 });
    let isAnswered = false;
    const answer = post('seen early', 'D0ADAM').then(() => {
      isAnswered = true;
    });
    await expect.poll(() => texts('D0ADAM')).toContain('seen early');
    expect(isAnswered).toBe(false);
    await answer;
  });

  it('refuses a revoked credential, and takes it again', async () => {
    await breakSlack({ kind: 'revoked', count: 1 });
    expect(await (await slack('auth.test')).json()).toEqual({ ok: false, error: 'token_revoked' });
    expect(await (await slack('auth.test')).json()).toMatchObject({ ok: true });
  });

  it('hits the share of calls that it is told, and the same ones again', async () => {
    const statuses = async () => {
      await breakSlack({ kind: 'failing', rate: 0.3, seed: 7 });
      const all: number[] = [];
      for (let n = 0; n < 40; n += 1) all.push((await slack('auth.test')).status);
      return all;
    };
    const first = await statuses();
    expect(await statuses()).toEqual(first);
    const hit = first.filter((status) => status === 503).length;
    expect(hit).toBeGreaterThan(4);
    expect(hit).toBeLessThan(22);
    await breakSlack({ kind: 'none' });
  });

  it('refuses a way to go wrong that it does not know', async () => {
    expect(await breakSlack({ kind: 'sulking' })).toMatchObject({ status: 400 });
    expect(await control('entra', { tokenSeconds: 0 })).toMatchObject({ status: 400 });
  });
});

describe('rooms that people close', () => {
  it('takes no post where the bot was taken out, until it is invited again', async () => {
    await control('slack/room', { channel: 'C0CLOUD', change: 'remove' });
    expect(await (await post('outside', 'C0CLOUD')).json()).toMatchObject({ error: 'not_in_channel' });
    await control('slack/room', { channel: 'C0CLOUD', change: 'invite' });
    expect(await (await post('inside', 'C0CLOUD')).json()).toMatchObject({ ok: true });
  });

  it('takes no edit where the room is archived, until it is brought back', async () => {
    const { ts } = (await (await post('before', 'C0CLOUD')).json()) as { ts: string };
    await control('slack/room', { channel: 'C0CLOUD', change: 'archive' });
    const edit = () => slack('chat.update', { channel: 'C0CLOUD', ts, text: 'edited' });
    expect(await (await edit()).json()).toMatchObject({ error: 'is_archived' });
    await control('slack/room', { channel: 'C0CLOUD', change: 'unarchive' });
    expect(await (await edit()).json()).toMatchObject({ ok: true });
  });

  it('opens more rooms, each once', async () => {
    expect(await control('slack/rooms', { count: 2 })).toMatchObject({ rooms: ['C0ROOM1', 'C0ROOM2'] });
    await control('slack/rooms', { count: 3 });
    await post('in the third', 'C0ROOM3');
    expect(await texts('C0ROOM3')).toEqual(['in the third']);
    expect(await control('slack/room', { channel: 'C0GONE', change: 'archive' })).toMatchObject({
      status: 404,
    });
  });
});
