import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { storeIncident } from './open.ts';

const log = pino({ level: 'silent' });
/** Milliseconds: PostgreSQL is made from nothing inside this process, which takes seconds of a whole processor. */
const fromNothing = 180_000;

describe.each(databases)('$name', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await kind.create();
    // The embedded one comes migrated.
    if (!place.url) {
      await place.release();
      place = { ...place, folder: fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-empty-')) };
    }
  });
  afterAll(async () => {
    if (place.url) await place.release();
    else fs.rmSync(place.folder, { recursive: true, force: true });
  });

  it('is made from nothing, and starts again with everything in it', { timeout: fromNothing }, async () => {
    const first = await openDatabase({ ...place, log });
    const incident = await storeIncident(first.db);
    const { rows: migrated } = await sql`select name, timestamp from kysely_migration`.execute(first.db);
    await first.close();

    const second = await openDatabase({ ...place, log });
    expect((await readIncident(second.db, incident.id))?.incident.title).toBe(incident.title);
    expect((await sql`select name, timestamp from kysely_migration`.execute(second.db)).rows).toEqual(
      migrated,
    );
    expect(migrated.length).toBeGreaterThan(0);
    await second.close();
  });

  it.runIf(kind.name === 'PostgreSQL')(
    'lets two replicas start on it at once while it is empty',
    async () => {
      const empty = await kind.create();
      const replicas = await Promise.all([1, 2].map(() => openDatabase({ ...empty, log })));
      for (const replica of replicas) await storeIncident(replica.db);
      await Promise.all(replicas.map((replica) => replica.close()));
      await empty.release();
    },
  );
});
