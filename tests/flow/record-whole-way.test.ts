import fs from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLines } from '../../src/flow/checkpoint-file.ts';
import type { Fault } from '../../src/flow/fault.ts';
import { verify } from '../../src/flow/verify.ts';
import { contentOf, parseLine } from '../../src/record/checkpoint.ts';
import { readPublicKeysBeside } from '../../src/record/key-file.ts';
import { isSignedBy } from '../../src/record/signature.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readRecords } from '../../src/store/record.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { appearWithCard, sayInTeams, sentences, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';
import { slackCard } from '../support/rooms.ts';

const log = pino({ level: 'silent' });
const role = `bot_${Math.random().toString(36).slice(2)}`;

/** On PostgreSQL the tables have an owner, and the product is somebody else. */
async function openOwned(kind: (typeof databases)[number]) {
  const place = await kind.create();
  const none: Record<string, string> = {};
  if (!place.url) return { place, env: none };
  const owner = await openDatabase({ ...place, log });
  await sql`create role ${sql.id(role)} login`.execute(owner.db);
  await owner.close();
  const runtime = new URL(place.url);
  runtime.username = role;
  return { place, env: { DATABASE_URL: runtime.href, DATABASE_OWNER_URL: place.url } };
}

describe.each(databases)('the record, the whole way on $name,', (kind) => {
  let house: House;
  let place: TestDatabase;
  beforeAll(async () => {
    const owned = await openOwned(kind);
    place = owned.place;
    house = await openHouse(
      { ...kind, create: async () => ({ ...place, release: async () => {} }) },
      owned.env,
    );
  });
  afterAll(async () => {
    if (place.url) {
      const owner = await openDatabase({ ...place, log });
      await sql`drop owned by ${sql.id(role)}`.execute(owner.db);
      await sql`drop role ${sql.id(role)}`.execute(owner.db);
      await owner.close();
    }
    await place.release();
  });

  it('has the start, every refusal and every hold, is read in chat by those who may, and is whole', async () => {
    const { name } = await appearWithCard(house, 'vm-reverse-shell');
    const refused = await typeInSlack(house, 'vera', `take ${name}`);
    expect(refused).toContain('"take" is for');
    await push(house, 'defender', {}, { authorization: 'Bearer wrong' });
    await push(house, 'defender', {}, { authorization: 'Bearer wrong' });

    expect(await typeInSlack(house, 'olivia', `hold ${name} matter 17`)).toContain('"hold" is for');
    const held = await sayInTeams(house, 'lena', `hold ${name} matter 17, asked for by legal`, 'direct');
    expect(sentences(held.raw)).toContain('is under legal hold');
    await house.until('the hold on the card', async () => {
      const { text } = (await slackCard(house, name)) ?? { text: '' };
      return text.includes('Legal hold') && text.includes('matter 17');
    });

    const history = sentences((await sayInTeams(house, 'lena', `audit ${name}`, 'direct')).raw);
    expect(history).toContain(`History of ${name}.`);
    expect(history).toContain('Lena Fischer put it under legal hold: matter 17');
    const lines = sentences((await sayInTeams(house, 'marcus', 'audit', 'direct')).raw);
    expect(lines).toContain('started');
    expect(lines).toContain('denied');
    expect(await typeInSlack(house, 'adam', 'audit')).toContain('"audit" is for');

    const lifted = await sayInTeams(house, 'lena', `lift-hold ${name}`, 'direct');
    expect(sentences(lifted.raw)).toContain('no legal hold any more');
    const file = path.join(place.folder, 'audit-checkpoints.ndjson');
    await house.until('a checkpoint in the file', () => fs.existsSync(file), 20_000);
    await house.close();

    const database = await openDatabase({ ...place, log });
    const records = await readRecords(database.db, 0, 1_000);
    expect(records[0]).toMatchObject({ type: 'started', data: { version: expect.any(String) } });
    const denied = records
      .filter(({ type }) => type === 'denied')
      .map(({ actor, data }) => ({ id: actor.id, ...data }));
    expect(denied).toMatchObject([
      {
        deed: 'take',
        reason: 'role',
        path: 'command',
        channel: 'slack',
        id: expect.stringContaining('U0VERA'),
      },
      { deed: 'hold', reason: 'role' },
      { deed: 'audit', reason: 'role' },
    ]);
    const counted = records.filter(({ type }) => type === 'requests-refused');
    expect(counted.find(({ data }) => String(data.edge).includes('defender'))?.data).toMatchObject({
      status: 401,
      count: 2,
    });
    const faults: Fault[] = [];
    const trusted = await readPublicKeysBeside(path.join(place.folder, 'audit-key.pem'));
    const verdict = await verify(
      database.db,
      { lines: readLines(file), trusted },
      (fault) => void faults.push(fault),
    );
    expect(faults).toEqual([]);
    expect(verdict.checkpoints).toBeGreaterThan(0);
    await database.close();
    expect(house.logged.filter(({ level }) => level >= 50)).toEqual([]);
    expect(house.logged.filter(({ msg }) => msg.includes('could change what is on record'))).toEqual([]);
  }, 90_000);
});

describe('with AUDIT_KEY', () => {
  it('the product signs with a key of the Key Vault and keeps its public key beside the database', async () => {
    const [embedded] = databases;
    if (!embedded) throw new Error('There is always an embedded database.');
    const house = await openHouse(embedded, (env) => ({ AUDIT_KEY: `${env.AZURE_KEY_VAULT}/keys/record` }));
    const { folder } = house.database;
    const file = path.join(folder, 'audit-checkpoints.ndjson');
    await house.until('a checkpoint in the file', () => fs.existsSync(file), 20_000);
    const [first] = fs.readFileSync(file, 'utf8').split('\n');
    const line = parseLine(first ?? '');
    if (!line) throw new Error('It is a checkpoint.');
    const trusted = await readPublicKeysBeside(path.join(folder, 'audit-key.pem'));
    const key = trusted.get(line.keyId);
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(key && isSignedBy(key, contentOf(line), line.signature)).toBe(true);
    expect(fs.existsSync(path.join(folder, 'audit-key.pem'))).toBe(false);
    await house.close();
  }, 60_000);
});
