import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seal } from '../src/flow/checkpoint.ts';
import { appendLines, readLines } from '../src/flow/checkpoint-file.ts';
import type { Fault } from '../src/flow/fault.ts';
import { verify } from '../src/flow/verify.ts';
import { emptyIncident, evolve, type IncidentEvent } from '../src/incident/incident.ts';
import { type Checkpoint, contentOf, hashOf } from '../src/record/checkpoint.ts';
import { openKeyFile, readPublicKeysBeside } from '../src/record/key-file.ts';
import { link } from '../src/record/link.ts';
import { isSignedBy, keyIdOf, type Signer, toPublicKey } from '../src/record/signature.ts';
import { readCheckpoints } from '../src/store/checkpoints.ts';
import type { Database, Db } from '../src/store/database.ts';
import { eventContent, readEvents, type StoredEvent } from '../src/store/history.ts';
import { appendRecords, readRecords, recordContent } from '../src/store/record.ts';
import { openStore } from './store/open.ts';
import { databases } from './support/databases.ts';
import { dice } from './support/dice.ts';
import { tell, writeIncidents, writeRecords } from './support/history.ts';

const log = pino({ level: 'silent' });
/** Milliseconds: each tampering reads the whole history. */
const patience = 240_000;
const eventsEach = 20;
const seed = Number(process.env.TEST_SEED ?? 20_261_122);

/** Rolls back what it was told to try. */
class Undo extends Error {}

describe.each(databases)('the record on $name', (kind) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-audit-'));
  const keyFile = path.join(folder, 'audit-key.pem');
  const file = path.join(folder, 'checkpoints.ndjson');
  let store: Database;
  let signer: Signer;
  let ids: number[];

  const sealNow = () =>
    seal(
      {
        db: store.db,
        log,
        now: () => new Date(),
        recorder: { note: async () => {}, count: () => {} },
        openSigner: async () => signer,
        file,
      },
      { afterMs: 0, atLeast: 1 },
    );

  beforeAll(async () => {
    store = await openStore(kind);
    signer = await openKeyFile(keyFile, 'make');
    const made: Checkpoint[] = [];
    for (let round = 0; round < 5; round += 1) {
      await writeIncidents(store.db, 100, eventsEach);
      await writeRecords(store.db, 200);
      const checkpoint = await sealNow();
      if (checkpoint) made.push(checkpoint);
    }
    appendLines(file, made);
    const { rows } = await sql<{ id: number }>`select id from incidents order by id`.execute(store.db);
    ids = rows.map(({ id }) => id);
  }, patience);
  afterAll(async () => {
    await store.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** As its superuser with the triggers off, verified, and then as if it had never been. */
  async function faultsAfter(tamper: (db: Db) => Promise<unknown>): Promise<Fault[]> {
    const faults: Fault[] = [];
    const trusted = await readPublicKeysBeside(keyFile);
    await store
      .asOwner((owner) =>
        owner.transaction().execute(async (trx) => {
          for (const table of ['incident_events', 'records', 'checkpoints', 'audit_keys', 'incidents']) {
            await sql`alter table ${sql.table(table)} disable trigger all`.execute(trx);
          }
          await tamper(trx);
          await verify(trx, { lines: readLines(file), trusted }, (fault) => void faults.push(fault));
          throw new Undo();
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
    return faults;
  }

  const told = (faults: Fault[]) => faults.map(({ says: _, ...fault }) => fault);
  const eventsOf = async (db: Db, id: number) =>
    readEvents(db, { incident: id, version: 0 }, eventsEach + 1, { incident: id });

  /** State and hashes all anew, as somebody who knows how it is done would do it. */
  async function rewrite(db: Db, id: number, events: StoredEvent[]): Promise<void> {
    let state = emptyIncident(id);
    let head = '';
    for (const [index, event] of events.entries()) {
      const version = index + 1;
      head = link(head, eventContent(event, version));
      state = {
        ...evolve(state, { ...event.data, at: event.at, by: event.actor, type: event.type } as IncidentEvent),
        head,
      };
      await sql`
        update incident_events set data = ${JSON.stringify(event.data)}::jsonb, hash = ${head},
          actor = ${JSON.stringify(event.actor)}::jsonb, type = ${event.type}
        where incident_id = ${id} and version = ${version}`.execute(db);
    }
    await sql`delete from incident_events where incident_id = ${id} and version > ${events.length}`.execute(
      db,
    );
    await sql`
      update incidents set state = ${JSON.stringify(state)}::jsonb, version = ${state.version},
        status = ${state.status}, severity = ${state.severity}, owner_id = ${state.owner?.id ?? null}
      where id = ${id}`.execute(db);
  }

  it('is whole as it was written: 10,000 events and 1,000 records', { timeout: patience }, async () => {
    const trusted = await readPublicKeysBeside(keyFile);
    const faults: Fault[] = [];
    const verdict = await verify(
      store.db,
      { lines: readLines(file), trusted },
      (fault) => void faults.push(fault),
    );
    expect(faults).toEqual([]);
    expect(verdict).toMatchObject({
      faults: 0,
      incidents: 500,
      events: 10_000,
      records: 1_000,
      checkpoints: 5,
      last: { number: 5 },
    });
    expect(verdict.remarks).toEqual(
      kind.name === 'PostgreSQL' ? [expect.stringContaining('DATABASE_OWNER_URL')] : [],
    );
  });

  const roll = dice(seed);
  const places = Array.from({ length: 2 }, () => ({ nth: roll(500), version: 2 + roll(eventsEach - 3) }));

  describe.each(places)('whose incident $nth has version $version', ({ nth, version }) => {
    const at = (db: Db, assignment: RawBuilder<unknown>) =>
      sql`update incident_events set ${assignment} where incident_id = ${ids[nth]} and version = ${version}`.execute(
        db,
      );

    it.each([
      { column: 'at', to: sql`at = at + interval '1 millisecond'` },
      { column: 'actor', to: sql`actor = '{"kind":"bot","id":"x"}'` },
      { column: 'type', to: sql`type = 'released'` },
      { column: 'data', to: sql`data = data || '{"x":1}'` },
      { column: 'hash', to: sql`hash = repeat('0', 64)` },
    ])('with another $column is told', { timeout: patience }, async ({ to }) => {
      const faults = await faultsAfter((db) => at(db, to));
      expect(told(faults)).toContainEqual({ where: 'incident', number: ids[nth], version, what: 'changed' });
      expect(new Set(faults.map(({ number }) => number))).toEqual(new Set([ids[nth]]));
      expect(faults.length).toBeLessThanOrEqual(2);
    });

    it('changed together with its hash is told there or at the next', { timeout: patience }, async () => {
      const faults = await faultsAfter(async (db) => {
        const events = await eventsOf(db, ids[nth] ?? 0);
        const [before, own] = [events[version - 2], events[version - 1]];
        if (!before || !own) throw new Error('There are twenty.');
        const data = { ...own.data, text: 'nothing to see here' };
        const hash = link(before.hash, eventContent({ ...own, data }, version));
        await at(db, sql`data = ${JSON.stringify(data)}::jsonb, hash = ${hash}`);
      });
      expect(faults[0]).toMatchObject({
        where: 'incident',
        number: ids[nth],
        version: version + 1,
        what: 'changed',
      });
      expect(faults[0]?.says).toContain(`or ${version} was`);
    });

    it('taken out is told', { timeout: patience }, async () => {
      const faults = await faultsAfter((db) =>
        sql`delete from incident_events where incident_id = ${ids[nth]} and version = ${version}`.execute(db),
      );
      expect(told(faults)).toEqual([{ where: 'incident', number: ids[nth], version, what: 'missing' }]);
    });

    it('taken out with those after it renumbered is told', { timeout: patience }, async () => {
      const faults = await faultsAfter(async (db) => {
        const own = sql`incident_id = ${ids[nth]} and version`;
        await sql`delete from incident_events where ${own} = ${version}`.execute(db);
        await sql`update incident_events set version = -version where ${own} > ${version}`.execute(db);
        await sql`update incident_events set version = -version - 1 where ${own} < 0`.execute(db);
      });
      expect(told(faults)).toContainEqual({ where: 'incident', number: ids[nth], version, what: 'missing' });
    });

    it('swapped with the next is told', { timeout: patience }, async () => {
      const faults = await faultsAfter(async (db) => {
        const own = sql`incident_id = ${ids[nth]} and version`;
        await sql`update incident_events set version = -1 where ${own} = ${version}`.execute(db);
        await sql`update incident_events set version = ${version} where ${own} = ${version + 1}`.execute(db);
        await sql`update incident_events set version = ${version + 1} where ${own} = -1`.execute(db);
      });
      expect(told(faults)).toContainEqual({
        where: 'incident',
        number: ids[nth],
        version,
        what: 'out-of-order',
      });
    });

    it('with another put in before it is told', { timeout: patience }, async () => {
      const faults = await faultsAfter(async (db) => {
        const own = sql`incident_id = ${ids[nth]} and version`;
        await sql`update incident_events set version = -version where ${own} >= ${version}`.execute(db);
        await sql`update incident_events set version = -version + 1 where ${own} < 0`.execute(db);
        await sql`
          insert into incident_events select incident_id, ${version}::integer, at, actor, 'commented', '{"text":"x"}', hash
          from incident_events where ${own} = ${version - 1}`.execute(db);
      });
      expect(told(faults)).toContainEqual({ where: 'incident', number: ids[nth], version, what: 'added' });
    });

    it('rewritten with all hashes and the state right is told by the checkpoint', {
      timeout: patience,
    }, async () => {
      const id = ids[nth] ?? 0;
      const faults = await faultsAfter(async (db) => {
        const events = await eventsOf(db, id);
        await rewrite(
          db,
          id,
          events.map((event) =>
            event.version === version ? { ...event, type: 'revealed', data: {} } : event,
          ),
        );
      });
      expect(told(faults)).toEqual([{ where: 'incident', number: id, version: eventsEach, what: 'changed' }]);
      expect(faults[0]?.says).toContain(`checkpoint ${Math.floor(nth / 100) + 1} covers`);
    });

    it('as its last, all later ones cut off and the state set back, is told by the checkpoint', {
      timeout: patience,
    }, async () => {
      const id = ids[nth] ?? 0;
      const faults = await faultsAfter(async (db) =>
        rewrite(db, id, (await eventsOf(db, id)).slice(0, version)),
      );
      expect(told(faults)).toEqual([
        { where: 'incident', number: id, version: eventsEach, what: 'truncated' },
      ]);
    });

    it('with another state than its events yield is told, and in what', { timeout: patience }, async () => {
      const faults = await faultsAfter((db) =>
        sql`update incidents set state = jsonb_set(state, '{title}', '"harmless"') where id = ${ids[nth]}`.execute(
          db,
        ),
      );
      expect(told(faults)).toEqual([{ where: 'incident', number: ids[nth], what: 'state-differs' }]);
      expect(faults[0]?.says).toContain('title');
      const column = await faultsAfter((db) =>
        sql`update incidents set owner_id = 'mallory' where id = ${ids[nth]}`.execute(db),
      );
      expect(column[0]?.says).toContain('column owner_id');
    });

    it('of an incident that is gone as a whole is told by the checkpoint', {
      timeout: patience,
    }, async () => {
      const faults = await faultsAfter(async (db) => {
        await sql`delete from incident_events where incident_id = ${ids[nth]}`.execute(db);
        await sql`delete from incidents where id = ${ids[nth]}`.execute(db);
      });
      expect(told(faults)).toEqual([
        { where: 'incident', number: ids[nth], version: eventsEach, what: 'truncated' },
      ]);
    });

    it('and one more at the end, which the incident knows nothing of, is told', {
      timeout: patience,
    }, async () => {
      const faults = await faultsAfter((db) =>
        sql`
          insert into incident_events select incident_id, ${eventsEach + 1}::integer, at, actor, 'reopened', '{}', hash
          from incident_events where incident_id = ${ids[nth]} and version = ${version}`.execute(db),
      );
      expect(told(faults)).toContainEqual({
        where: 'incident',
        number: ids[nth],
        version: eventsEach + 1,
        what: expect.stringMatching(/added|changed/),
      });
    });
  });

  const numbers = Array.from({ length: 2 }, () => 2 + roll(990));
  describe.each(numbers)('whose line %i', (number) => {
    it.each([
      { column: 'at', to: sql`at = at + interval '1 millisecond'` },
      { column: 'actor', to: sql`actor = '{}'` },
      { column: 'type', to: sql`type = 'viewed'` },
      { column: 'incident', to: sql`incident = 7` },
      { column: 'data', to: sql`data = '{}'` },
      { column: 'previous', to: sql`previous = repeat('0', 64)` },
      { column: 'hash', to: sql`hash = repeat('0', 64)` },
    ])('has another $column is told', { timeout: patience }, async ({ to }) => {
      const faults = await faultsAfter((db) =>
        sql`update records set ${to} where number = ${number}`.execute(db),
      );
      expect(told(faults)).toContainEqual({ where: 'record', number, what: 'changed' });
      expect(faults.every(({ where, number: n }) => where === 'record' && Math.abs(n - number) <= 1)).toBe(
        true,
      );
    });

    it('is taken out is told', { timeout: patience }, async () => {
      const faults = await faultsAfter((db) => sql`delete from records where number = ${number}`.execute(db));
      expect(told(faults)).toContainEqual({ where: 'record', number, what: 'missing' });
    });

    it('is swapped with the next is told', { timeout: patience }, async () => {
      const faults = await faultsAfter(async (db) => {
        await sql`update records set number = -1 where number = ${number}`.execute(db);
        await sql`update records set number = ${number} where number = ${number + 1}`.execute(db);
        await sql`update records set number = ${number + 1} where number = -1`.execute(db);
      });
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.every(({ where, number: n }) => where === 'record' && Math.abs(n - number) <= 2)).toBe(
        true,
      );
    });

    it('and all after it are cut off is told, with the checkpoint that knows more', {
      timeout: patience,
    }, async () => {
      const faults = await faultsAfter((db) =>
        sql`delete from records where number >= ${number}`.execute(db),
      );
      expect(told(faults)).toContainEqual({ where: 'record', number, what: 'truncated' });
      expect(faults.some(({ says }) => says.includes('checkpoint 5 covers it'))).toBe(true);
    });

    it('and all after it are written anew with right hashes is told by the checkpoint', {
      timeout: patience,
    }, async () => {
      const faults = await faultsAfter(async (db) => {
        const records = await readRecords(db, number - 2, 2_000);
        let previous = records[0]?.hash ?? '';
        for (const record of records.slice(1)) {
          const data = record.number === number ? {} : record.data;
          const hash = link(previous, recordContent({ ...record, data }, record.number));
          await sql`
            update records set data = ${JSON.stringify(data)}::jsonb, previous = ${previous}, hash = ${hash}
            where number = ${record.number}`.execute(db);
          previous = hash;
        }
      });
      const first = Math.ceil(number / 200);
      expect(told(faults)).toEqual(
        Array.from({ length: 6 - first }, (_, n) => ({
          where: 'record',
          number: (first + n) * 200,
          what: 'changed',
        })),
      );
    });
  });

  it('without its first lines, of which no archive is noted, is told', { timeout: patience }, async () => {
    const faults = await faultsAfter((db) => sql`delete from records where number < 150`.execute(db));
    expect(told(faults)).toContainEqual({ where: 'record', number: 1, what: 'missing' });
  });

  describe('with a forged note of an archive, well chained,', () => {
    const note = (db: Db, incident: number | null, data: Record<string, unknown>) =>
      appendRecords(db, [
        {
          at: new Date().toISOString(),
          actor: { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' },
          type: 'archived',
          incident,
          data: { file: 'none.ndjson.gz', sha256: '', ...data },
        },
      ]);
    const remove = async (db: Db, id: number | undefined) => {
      await sql`delete from incident_events where incident_id = ${id}`.execute(db);
      await sql`delete from incidents where id = ${id}`.execute(db);
    };
    const hashAt = async (db: Db, number: number) => (await readRecords(db, number - 1, 1))[0]?.hash;

    it.each([
      { to: 2_000_000, which: 'that names a record to come' },
      { to: 1e300, which: 'that names no number that can be' },
      { to: '200', which: 'that names no number' },
      { to: 200, which: 'of records that are all there' },
      { to: 150, which: 'of records that no checkpoint was made at', gone: 150 },
      { to: 200, which: 'of records of which one is there', gone: 199 },
    ])('$which, is told with all that it would excuse', { timeout: patience }, async ({ to, gone }) => {
      const faults = await faultsAfter(async (db) => {
        await note(db, null, { to, hash: (await hashAt(db, Math.min(Number(to), 200))) ?? '' });
        if (gone) await sql`delete from records where number <= ${gone}`.execute(db);
        await remove(db, ids[5]);
        await sql`update records set data = '{}' where number = 700`.execute(db);
      });
      const number = 1_001;
      expect(told(faults)).toContainEqual({ where: 'record', number, what: 'changed' });
      expect(faults.find((fault) => fault.number === number)?.says).toBe(
        'tells of an archive that never was',
      );
      expect(told(faults)).toContainEqual({
        where: 'incident',
        number: ids[5],
        version: eventsEach,
        what: 'truncated',
      });
      expect(told(faults)).toContainEqual({ where: 'record', number: 700, what: 'changed' });
      if (gone) expect(told(faults)).toContainEqual({ where: 'record', number: 1, what: 'missing' });
    });

    it('of an incident as it never was, is told, and so is one of which a part is there', {
      timeout: patience,
    }, async () => {
      const id = ids[5] ?? 0;
      const truncated = { where: 'incident', number: id, version: eventsEach, what: 'truncated' };
      for (const said of [{ version: eventsEach + 1 }, { head: '0'.repeat(64) }, { version: '20' }]) {
        const faults = await faultsAfter(async (db) => {
          const head = (await eventsOf(db, id)).at(-1)?.hash;
          await note(db, id, { version: eventsEach, head, ...said });
          await remove(db, id);
        });
        expect(told(faults)).toEqual([truncated]);
      }
      const cut = await faultsAfter(async (db) => {
        const events = await eventsOf(db, id);
        await note(db, id, { version: eventsEach, head: events.at(-1)?.hash });
        await rewrite(db, id, events.slice(0, 3));
      });
      expect(told(cut)).toEqual([truncated]);
    });

    it('that fits, names its file to the auditor, who alone can look for it', {
      timeout: patience,
    }, async () => {
      const id = ids[5] ?? 0;
      const remarks: string[] = [];
      const faults = await faultsAfter(async (db) => {
        await note(db, id, { version: eventsEach, head: (await eventsOf(db, id)).at(-1)?.hash });
        await remove(db, id);
        const verdict = await verify(db, { lines: readLines(file), trusted: new Map() }, () => {});
        remarks.push(...verdict.remarks);
      });
      expect(faults).toEqual([]);
      expect(remarks).toContainEqual(
        expect.stringContaining('On record as archived: 1 incidents in none.ndjson.gz'),
      );
    });
  });

  describe('has checkpoints', () => {
    const number = 1 + roll(4);

    it.each([
      { column: 'at', to: sql`at = at + interval '1 millisecond'`, what: 'changed' },
      { column: 'record number', to: sql`record_number = record_number - 1`, what: 'changed' },
      { column: 'record hash', to: sql`record_hash = repeat('0', 64)`, what: 'changed' },
      { column: 'heads', to: sql`heads = heads - 0`, what: 'changed' },
      { column: 'previous', to: sql`previous = repeat('0', 64)`, what: 'changed' },
      { column: 'hash', to: sql`hash = repeat('0', 64)`, what: 'changed' },
      { column: 'key', to: sql`key_id = 'mine'`, what: 'signature-wrong' },
      { column: 'signature', to: sql`signature = 'AAAA' || substr(signature, 5)`, what: 'signature-wrong' },
    ])('one of which has another $column, and that is told', { timeout: patience }, async ({ to, what }) => {
      const faults = await faultsAfter((db) =>
        sql`update checkpoints set ${to} where number = ${number}`.execute(db),
      );
      expect(told(faults)).toContainEqual({ where: 'checkpoint', number, what });
    });

    it('one of which is missing, and that is told', { timeout: patience }, async () => {
      const faults = await faultsAfter((db) =>
        sql`delete from checkpoints where number = ${number}`.execute(db),
      );
      expect(told(faults)).toContainEqual({ where: 'checkpoint', number, what: 'missing' });
    });

    it('the last of which are cut off, and the file tells', { timeout: patience }, async () => {
      const faults = await faultsAfter((db) =>
        sql`delete from checkpoints where number >= ${number}`.execute(db),
      );
      expect(told(faults)).toEqual(
        Array.from({ length: 6 - number }, (_, n) => ({
          where: 'checkpoint',
          number: number + n,
          what: 'truncated',
        })),
      );
    });

    it('all made anew with another key, and both the file and the key tell', {
      timeout: patience,
    }, async () => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const other = path.join(folder, 'other.pem');
      fs.writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const thief = await openKeyFile(other, 'make');
      const faults = await faultsAfter(async (db) => {
        let previous = '';
        await sql`
          insert into audit_keys (key_id, public_key) values (${thief.keyId}, ${JSON.stringify(thief.publicKey)}::jsonb)`.execute(
          db,
        );
        for (const checkpoint of await readCheckpoints(db, 0, 10)) {
          const content = contentOf({ ...checkpoint, previous, keyId: thief.keyId });
          const signature = (await thief.sign(Buffer.from(content))).toString('base64');
          await sql`
            update checkpoints set previous = ${previous}, hash = ${hashOf(content)}, key_id = ${thief.keyId},
              signature = ${signature} where number = ${checkpoint.number}`.execute(db);
          previous = hashOf(content);
        }
      });
      for (const one of [1, 2, 3, 4, 5]) {
        expect(told(faults)).toContainEqual({ where: 'checkpoint', number: one, what: 'signature-wrong' });
        expect(told(faults)).toContainEqual({ where: 'checkpoint', number: one, what: 'changed' });
      }
    });
  });

  it('tells of an event that was put in later than it says, once a checkpoint should have covered it', {
    timeout: patience,
  }, async () => {
    const id = ids[7] ?? 0;
    const faults = await faultsAfter(async (db) => {
      const events = await eventsOf(db, id);
      const last = events.at(-1);
      if (!last) throw new Error('There are twenty.');
      const at = new Date(Date.parse(last.at) - 86_400_000);
      await sql`
        insert into incident_events (incident_id, version, at, actor, type, data, hash)
        values (${id}, ${eventsEach + 1}, ${at}, '{"kind":"bot"}', 'commented', '{"text":"it was always so"}', '')`.execute(
        db,
      );
      await rewrite(db, id, [
        ...events,
        {
          ...last,
          version: eventsEach + 1,
          at: at.toISOString(),
          actor: { kind: 'bot' },
          type: 'commented',
          data: { text: 'it was always so' },
        },
      ]);
    });
    expect(told(faults)).toEqual([
      { where: 'incident', number: id, version: eventsEach + 1, what: 'uncovered' },
    ]);
  });

  it('makes a key where none was, and says that one is gone where there was one', async () => {
    const own = path.join(folder, 'lost', 'audit-key.pem');
    await expect(openKeyFile(own, 'refuse')).rejects.toThrow(/is gone. Put it back/);
    expect(fs.existsSync(own)).toBe(false);
    const { keyId } = await openKeyFile(own, 'make');
    expect((await openKeyFile(own, 'refuse')).keyId).toBe(keyId);
    expect(fs.readdirSync(path.dirname(own)).sort()).toEqual(
      [`audit-key-${keyId}.pub.pem`, 'audit-key.pem'].sort(),
    );
  });

  it('goes on when the key is replaced, and the old public key is kept', async () => {
    const keys = path.join(folder, 'rotated');
    const first = await openKeyFile(path.join(keys, 'audit-key.pem'), 'make');
    const signature = (await first.sign(Buffer.from('before'))).toString('base64');
    expect(fs.statSync(path.join(keys, 'audit-key.pem')).mode & 0o077).toBe(0);
    fs.rmSync(path.join(keys, 'audit-key.pem'));
    const second = await openKeyFile(path.join(keys, 'audit-key.pem'), 'make');
    expect(second.keyId).not.toBe(first.keyId);
    const ring = await readPublicKeysBeside(path.join(keys, 'audit-key.pem'));
    expect([...ring.keys()].sort()).toEqual([first.keyId, second.keyId].sort());
    const old = ring.get(first.keyId);
    expect(old && isSignedBy(old, 'before', signature)).toBe(true);
    expect(await keyIdOf(toPublicKey(old ?? {}))).toBe(first.keyId);
  });

  it('covers what happens next in the next checkpoint, and nothing twice', {
    timeout: patience,
  }, async () => {
    const { rows } = await sql<{ state: Parameters<typeof tell>[1] }>`
      select state from incidents where id = ${ids[3]}`.execute(store.db);
    const [row] = rows;
    if (!row) throw new Error('It is there.');
    const after = await tell(store.db, row.state, { type: 'commented', text: 'more' });
    const checkpoint = await sealNow();
    expect(checkpoint?.heads).toEqual([[after.id, after.version, after.head]]);
    expect(await sealNow()).toBeUndefined();
    const faults = await faultsAfter(async () => {});
    expect(faults).toEqual([]);
  });
});
