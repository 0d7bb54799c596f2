import fs from 'node:fs';
import path from 'node:path';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { answers, openDatabase } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { migrations } from '../../src/store/migrate.ts';
import { databases } from '../support/databases.ts';
import { appendTo, storeIncident } from './open.ts';

describe.each(databases)('a database of a later version, on $name,', (kind) => {
  it('is left as it is, and works', async () => {
    const place = await kind.create();
    const later = await openDatabase({ ...place, log: pino({ level: 'silent' }) });
    const known = await storeIncident(later.db);
    await later.asOwner(async (db) => {
      await sql`
        insert into kysely_migration (name, timestamp) values ('9999-later', '2027-01-01T00:00:00.000Z')`.execute(
        db,
      );
      await sql`alter table incidents add column later text not null default 'unknown here'`.execute(db);
    });
    const names = async (db: typeof later.db) =>
      (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows;
    const before = await names(later.db);
    await later.close();

    const told: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => told.push(line) });
    const earlier = await openDatabase({ ...place, log });
    expect(await answers(earlier.db)).toBe(true);
    expect(await names(earlier.db)).toEqual(before);
    await appendTo(earlier.db, known, { type: 'acknowledged' });
    expect((await readIncident(earlier.db, known.id))?.incident.status).toBe('active');
    await storeIncident(earlier.db);
    await earlier.close();
    await place.release();
    expect(told.filter((line) => line.includes('9999-later'))).toHaveLength(1);
  });
});

describe('migrations', () => {
  it('are all listed, in the order of their names', () => {
    const files = fs.readdirSync(path.resolve('src/store/migrations')).map((file) => file.replace('.ts', ''));
    expect(Object.keys(migrations)).toEqual(files.sort());
  });

  const [, ...afterFirst] = Object.keys(migrations);
  it.each(afterFirst)('%s only adds, so that the version before works on what comes after', async (name) => {
    const statements = await statementsOf(name);
    // Nobody has written yet into what it has just made.
    const fresh = statements.flatMap((statement) => statement.match(/create table (\w+)/i)?.[1] ?? []);
    expect(statements.flatMap((statement) => takenAway(statement, fresh))).toEqual([]);
  });

  it.each([
    'alter table cards drop column failure',
    'drop index cards_behind',
    'alter table cards rename column failure to fault',
    'alter table cards alter column attempts type bigint',
    'alter table cards alter column attempts set data type bigint',
    'alter table cards alter column failure set not null',
    'alter table cards add column weight integer not null',
    'alter table cards add constraint heavy check (attempts < 3)',
    'alter table cards add unique (failure)',
    'create unique index once on cards (failure)',
    'truncate feeds',
    'delete from feeds',
  ])('that would %s are noticed', (statement) => {
    expect(takenAway(statement)).toHaveLength(1);
  });

  it.each([
    'create table colours (name text not null, primary key (name)) -- nothing to drop',
    'create unique index colours_once on colours (name)',
    'alter table cards add column weight integer not null default 0, add column colour text',
    'create index cards_weight on cards (weight)',
  ])('that %s are let through', (statement) => {
    expect(takenAway(statement, ['colours'])).toEqual([]);
  });
});

/** What a migration would run, in its order. */
async function statementsOf(name: string): Promise<string[]> {
  const statements: string[] = [];
  const db = new Kysely<never>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log({ query }) {
      statements.push(query.sql);
    },
  });
  await migrations[name]?.up(db);
  expect(statements.length).toBeGreaterThan(0);
  return statements;
}

/** What in a statement the version before could not live with. `fresh` are tables that it does not know. */
function takenAway(statement: string, fresh: string[] = []): string[] {
  const text = statement.replace(/--.*$/gm, '').replace(/\s+/g, ' ').toLowerCase();
  const faults = [
    /\bdrop (?!default\b|not null\b)/,
    /\brename\b/,
    /\balter column \S+ (set data )?type\b/,
    /\bset not null\b/,
    /\badd column (?:(?!\bdefault\b|,).)*\bnot null\b(?:(?!\bdefault\b|,).)*(,|$)/,
    /\badd (constraint|unique|check|primary|foreign|exclude)\b/,
    /(?<!before )\btruncate\b/,
    /\bdelete from\b/,
  ].flatMap((fault) => text.match(fault)?.[0] ?? []);
  const unique = text.match(/\bcreate unique index \S+ on (\S+)/);
  return unique && !fresh.includes(unique[1] ?? '') ? [...faults, unique[0]] : faults;
}
