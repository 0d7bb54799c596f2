import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Running, startWatchfloor } from '../../src/main.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { appear, appearWithCard, pressInSlack, typeInSlack } from '../support/hands.ts';
import { type House, outside, trust } from '../support/house.ts';
import {
  azureIncident,
  type Seen,
  slackCard,
  slackMessages,
  teamsCard,
  teamsMessages,
} from '../support/rooms.ts';

const run = promisify(execFile);

describe.each(databases)('a backup on $name', (kind) => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  let house: Pick<House, 'control' | 'until'>;
  let env: Record<string, string>;
  let product: Running | undefined;
  let backup: Backup;

  beforeAll(async () => {
    database = await kind.create();
    backup = database.url ? await dumpOf(database.url) : copyOf(database.folder);
    sandbox = await startSandbox({ port: 0, productPort: await freePort() });
    trust(sandbox);
    house = outside(sandbox);
    env = {
      ...sandbox.env,
      HOST: '127.0.0.1',
      POLL_SECONDS: '1',
      DATA_DIR: database.folder,
      ...(database.url && { DATABASE_URL: database.url }),
    };
  });
  afterAll(async () => {
    await product?.stop();
    await sandbox.stop();
    await backup.remove();
    await database.release();
  });

  const start = async () => {
    product = await startWatchfloor(
      readConfig(env),
      pino({ level: process.env.TEST_LOG ? 'warn' : 'silent' }),
    );
  };
  const stop = async () => {
    await product?.stop();
    product = undefined;
  };
  /** As an operator would, in a process of its own. */
  const watchfloor = async (...words: string[]) => {
    const { stdout } = await run(process.execPath, ['src/cli.ts', ...words], {
      env: { PATH: process.env.PATH, ...env },
    });
    return stdout;
  };
  const shown = async (name: string, text: string) => {
    for (const [room, card] of [
      ['Slack', slackCard],
      ['Teams', teamsCard],
    ] as const)
      await house.until(
        `"${text}" on ${name} in ${room}`,
        async () => (await card(house, name))?.text.includes(text),
        20_000,
      );
  };
  const everything = async () => [...(await slackMessages(house)), ...(await teamsMessages(house))];
  const cardsNamed = (messages: Seen[], name: string) => messages.filter((m) => m.name === name && !m.thread);

  it('that is restored brings everything back: what Azure holds is on the card, and nothing is lost', async () => {
    await start();
    const spray = await appearWithCard(house, 'identity-password-spray');
    const deleted = await appearWithCard(house, 'identity-risky-sign-in');
    await pressInSlack(house, 'olivia', spray.name, 'take');
    await house.until('Sentinel to hold the owner', async () =>
      (await azureIncident(house, spray.azure))?.owner.userPrincipalName?.startsWith('olivia'),
    );
    await shown(spray.name, 'Olivia Marsh has it');
    await stop();
    await backup.take();

    await start();
    await house.control('PATCH', `/azure/incidents/${spray.azure}`, {
      as: 'lena',
      properties: {
        status: 'Closed',
        classification: 'FalsePositive',
        classificationReason: 'InaccurateData',
        severity: 'Low',
      },
    });
    await shown(spray.name, 'is closed');
    const after = await appearWithCard(house, 'identity-mfa-fatigue');
    await stop();
    // What happens while nothing runs: a message is deleted, and another alert comes up.
    const gone = await slackCard(house, deleted.name);
    await house.control('DELETE', `/slack/messages/C0SOC/${gone?.id}`);
    await appear(house, 'app-consent', { push: false });

    await backup.restore();
    const before = await everything();
    expect(await watchfloor('reconcile', '--restored')).toContain(
      'Open incidents: 2. Alerts read anew at their sources: 2.',
    );
    await start();

    await house.until(
      `${spray.name} to be closed here again`,
      async () => (await typeInSlack(house, 'olivia', `show ${spray.name}`)).includes('is closed'),
      20_000,
    );
    await shown(spray.name, 'false positive');
    await house.until(`${deleted.name} to be posted anew`, () => slackCard(house, deleted.name), 20_000);

    // What was posted since the backup comes a second time, under a number that nobody knows yet.
    const list = await house.until(
      'both alerts that came since to be known',
      async () => {
        const text = await typeInSlack(house, 'olivia', 'list');
        return text.includes('after 22 refusals') && text.includes('Invoice Reader') ? text : undefined;
      },
      20_000,
    );
    expect(list).not.toContain(after.name);
    const numbers = [...new Set([...list.matchAll(/INC-(\d+)/g)].map((match) => Number(match[1])))];
    expect(numbers.filter((number) => number > 10_000)).toHaveLength(2);
    for (const number of numbers) await shown(`INC-${number}`, '');
    for (const name of [spray.name, deleted.name])
      expect(cardsNamed(await everything(), name)).toHaveLength(2);
    expect(cardsNamed(before, after.name)).toHaveLength(2);
    expect(await watchfloorDead()).toBe('Nothing is given up.\n');
  }, 120_000);

  /** The embedded database has to be left alone for it. */
  async function watchfloorDead(): Promise<string> {
    if (!database.url) await stop();
    return watchfloor('dead');
  }
});

interface Backup {
  take(): Promise<void>;
  restore(): Promise<void>;
  remove(): Promise<void>;
}

/** The folder of the embedded database, while nobody has it open. */
function copyOf(folder: string): Backup {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-backup-'));
  return {
    async take() {
      fs.cpSync(folder, copy, { recursive: true });
    },
    async restore() {
      fs.rmSync(folder, { recursive: true });
      fs.cpSync(copy, folder, { recursive: true });
    },
    async remove() {
      fs.rmSync(copy, { recursive: true, force: true });
    },
  };
}

/** By pg_dump and pg_restore; where they are missing or older than the server, by a database made after this one. */
async function dumpOf(url: string): Promise<Backup> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-backup-'));
  const file = path.join(folder, 'watchfloor.dump');
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  const ask = async (statement: string) => {
    const client = new pg.Client({ connectionString: server.href });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  const canDump = await run('pg_dump', ['--format=custom', `--file=${file}`, url]).then(
    () => true,
    () => false,
  );
  const drop = (which: string) => ask(`drop database if exists ${which} with (force)`);
  return {
    async take() {
      if (canDump) await run('pg_dump', ['--format=custom', `--file=${file}`, url]);
      else await ask(`create database ${name}_copy template ${name}`);
    },
    async restore() {
      await drop(name);
      await ask(`create database ${name}${canDump ? '' : ` template ${name}_copy`}`);
      if (canDump) await run('pg_restore', ['--exit-on-error', `--dbname=${url}`, file]);
    },
    async remove() {
      if (!canDump) await drop(`${name}_copy`);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
