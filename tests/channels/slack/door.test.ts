import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { OLD_SECRET, ROOM, type Stage, setStage } from './stage.ts';

const command = (text: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    command: '/soc',
    text,
    user_id: 'U0OLIVIA',
    channel_id: ROOM,
    team_id: 'T0CONTOSO',
    api_app_id: 'A0WATCHFLOOR',
    response_url: 'https://hooks.slack.com/commands/x',
    trigger_id: 't',
    ...more,
  }).toString();
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const inSeconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;

async function expectRefused(stage: Stage, answer: Response, status: number, reason: string): Promise<void> {
  expect(answer.status).toBe(status);
  expect(await answer.text()).toBe('');
  expect(stage.logged.join()).toContain(reason);
  expect(stage.asked).toEqual([]);
}

describe("Slack's door", () => {
  test('lets in what Slack signed, with either secret while they are rotated, whatever the charset', async () => {
    await using stage = await setStage();
    expect((await stage.sign(command('one'), { type: FORM })).status).toBe(200);
    expect((await stage.sign(command('two'), { type: FORM, secret: OLD_SECRET })).status).toBe(200);
    expect(stage.asked.map((one) => one.text)).toEqual(['one', 'two']);
  });

  test('refuses what is forged', async () => {
    await using stage = await setStage();
    const answer = await stage.sign(command('take 1'), { type: FORM, secret: 'guessed' });
    await expectRefused(stage, answer, 401, 'wrong signature');
  });

  test('refuses what is unsigned, a certificate check too', async () => {
    await using stage = await setStage();
    for (const body of [command('x'), 'ssl_check=1&token=x']) {
      const answer = await fetch(stage.url, { method: 'POST', body, headers: { 'content-type': FORM } });
      await expectRefused(stage, answer, 401, 'no signature');
    }
    expect((await stage.sign('ssl_check=1&token=x', { type: FORM })).status).toBe(200);
  });

  test('refuses what is five minutes old, and what comes from the future', async () => {
    await using stage = await setStage();
    for (const offset of [-302, 302]) {
      const answer = await stage.sign(command('x'), { type: FORM, seconds: inSeconds(offset) });
      await expectRefused(stage, answer, 401, 'timestamp too far away');
    }
  });

  test('refuses a command that was heard before', async () => {
    await using stage = await setStage();
    const seconds = inSeconds(0);
    expect((await stage.sign(command('take 1'), { type: FORM, seconds })).status).toBe(200);
    const again = await stage.sign(command('take 1'), { type: FORM, seconds });
    expect(again.status).toBe(409);
    expect(await again.text()).toBe('');
    expect(stage.asked).toHaveLength(1);
  });

  test('refuses a body over a megabyte and ends the connection', async () => {
    await using stage = await setStage();
    const answer = await stage.sign('x'.repeat(1_100_000), { type: FORM });
    expect(answer.headers.get('connection')).toBe('close');
    await expectRefused(stage, answer, 413, 'too large');
  });

  test('refuses a body over a megabyte that does not say how long it is', async () => {
    await using stage = await setStage();
    const { hostname, port } = new URL(stage.url);
    const socket = connect(Number(port), hostname);
    let told = '';
    socket.on('data', (chunk) => {
      told += chunk;
    });
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let n = 0; n < 20; n += 1) socket.write(piece);
    await closed;
    expect(told).toContain('413');
  });

  test('stays open after somebody left in the middle of a request', async () => {
    await using stage = await setStage();
    const { hostname, port } = new URL(stage.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () =>
      socket.destroy(),
    );
    await closed;
    await expect.poll(() => stage.logged.join()).toContain('cut off');
    expect((await stage.sign(command('x'), { type: FORM })).status).toBe(200);
  });

  test('refuses what is meant for another workspace, once it knows its own', async () => {
    await using stage = await setStage();
    await stage.slack.start();
    const answer = await stage.sign(command('x', { team_id: 'T0OTHER' }), { type: FORM });
    await expectRefused(stage, answer, 403, 'another app or workspace');
  });

  test('refuses what is neither JSON nor a form', async () => {
    await using stage = await setStage();
    await expectRefused(
      stage,
      await stage.sign('<x/>', { type: 'text/xml' }),
      400,
      'neither JSON nor a form',
    );
    await expectRefused(stage, await stage.sign('{"type":'), 400, 'neither JSON nor a form');
  });

  test.each([
    { channel: null },
    { channel: 7 },
    { user: null },
    { item: null },
    { item: 'C0SOC' },
    { subteam: null },
  ])('refuses an event that lacks what is looked for in it: %j', async (odd) => {
    await using stage = await setStage();
    const event = { type: 'app_mention', user: 'U0ADAM', text: 'list', channel: 'C0SOC', ts: '1.1', ...odd };
    const body = { type: 'event_callback', team_id: 'T0CONTOSO', event_id: 'E1', event };
    await expectRefused(stage, await stage.sign(JSON.stringify(body)), 400, 'in no form that is known');
    expect(stage.logged.join()).not.toContain('Slack event failed');
  });

  test('takes half a character for an unknown one, wherever it stands', async () => {
    await using stage = await setStage();
    const body =
      '{"type":"event_callback","team_id":"T0CONTOSO","event_id":"E1","event":{"type":"app_mention",' +
      '"user":"U\\ud800","text":"list","channel":"C0SOC","ts":"1.1"}}';
    expect((await stage.sign(body)).status).toBe(200);
    await expect.poll(() => stage.logged.join()).toContain('user_not_found');
    expect(stage.logged.join()).not.toContain('broke off');
  });

  test('answers the challenge with which Slack checks the address', async () => {
    await using stage = await setStage();
    const answer = await stage.sign(JSON.stringify({ type: 'url_verification', challenge: 'abc' }));
    expect(await answer.text()).toBe('abc');
  });
});
