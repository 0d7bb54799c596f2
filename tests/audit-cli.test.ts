import { execFile } from 'node:child_process';
import fs from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSealing } from '../src/flow/checkpoint.ts';
import { openKeyFile } from '../src/record/key-file.ts';
import { createCertificate } from '../src/sandbox/certificate.ts';
import { openDatabase } from '../src/store/database.ts';
import { databases, type TestDatabase } from './support/databases.ts';
import { parseCsv } from './support/forms.ts';
import { tell, writeIncidents, writeRecords } from './support/history.ts';

const log = pino({ level: 'silent' });
const patience = 120_000;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-audit-cli-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Taken {
  type: string | undefined;
  authorization: string | undefined;
  body: string;
}

/** Somebody's log collector: the first request fails. */
async function openCollector(): Promise<{
  url: string;
  host: string;
  ca: string;
  taken: Taken[];
  server: http.Server;
}> {
  const { ca, cert, key } = await createCertificate();
  const taken: Taken[] = [];
  let asked = 0;
  const server = https.createServer({ cert, key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url === '/elsewhere') return response.writeHead(307, { location: '/in' }).end();
    asked += 1;
    if (asked === 1) return response.writeHead(503).end();
    const { 'content-type': type, authorization } = request.headers;
    taken.push({ type, authorization, body: Buffer.concat(chunks).toString() });
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file = path.join(folder, 'collector-ca.pem');
  fs.writeFileSync(file, ca);
  return { url: `https://localhost:${port}`, host: `localhost:${port}`, ca: file, taken, server };
}

describe.each(databases)('watchfloor audit on $name', (kind) => {
  let place: TestDatabase;
  let env: Record<string, string>;
  const keyFile = () => path.join(place.folder, 'audit-key.pem');

  beforeAll(async () => {
    place = await kind.create();
    env = {
      WATCHFLOOR_CONFIG: 'src/sandbox/watchfloor.yaml',
      DATA_DIR: place.folder,
      ...(place.url && { DATABASE_URL: place.url }),
    };
    const database = await openDatabase({ ...place, log });
    const recorder = { note: async () => {}, count: () => {} };
    const now = () => new Date();
    const file = path.join(place.folder, 'audit-checkpoints.ndjson');
    const written = await writeIncidents(database.db, 30, 10);
    await writeRecords(database.db, 40);
    await openSealing({
      db: database.db,
      log,
      now,
      recorder,
      openSigner: (ifGone) => openKeyFile(keyFile(), ifGone),
      file,
    })(1);
    for (const one of written.slice(0, 3)) await tell(database.db, one, { type: 'commented', text: '=1+1' });
    await database.close();
  }, patience);
  afterAll(() => place.release());

  async function cli(words: string[], more: Record<string, string> = {}) {
    const run = promisify(execFile);
    const options = { env: { PATH: process.env.PATH, ...env, ...more }, maxBuffer: 50_000_000 };
    try {
      const { stdout, stderr } = await run(process.execPath, ['src/cli.ts', 'audit', ...words], options);
      return { code: 0, out: stdout, errors: stderr };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
      return { code: Number(error.code), out: String(error.stdout), errors: String(error.stderr) };
    }
  }

  it('verify says that all is as it was written, with what it has looked at', {
    timeout: patience,
  }, async () => {
    const { code, out } = await cli(['verify']);
    expect(out).toContain('Read: 303 events of 30 incidents, 40 records, 1 checkpoints, the last of 20');
    expect(out).toContain('Everything is as it was written.');
    expect(out.includes('The user of DATABASE_URL could change the record')).toBe(kind.name === 'PostgreSQL');
    expect(code).toBe(0);
  });

  it('verify takes another key and another file at their word', { timeout: patience }, async () => {
    const other = await openKeyFile(path.join(folder, `other-${kind.name}.pem`), 'make');
    const pem = path.join(folder, `other-${kind.name}-${other.keyId}.pub.pem`);
    const { code, out } = await cli(['verify', '--public-key', pem]);
    expect(out).toContain('Checkpoint 1 is signed with the key');
    expect(code).toBe(1);
    const lines = path.join(folder, `${kind.name}.ndjson`);
    const own = fs.readFileSync(path.join(place.folder, 'audit-checkpoints.ndjson'), 'utf8');
    fs.writeFileSync(lines, own + own.replace('"number":1', '"number":2'));
    const cut = await cli(['verify', '--checkpoints', lines]);
    expect(cut.out).toContain(
      'Checkpoint 2 stands in the file and is not in the database: the end was cut off.',
    );
    expect(cut.code).toBe(1);
  });

  it('verify ends with 1 where somebody changed something, and says where', {
    timeout: patience,
  }, async () => {
    const change = async (type: string) => {
      const database = await openDatabase({ ...place, log });
      await database.asOwner(async (db) => {
        await sql`alter table incident_events disable trigger all`.execute(db);
        await sql`update incident_events set type = ${type} where incident_id = 1007 and version = 4`.execute(
          db,
        );
        await sql`alter table incident_events enable trigger all`.execute(db);
      });
      await database.close();
    };
    await change('rel\u001b[31meased');
    const { code, out } = await cli(['verify']);
    expect(code).toBe(1);
    expect(out).toContain('INC-1007 version 4 was changed, or 3 was together with its hash.\n');
    expect(out).toContain('Faults: 1.');
    await change('severity-changed');
    expect((await cli(['verify'])).code).toBe(0);
  });

  it('export writes everything, or what was asked for, in the order of numbers', {
    timeout: patience,
  }, async () => {
    const all = (await cli(['export'])).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(all).toHaveLength(343);
    expect(all[0]).toMatchObject({ id: 'INC-1001/1', type: 'opened', status: 'new' });
    expect(all.at(-1)).toMatchObject({ id: 'record/40', type: 'denied' });
    const one = (await cli(['export', '--incident', 'INC-1002', '--type', 'commented'])).out
      .trimEnd()
      .split('\n');
    expect(one.map((line) => JSON.parse(line).id)).toEqual(['INC-1002/5', 'INC-1002/11']);
    const who = await cli(['export', '--actor', 'SLACK u3']);
    expect(
      who.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['record/4']);
    expect((await cli(['export', '--since', '2999-01-01'])).out).toBe('');
    expect((await cli(['export', '--until', '2001-01-01'])).out).toBe('');
  });

  it('export writes a file that is read back, once', { timeout: patience }, async () => {
    const file = path.join(folder, `${kind.name}.csv`);
    const { out } = await cli(['export', '--format', 'csv', '--to', file]);
    expect(out).toBe('Exported: 343.\n');
    expect(fs.statSync(file).mode & 0o077).toBe(0);
    const rows = parseCsv(fs.readFileSync(file, 'utf8'));
    expect(rows).toHaveLength(344);
    expect(rows.every((row) => row.length === 11 && !row.some((cell) => /^[=+@]/.test(cell)))).toBe(true);
    expect((await cli(['export', '--to', file])).errors).toContain('is there already');
    for (const format of ['cef', 'ocsf']) {
      expect((await cli(['export', '--format', format])).out.trimEnd().split('\n')).toHaveLength(343);
    }
  });

  it('export sends to a host that is allowed, again where that fails, and to no other', {
    timeout: patience,
  }, async () => {
    const collector = await openCollector();
    const to = ['export', '--format', 'ocsf', '--to', `${collector.url}/in`];
    const allowed = {
      AUDIT_EXPORT_HOSTS: `siem.example.com, ${collector.host}`,
      AUDIT_EXPORT_TOKEN: 'a-token-of-ours',
      NODE_EXTRA_CA_CERTS: collector.ca,
    };
    expect((await cli(to)).errors).toContain('is not among AUDIT_EXPORT_HOSTS');
    expect((await cli(['export', '--to', 'http://siem.example.com/'], allowed)).errors).toContain(
      'by https alone',
    );
    const astray = await cli(['export', '--to', `${collector.url}/elsewhere`], allowed);
    expect(astray).toMatchObject({ code: 1, errors: expect.stringContaining('answered 307') });
    expect(collector.taken).toEqual([]);
    expect((await cli(to, allowed)).out).toBe('Exported: 343.\n');
    const events = collector.taken.flatMap(({ body }) =>
      body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(events).toHaveLength(343);
    expect(new Set(events.map(({ metadata }) => metadata.uid)).size).toBe(343);
    expect(collector.taken[0]).toMatchObject({
      type: 'application/x-ndjson',
      authorization: 'Bearer a-token-of-ours',
    });
    collector.server.close();
  });
});

describe('watchfloor audit', () => {
  it.each([
    { words: [], says: 'Say: watchfloor audit verify' },
    { words: ['verify', '--chekpoints', 'x'], says: 'I do not understand' },
    { words: ['verify', '--checkpoints', '/nowhere'], says: 'There is no file /nowhere.' },
    { words: ['export', '--format', 'pdf'], says: '--format is one of jsonl, csv, cef, ocsf.' },
    { words: ['export', '--since', 'yesterday'], says: '--since is a time like' },
    { words: ['export', '--incident', 'x'], says: '--incident is like INC-1042.' },
    { words: ['export', '--to', 'https://'], says: '--to is a file or an address' },
    { words: ['verify'], says: 'There is no database in' },
  ])('does nothing on $words but say "$says"', async ({ words, says }) => {
    const run = promisify(execFile);
    const env = { PATH: process.env.PATH, DATA_DIR: path.join(folder, 'nowhere') };
    const failed = run(process.execPath, ['src/cli.ts', 'audit', ...words], { env });
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
  });
});
