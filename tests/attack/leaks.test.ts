import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { appearWithCard, breakSide, pressInSlack, pressInTeams, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';

/** Everything that may be known to nobody, by what it is. */
type Secrets = Map<string, string>;

/** What the text holds of them, as they are or as they are written in addresses and in JSON. */
function leaked(text: string, secrets: Secrets): string[] {
  return [...secrets].flatMap(([name, secret]) => {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoa(secret)];
    return forms.some((form) => form.length >= 8 && text.includes(form)) ? [name] : [];
  });
}

const secretNames = [
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'TEAMS_APP_SECRET',
  'AZURE_CLIENT_SECRET',
  'WEBHOOK_SECRET',
  'METRICS_TOKEN',
];
const metricsToken = 'a-token-for-prometheus-alone';

describe.each(databases)('no secret leaves the house, on $name', (kind) => {
  let house: House;
  const secrets: Secrets = new Map();
  const answers: string[] = [];
  const given: string[] = [];
  const realFetch = globalThis.fetch;
  const realSign = SignJWT.prototype.sign;
  /** Sign-in links: those who asked may see them, and nobody else. */
  const links: Secrets = new Map();

  beforeAll(async () => {
    // What the far sides give out and what is sent to them, as the wire has it: tokens, response_urls, trigger ids.
    SignJWT.prototype.sign = async function (...how) {
      const token = await realSign.apply(this, how);
      secrets.set(`token ${secrets.size}`, token);
      return token;
    };
    globalThis.fetch = async (input, init) => {
      if (typeof init?.body === 'string') given.push(readable(init.body));
      const answer = await realFetch(input, init);
      if (String(input).includes('/api/')) given.push(await answer.clone().text());
      return answer;
    };
    house = await openHouse(kind, { METRICS_TOKEN: metricsToken, LOG_LEVEL: 'debug' });
    for (const name of secretNames) secrets.set(name, house.env[name] ?? '');
  });
  afterAll(async () => {
    globalThis.fetch = realFetch;
    SignJWT.prototype.sign = realSign;
    await house.close();
  });

  it('not through people, refusals or faults of the far sides', async () => {
    const { name } = await appearWithCard(house, 'vm-reverse-shell');
    await pressInSlack(house, 'adam', name, 'take');
    await pressInSlack(house, 'guest', name, 'take');
    await pressInTeams(house, 'priya', name, 'take').catch(() => {});
    await typeInSlack(house, 'lena', `close ${name} undetermined`);
    await typeInSlack(house, 'guest', 'link');
    const asked = await Promise.all(['olivia', 'priya', 'lena'].map((as) => typeInSlack(house, as, 'link')));
    const tokens = asked.join('\n').matchAll(/[\w-]{22,}/g);
    for (const [n, [token]] of [...tokens].entries()) links.set(`link ${n}`, token);
    expect(asked.join('\n')).toContain('http');
    // An attacker who guessed it writes it into an alert: what is sent to us is no secret of ours to keep, but is masked.
    for (const side of ['azure', 'slack', 'teams'] as const) {
      for (const fault of ['failing', 'lost-answer', 'throttled'] as const) {
        const mend = await breakSide(house, side, { kind: fault, count: 4, ms: 100 });
        await typeInSlack(house, 'adam', `comment ${name} during ${side} ${fault}`).catch(() => {});
        await mend();
      }
      await house.control('POST', '/faults', { side, kind: 'revoked', count: 4 });
      await typeInSlack(house, 'adam', `comment ${name} while ${side} refuses us`).catch(() => {});
      await house.control('POST', '/faults', { side, kind: 'none' });
    }
    await house.until(
      'the last comment on the card',
      async () => {
        const shown = JSON.stringify(await house.control('GET', '/slack'));
        return shown.includes('while teams refuses us');
      },
      60_000,
    );
    for (const authorization of [
      `Bearer ${secrets.get('WEBHOOK_SECRET')}x`,
      `Basic ${btoa('x:y')}`,
      'Bearer',
    ])
      answers.push(JSON.stringify(await push(house, 'defender', '{}', { authorization })));
    for (const path of ['/metrics', '/healthz', '/readyz', '/nowhere', '/slack/events']) {
      const answer = await realFetch(`${house.productUrl}${path}`, {
        headers: { authorization: `Bearer ${path === '/metrics' ? metricsToken : 'x'}` },
      });
      answers.push(`${JSON.stringify([...answer.headers])}${await answer.text()}`);
    }
  }, 120_000);

  it('into logs, answers or numbers', () => {
    collect();
    expect(leaked(JSON.stringify(house.logged), both())).toEqual([]);
    expect(leaked(answers.join('\n'), both())).toEqual([]);
    expect(answers.join()).toContain('watchfloor_');
  });

  it('into what the rooms and Azure are shown', async () => {
    const azure = JSON.stringify(await house.control('GET', '/azure'));
    const teams = JSON.stringify(await house.control('GET', '/teams'));
    const slack = JSON.stringify(await house.control('GET', '/slack'));
    for (const shown of [azure, teams, slack]) expect(leaked(shown, secrets)).toEqual([]);
  });

  it('into any row of any table', async () => {
    const rows = await everyRow();
    expect(rows.length).toBeGreaterThan(10_000);
    expect(leaked(rows, both())).toEqual([]);
    // Nothing that looks like a token either: a JWT, a token of Slack's, a response_url.
    expect(
      rows.match(/eyJ[\w-]{10,}\.[\w-]{10,}|xox[a-z]-[\w-]{8,}|slack\/response\/[\w-]{8,}|hooks\.slack\.com/),
    ).toBeNull();
  });

  const both = () => new Map([...secrets, ...links]);

  /** Tokens and addresses that came by, out of what was sent and answered. */
  function collect(): void {
    const seen = given.join('\n');
    const patterns = {
      jwt: /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
      response: /slack\/response\/[\w-]{8,}/g,
      trigger: /\b\d{13}\.\d+\.[\w-]{16,}/g,
    };
    for (const [name, pattern] of Object.entries(patterns))
      for (const [n, [found]] of [...seen.matchAll(pattern)].entries()) secrets.set(`${name} ${n}`, found);
    expect([...secrets.keys()].some((name) => name.startsWith('response'))).toBe(true);
  }

  async function everyRow(): Promise<string> {
    const listed = `select table_schema, table_name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`;
    const text = ({ table_schema, table_name }: Row) =>
      `select t::text as row from "${table_schema}"."${table_name}" t`;
    if (house.database.url) {
      const client = new pg.Client({ connectionString: house.database.url });
      await client.connect();
      const { rows } = await client.query<Row>(listed);
      const all = [];
      for (const table of rows) all.push(...(await client.query<{ row: string }>(text(table))).rows);
      await client.end();
      return all.map(({ row }) => row).join('\n');
    }
    // The embedded one has one owner: a copy is looked at.
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-leaks-'));
    fs.cpSync(house.database.folder, copy, { recursive: true });
    const folder = fs.existsSync(path.join(copy, 'PG_VERSION')) ? copy : findData(copy);
    fs.rmSync(path.join(folder, 'postmaster.pid'), { force: true });
    const lite = await PGlite.create(folder);
    const all: { row: string }[] = [];
    for (const table of (await lite.query<Row>(listed)).rows)
      all.push(...(await lite.query<{ row: string }>(text(table))).rows);
    await lite.close();
    fs.rmSync(copy, { recursive: true, force: true });
    return all.map(({ row }) => row).join('\n');
  }
});

/** A form's fields as they were before they were written as one. */
function readable(body: string): string {
  return body.startsWith('{') ? body : [...new URLSearchParams(body).values()].join('\n');
}

interface Row {
  table_schema: string;
  table_name: string;
}

function findData(folder: string): string {
  const found = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .find((name) => path.basename(name) === 'PG_VERSION' && !name.includes(`base${path.sep}`));
  if (!found) throw new Error('There is no database in the copy.');
  return path.join(folder, path.dirname(found));
}

describe('a process that dies', () => {
  const dying = (how: string) => `
    import { Secret, secretOf } from ${JSON.stringify(pathToFileURL(path.resolve('src/secrets/secret.ts')).href)};
    import { readConfig } from ${JSON.stringify(pathToFileURL(path.resolve('src/config.ts')).href)};
    const config = readConfig(process.env);
    const token = config.slack.botToken;
    class Broken extends Error { config = config; token = token; }
    ${how}
  `;

  it.each([
    ['an exception that nobody caught', "throw new Broken('gone', { cause: { config, token } });"],
    ['a rejection that nobody caught', "Promise.reject(new Broken('gone', { cause: [config] }));"],
    ['something thrown that is no error', 'throw { config, token };'],
    ['a rejection with the secret itself', 'Promise.reject(token);'],
    [
      'the configuration printed',
      'console.log(config); console.error(JSON.stringify(config)); console.table([config.slack]); process.exit(3);',
    ],
  ])('of %s tells none of them', async (_what, how) => {
    const secret = 'xoxb-nobody-may-ever-read-this';
    const env = {
      PATH: process.env.PATH ?? '',
      AZURE_TENANT_ID: '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30',
      AZURE_CLIENT_SECRET: 'azure-nobody-may-read-this',
      SLACK_BOT_TOKEN: secret,
      SLACK_SIGNING_SECRET: 'signing-nobody-may-read-this',
      WEBHOOK_SECRET: 'webhook-nobody-may-read-this',
      DATABASE_URL: 'postgres://user:password-nobody-may-read@db/x',
      WATCHFLOOR_CONFIG: path.resolve('examples/watchfloor.yaml'),
    };
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', dying(how)], { env });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).not.toBe(0);
    expect(said.length).toBeGreaterThan(50);
    expect(said).not.toMatch(/nobody-may/);
  });
});
