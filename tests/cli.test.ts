import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/store/database.ts';
import { acceptRaw, markRefused, polled } from '../src/store/raw-alerts.ts';
import { storeIncident } from './store/open.ts';
import { databases, type TestDatabase } from './support/databases.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-cli-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Said {
  code: number;
  out: string;
  errors: string;
}

/** Runs the command as a person would, with nothing configured. */
function cli(...words: string[]): Promise<Said> {
  return cliIn({}, ...words);
}

async function cliIn(env: Record<string, string>, ...words: string[]): Promise<Said> {
  const run = promisify(execFile);
  try {
    const { stdout, stderr } = await run(process.execPath, ['src/cli.ts', ...words], {
      env: { PATH: process.env.PATH, ...env },
    });
    return { code: 0, out: stdout, errors: stderr };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), out: String(error.stdout), errors: String(error.stderr) };
  }
}

/** What Azure would send of a sample, in a file. */
function payload(sample: string): string {
  const { body } = JSON.parse(fs.readFileSync(`src/sandbox/alerts/${sample}.json`, 'utf8'));
  const file = path.join(folder, `${sample}.json`);
  fs.writeFileSync(file, JSON.stringify(body));
  return file;
}

describe('watchfloor route', () => {
  it('says where an alert goes and why', async () => {
    const { code, out } = await cli('route', payload('vm-reverse-shell'));
    expect(code).toBe(0);
    expect(out).toContain('from defender, high severity, type VM_ReverseShell, target vm-pay-web-01');
    expect(out).toContain('priority 24: Crown jewel: vm-pay-web-01');
    expect(out).toContain('everything: chosen, because it takes everything');
    expect(out).toContain('platform team sees its own: passed by, because type does not fit');
    expect(out).toMatch(/→ slack C0SOC\n→ teams 19:soc@thread\.tacv2\n$/);
  });

  it('refuses what no source sends, and says what each missed', async () => {
    const file = path.join(folder, 'other.json');
    fs.writeFileSync(file, '{"hello":"world"}');
    const { code, errors } = await cli('route', file);
    expect(code).toBe(1);
    expect(errors).toContain('No source accepts this payload.');
    expect(errors).not.toContain('    at ');
  });
});

describe('watchfloor', () => {
  it('shows what it can do when asked, and fails on a word it does not know', async () => {
    const [asked, unknown] = await Promise.all([cli('help'), cli('strat')]);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('watchfloor start') });
    expect(unknown).toMatchObject({ code: 2, out: asked.out });
  });
});

describe.each(databases)('upkeep of $name', (kind) => {
  const log = pino({ level: 'silent' });
  const environment = ({ url, folder: data }: TestDatabase) => ({
    WATCHFLOOR_CONFIG: 'src/sandbox/watchfloor.yaml',
    ...(url ? { DATABASE_URL: url } : { DATA_DIR: data }),
  });

  it('lists what was given up, tries it again or drops it, and leaves the rest', async () => {
    const place = await kind.create();
    const database = await openDatabase({ ...place, log });
    const stored = await acceptRaw(
      database.db,
      [1, 2].map((n) => polled('defender', { n }, undefined)),
    );
    for (const { id } of stored) await markRefused(database.db, id, 'severity is \u001b[31mmissing');
    await storeIncident(database.db, { places: [{ channel: 'slack', conversation: 'C0SOC' }] });
    await database.close();
    const env = environment(place);
    const [first, second] = stored.map(({ id }) => `raw:${id}`);

    const listed = await cliIn(env, 'dead');
    expect(listed.code).toBe(0);
    expect(listed.out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(`^${first}  defender, polled  since 20\\S+Z  severity is \\[31mmissing$`),
      ),
      expect.stringMatching(new RegExp(`^${second}  `)),
    ]);

    const dropped = await cliIn(env, 'dead', 'drop', first ?? '');
    expect(dropped.out).toContain('Dropped for good: 1.\n');
    const [logged = ''] = dropped.out.split('\n').filter((line) => line.startsWith('{'));
    expect(JSON.parse(logged)).toMatchObject({ msg: 'dropped for good', dead: { id: first } });
    expect((await cliIn(env, 'dead', 'drop', first ?? '')).errors).toContain(`called ${first}`);
    expect((await cliIn(env, 'dead', 'retry', 'all')).out).toBe(
      'Tried again by the running product, or at its next start: 1.\n',
    );
    expect((await cliIn(env, 'dead')).out).toBe('Nothing is given up.\n');
    expect((await cliIn(env, 'reconcile')).out).toBe(
      'Open incidents: 1. Alerts read anew at their sources: 1. Cards, logs and rows of summaries edited anew: 1.\n',
    );
    const file = path.join(folder, 'none.ndjson.gz');
    expect((await cliIn(env, 'archive', file)).out).toBe('Nothing was closed more than 400 days ago.\n');
    expect(fs.existsSync(file)).toBe(false);
    await place.release();
  }, 120_000);
});

describe('upkeep', () => {
  it('is refused while the product has the embedded database open, and says what to do', async () => {
    const [embedded] = databases;
    const place = await embedded?.create();
    if (!place) throw new Error('There is always an embedded database.');
    const product = await openDatabase({ ...place, log: pino({ level: 'silent' }) });
    const env = { WATCHFLOOR_CONFIG: 'src/sandbox/watchfloor.yaml', DATA_DIR: place.folder };
    const { code, errors } = await cliIn(env, 'dead');
    await product.close();
    await place.release();
    expect(code).toBe(1);
    expect(errors).toContain(`${place.folder} is in use by another process.`);
    expect(errors).toContain('stop Watchfloor, do this, start it again.');
  });

  it('makes no database where there is none', async () => {
    const { code, errors } = await cliIn({ DATA_DIR: path.join(folder, 'nowhere') }, 'reconcile');
    expect(code).toBe(1);
    expect(errors).toContain('Set DATA_DIR or DATABASE_URL as for the product.');
    expect(fs.existsSync(path.join(folder, 'nowhere'))).toBe(false);
  });

  it.each([
    { words: ['dead', 'bury'], says: 'Say: watchfloor dead' },
    { words: ['dead', 'retry'], says: 'Say: watchfloor dead' },
    { words: ['dead', 'drop', 'all'], says: 'name one id at a time' },
    { words: ['reconcile', '--restore'], says: 'I do not understand "--restore".' },
    { words: ['archive'], says: 'Name a new file' },
    { words: ['archive', 'a.gz', '--older-than', '0'], says: 'a whole number of days' },
    { words: ['archive', 'a.gz', 'b.gz'], says: 'I do not understand' },
  ])('does nothing on $words but say "$says"', async ({ words, says }) => {
    const { code, errors } = await cli(...words);
    expect(code).toBe(1);
    expect(errors).toContain(says);
  });
});
