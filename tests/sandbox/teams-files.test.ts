import type { AddressInfo } from 'node:net';
import restify, { type Server } from 'restify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContent } from '../../src/sandbox/teams/check-message.ts';
import { Drive, savedDrive } from '../../src/sandbox/teams/drive.ts';

let server: Server;
let drive: Drive;
const origin = () => {
  const { port }: AddressInfo = server.address();
  return `http://127.0.0.1:${port}`;
};

beforeAll(async () => {
  server = restify.createServer();
  server.use(restify.plugins.bodyParser({ mapParams: false }));
  drive = new Drive(origin);
  drive.mount(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(() => server.close());

const put = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'PUT',
    body,
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `bytes 0-${body.length - 1}/${body.length}`,
      ...headers,
    },
  }).then(({ status }) => status);

describe('a OneDrive that a bot puts files into', () => {
  it('takes a file once, at the address that was made for it, and gives it back as a download', async () => {
    const { uploadUrl, contentUrl, uniqueId } = drive.makeRoom('rows.csv');
    expect(await put(uploadUrl, 'a,b')).toBe(201);
    expect(await put(uploadUrl, 'a,c')).toBe(404);
    const answer = await fetch(contentUrl);
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect(await answer.text()).toBe('a,b');
    expect(drive.findFault(contentUrl, uniqueId)).toBeUndefined();
    expect(drive.findFault('https://evil.example/x', uniqueId)).toMatch(/not at that address/);
  });

  it('refuses what OneDrive refuses: a part of it, nothing, a token, another type, a session that is none', async () => {
    const { uploadUrl } = drive.makeRoom('rows.csv');
    expect(await put(uploadUrl, 'abc', { 'content-range': 'bytes 0-1/3' })).toBe(400);
    expect(await put(uploadUrl, 'abc', { 'content-range': '' })).toBe(400);
    expect(await put(uploadUrl, '')).toBe(400);
    expect(await put(uploadUrl, 'abc', { authorization: 'Bearer x' })).toBe(401);
    expect(await put(uploadUrl, 'abc', { 'content-type': 'text/csv' })).toBe(415);
    expect(await put(uploadUrl.replace(/.$/, 'x'), 'abc')).toBe(404);
    expect(await put(uploadUrl, 'abc')).toBe(201);
  });

  it('gives a second file of a name another one', () => {
    expect(drive.makeRoom('log.csv').name).toBe('log.csv');
    expect(drive.makeRoom('log.csv').name).toBe('log 1.csv');
  });

  it('keeps what it has over a restart, and no open session', async () => {
    const filled = drive.makeRoom('kept.csv');
    const open = drive.makeRoom('open.csv');
    await put(filled.uploadUrl, 'kept');
    drive.restore(savedDrive.parse(JSON.parse(JSON.stringify(drive.save()))));
    expect(await (await fetch(filled.contentUrl)).text()).toBe('kept');
    expect(await put(open.uploadUrl, 'late')).toBe(404);
    expect(savedDrive.parse(undefined)).toEqual([]);
  });
});

describe('a message with a file', () => {
  const consent = (change: object = {}) => ({
    contentType: 'application/vnd.microsoft.teams.card.file.consent',
    name: 'rows.csv',
    content: { description: 'Rows', sizeInBytes: 3, acceptContext: { key: 'x' }, declineContext: {} },
    ...change,
  });
  const read = (attachment: object, isPersonal = true) =>
    readContent({ type: 'message', attachments: [attachment] }, { isPersonal, drive });

  it('is taken in a personal chat and refused in a channel', () => {
    expect(read(consent())?.attachments).toEqual([consent()]);
    expect(() => read(consent(), false)).toThrow(/personal chat only/);
  });

  it('is refused without a name or a size, or where it shows a file that is not there', () => {
    expect(() => read(consent({ name: undefined }))).toThrow(/Bad file card/);
    expect(() => read(consent({ content: { sizeInBytes: 0 } }))).toThrow(/Bad file card/);
    const info = {
      contentType: 'application/vnd.microsoft.teams.card.file.info',
      name: 'rows.csv',
      contentUrl: 'https://contoso-my.sharepoint.com/rows.csv',
      content: { uniqueId: 'none', fileType: 'csv' },
    };
    expect(() => read(info)).toThrow(/no file "none"/);
  });
});
