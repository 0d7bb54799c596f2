import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import restify, { type Server } from 'restify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../src/sandbox/faults.ts';
import { createSlack, type SlackStandIn } from '../../src/sandbox/slack/slack.ts';

const quiet: Logger = {
  ...{ debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} },
  getLevel: () => LogLevel.ERROR,
};

let plain: Server;
let origin: string;
let slack: SlackStandIn;
let client: WebClient;

const standIn = () =>
  createSlack({
    origin: () => origin,
    productUrl: () => origin,
    signingSecret: 's',
    botToken: 'xoxb-sandbox',
    faults: new Faults(() => {}),
    changed: () => {},
  });

beforeEach(async () => {
  slack = standIn();
  plain = restify.createServer();
  plain.use(restify.plugins.queryParser({ mapParams: false }));
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  slack.mount(plain);
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', () => resolve()));
  origin = `http://127.0.0.1:${plain.address().port}`;
  const retryConfig = { retries: 0 };
  client = new WebClient('xoxb-sandbox', { slackApiUrl: `${origin}/slack/api/`, retryConfig, logger: quiet });
});

afterEach(async () => {
  await new Promise<void>((resolve) => plain.close(() => resolve()));
});

const send = (url: string | undefined, body: string, type = 'application/octet-stream') =>
  fetch(url ?? '', { method: 'POST', body, headers: { 'content-type': type } });

async function upload(
  content: string,
  place: { channel_id: string; thread_ts: string; initial_comment?: string },
): Promise<void> {
  const length = content.length;
  const { upload_url, file_id: id = '' } = await client.files.getUploadURLExternal({
    filename: 'rows.csv',
    length,
  });
  await send(upload_url, content);
  await client.files.completeUploadExternal({ files: [{ id }], ...place });
}

const shown = () => slack.state().conversations.find(({ id }) => id === 'C0SOC')?.messages ?? [];
const refusal = (error: unknown) => ({ data: { error } });

describe('a file in the Slack stand-in', () => {
  it('is shown in a thread, with a comment, and can be had again', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0SOC', text: 'A card' });
    await upload('a,b\n', { channel_id: 'C0SOC', thread_ts: ts, initial_comment: 'Two columns.' });
    const [, message] = shown();
    expect(message).toMatchObject({
      text: 'Two columns.',
      thread_ts: ts,
      files: [{ name: 'rows.csv', size: 4, mimetype: 'text/csv' }],
    });
    const id = message?.files?.[0]?.id ?? '';
    const download = await fetch(`${origin}/api/slack/files/${id}`);
    expect(await download.text()).toBe('a,b\n');
    expect(download.headers.get('content-disposition')).toBe('attachment');
    expect(download.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${origin}/api/slack/files/F0NONE`)).status).toBe(404);
  });

  it('without a conversation is kept, and shown by blocks that name it', async () => {
    const png = Buffer.from('89504e470d0a1a0a', 'hex').toString('latin1');
    const keep = async (content: string) => {
      const length = Buffer.byteLength(content, 'latin1');
      const { upload_url, file_id: id = '' } = await client.files.getUploadURLExternal({
        filename: 'x',
        length,
      });
      await fetch(upload_url ?? '', { method: 'POST', body: Buffer.from(content, 'latin1') });
      await client.files.completeUploadExternal({ files: [{ id }] });
      return id;
    };
    const show = (slack_file: object) =>
      client.apiCall('chat.postEphemeral', {
        channel: 'C0SOC',
        user: 'U0OLIVIA',
        text: 'A map',
        blocks: [{ type: 'image', slack_file, alt_text: 'A map' }],
      });
    const id = await keep(png);
    expect(shown()).toEqual([]);
    await show({ id });
    expect(slack.state().ephemerals).toHaveLength(1);
    const download = await fetch(`${origin}/api/slack/files/${id}`);
    expect(download.headers.get('content-type')).toBe('image/png');
    for (const wrong of [
      { id: 'F0NONE' },
      { id: await keep('a,b') },
      { id, url: 'https://files.slack.com/x' },
      {},
      { url: 'https://evil.example/x.png' },
    ])
      await expect(show(wrong)).rejects.toMatchObject(refusal('invalid_blocks'));
  });

  it('is shown once its bytes are there, all of them, and once', async () => {
    const { upload_url, file_id: id = '' } = await client.files.getUploadURLExternal({
      filename: 'rows.csv',
      length: 3,
    });
    const show = () => client.files.completeUploadExternal({ files: [{ id }], channel_id: 'C0SOC' });
    await expect(show()).rejects.toMatchObject(refusal('file_not_found'));
    expect((await send(upload_url, 'four')).status).toBe(400);
    expect((await send(upload_url, 'a,b', 'text/plain')).status).toBe(200);
    expect((await send(upload_url, 'a,b')).status).toBe(404);
    await show();
    await expect(show()).rejects.toMatchObject(refusal('file_not_found'));
    expect(shown()).toHaveLength(1);
  });

  it('is refused where the bot is not, in a thread that is not, and without a length', async () => {
    const { upload_url, file_id: id = '' } = await client.files.getUploadURLExternal({
      filename: 'rows.csv',
      length: 3,
    });
    await send(upload_url, 'a,b');
    const show = (place: { channel_id: string; thread_ts: string }) =>
      client.files.completeUploadExternal({ files: [{ id }], ...place });
    await expect(show({ channel_id: 'C0HR', thread_ts: '' })).rejects.toMatchObject(
      refusal('not_in_channel'),
    );
    const gone = show({ channel_id: 'C0SOC', thread_ts: '1.000001' });
    await expect(gone).rejects.toMatchObject(refusal('thread_not_found'));
    const empty = client.files.getUploadURLExternal({ filename: 'rows.csv', length: 0 });
    await expect(empty).rejects.toMatchObject(refusal('invalid_arguments'));
  });

  it('is remembered with what is in it', async () => {
    await upload('a,b', { channel_id: 'C0SOC', thread_ts: '' });
    const after = standIn();
    after.restore(JSON.parse(JSON.stringify(slack.save())));
    expect([...after.files().values()].map(String)).toEqual(['a,b']);
  });
});
