import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCredential } from '../../src/azure/credential.ts';
import { openVaultSigner } from '../../src/azure/key-vault-signer.ts';
import { archive } from '../../src/flow/archive.ts';
import { openSealing, type Sealing, seal } from '../../src/flow/checkpoint.ts';
import { readLastLine, readLines } from '../../src/flow/checkpoint-file.ts';
import type { Fault } from '../../src/flow/fault.ts';
import { openRecorder } from '../../src/flow/record.ts';
import { verify } from '../../src/flow/verify.ts';
import { openKeyFile, readPublicKeysBeside } from '../../src/record/key-file.ts';
import { isSignedBy, keyIdOf, type Signer } from '../../src/record/signature.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { readCheckpoints, readLastCheckpoint } from '../../src/store/checkpoints.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { readRecords } from '../../src/store/record.ts';
import { openStore } from '../store/open.ts';
import { databases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { tell, writeIncidents, writeRecords } from '../support/history.ts';
import { trust } from '../support/house.ts';

const patience = 120_000;
const closing = { classification: 'true-positive', reason: 'suspicious-activity', comment: '' } as const;

interface Stage extends Sealing {
  store: Database;
  folder: string;
  told: Record<string, unknown>[];
  clock: { at: Date };
  faults(): Promise<Fault[]>;
  close(): Promise<void>;
}

async function openStage(kind: (typeof databases)[number]): Promise<Stage> {
  const store = await openStore(kind);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-seal-'));
  const keyFile = path.join(folder, 'audit-key.pem');
  const file = path.join(folder, 'checkpoints.ndjson');
  const told: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line) => told.push(JSON.parse(line)) });
  const clock = { at: new Date() };
  const now = () => clock.at;
  return {
    store,
    folder,
    told,
    clock,
    db: store.db,
    log,
    now,
    recorder: openRecorder({ db: store.db, log, now }),
    openSigner: (ifGone) => openKeyFile(keyFile, ifGone),
    file,
    async faults() {
      const faults: Fault[] = [];
      const lines = fs.existsSync(file) ? readLines(file) : undefined;
      await verify(
        store.db,
        { lines, trusted: await readPublicKeysBeside(keyFile) },
        (fault) => void faults.push(fault),
      );
      return faults;
    },
    async close() {
      await store.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

const atOnce = { afterMs: 0, atLeast: 1 };

describe.each(databases)('checkpoints on $name', (kind) => {
  it('come a minute after the last one where something happened, sooner where much did, else not', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    expect(await seal(stage)).toBeUndefined();
    const [incident] = await writeIncidents(stage.db, 1, 3);
    if (!incident) throw new Error('One was written.');
    const first = await seal(stage);
    expect(first).toMatchObject({
      number: 1,
      heads: [[incident.id, 3, incident.head]],
      record: { number: 0 },
    });
    expect(stage.told.at(-1)).toMatchObject({ msg: 'checkpoint made', checkpoint: 1, hash: first?.hash });
    const after = await tell(stage.db, incident, { type: 'commented', text: 'more' });
    stage.clock.at = new Date(stage.clock.at.getTime() + 59_999);
    expect(await seal(stage)).toBeUndefined();
    stage.clock.at = new Date(stage.clock.at.getTime() + 1);
    expect((await seal(stage))?.heads).toEqual([[after.id, 4, after.head]]);
    await writeRecords(stage.db, 1_000);
    expect(await seal(stage)).toMatchObject({ number: 3, heads: [], record: { number: 1_000 } });
    stage.clock.at = new Date(stage.clock.at.getTime() + 3_600_000);
    expect(await seal(stage)).toBeUndefined();
    expect(await stage.faults()).toEqual([]);
    await stage.close();
  });

  it('cover what was there before there were any, piece by piece', { timeout: patience }, async () => {
    const stage = await openStage(kind);
    await writeIncidents(stage.db, 120, 2);
    const { rows } = await sql<{
      waiting: number;
    }>`select count(*)::integer as waiting from unsealed`.execute(stage.db);
    expect(rows[0]?.waiting).toBe(120);
    const look = openSealing(stage);
    await look(1);
    const left = await sql<{ waiting: number }>`select count(*)::integer as waiting from unsealed`.execute(
      stage.db,
    );
    expect(left.rows[0]?.waiting).toBe(0);
    await stage.close();
  });

  it('are made once where two replicas make one at the same time', { timeout: patience }, async () => {
    const stage = await openStage(kind);
    for (let round = 0; round < 5; round += 1) {
      await writeIncidents(stage.db, 3, 2);
      const made = await Promise.all([seal(stage, atOnce), seal(stage, atOnce), seal(stage, atOnce)]);
      expect(made.filter(Boolean).length).toBeGreaterThan(0);
    }
    const all = await readCheckpoints(stage.db, 0, 100);
    expect(all.map(({ number }) => number)).toEqual(all.map((_, n) => n + 1));
    expect(await stage.faults()).toEqual([]);
    await stage.close();
  });

  it('stand in the file too, which goes on after a restart, a torn line and a lost file', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    const look = openSealing(stage);
    const happen = async () => {
      await writeIncidents(stage.db, 1, 2);
      stage.clock.at = new Date(stage.clock.at.getTime() + 60_000);
      await look(1);
    };
    await happen();
    await happen();
    fs.appendFileSync(stage.file, '{"number":3,"at":"20');
    await happen();
    const numbers = async () => {
      const found: number[] = [];
      for await (const { number } of readLines(stage.file)) found.push(number);
      return found;
    };
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(fs.statSync(stage.file).mode & 0o077).toBe(0);
    expect(await stage.faults()).toEqual([]);
    fs.rmSync(stage.file);
    await happen();
    expect(await numbers()).toEqual([4]);
    expect(readLastLine(stage.file)?.hash).toBe((await readLastCheckpoint(stage.db))?.hash);
    expect(await stage.faults()).toEqual([]);
    await stage.close();
  });

  it('that are not those in the file are complained of while we run, once', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    const look = openSealing(stage);
    await writeIncidents(stage.db, 1, 2);
    await look(1);
    await stage.store.asOwner(async (db) => {
      await sql`alter table checkpoints disable trigger all`.execute(db);
      await sql`update checkpoints set hash = repeat('0', 64)`.execute(db);
    });
    await look(1);
    await look(1);
    const errors = stage.told.filter(({ level }) => level === 50);
    expect(errors).toMatchObject([
      { msg: 'a checkpoint in the file is not the one in the database', checkpoint: 1 },
    ]);
    await stage.close();
  });

  it('wait for a key that cannot be had, and the lane does not end over it', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    await writeIncidents(stage.db, 1, 2);
    const look = openSealing({
      ...stage,
      openSigner: async () => {
        throw new Error('The vault is away.');
      },
    });
    expect(await look(1)).toBeGreaterThan(0);
    expect(stage.told.at(-1)).toMatchObject({
      msg: 'no checkpoint can be made',
      reason: 'The vault is away.',
    });
    expect(await readLastCheckpoint(stage.db)).toBeUndefined();
    await openSealing(stage)(1);
    expect(await readLastCheckpoint(stage.db)).toMatchObject({ number: 1 });
    await stage.close();
  });

  it('tell on the record when the key is another one, and old ones can still be verified', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    await writeIncidents(stage.db, 1, 2);
    await seal(stage, atOnce);
    fs.rmSync(path.join(stage.folder, 'audit-key.pem'));
    await openKeyFile(path.join(stage.folder, 'audit-key.pem'), 'make');
    await writeIncidents(stage.db, 1, 2);
    await seal(stage, atOnce);
    const [note] = await readRecords(stage.db, 0, 10);
    const [first, second] = await readCheckpoints(stage.db, 0, 10);
    expect(note).toMatchObject({
      type: 'secret-rotated',
      data: { secret: 'audit key', before: first?.keyId, now: second?.keyId },
    });
    expect(second?.record.number).toBe(0);
    expect(await seal(stage, atOnce)).toMatchObject({ number: 3, record: { number: 1 } });
    expect(await stage.faults()).toEqual([]);
    await stage.close();
  });

  it('tell of another key once, however often signing with it fails', { timeout: patience }, async () => {
    const stage = await openStage(kind);
    await writeIncidents(stage.db, 1, 2);
    await seal(stage, atOnce);
    await writeIncidents(stage.db, 1, 2);
    const other = await openKeyFile(path.join(stage.folder, 'other.pem'), 'make');
    const sign = async () => {
      throw new Error('The vault is away.');
    };
    const ailing = { ...stage, openSigner: async () => ({ ...other, sign }) };
    for (let n = 0; n < 3; n += 1) await expect(seal(ailing, atOnce)).rejects.toThrow('The vault is away.');
    expect(await readRecords(stage.db, 0, 10)).toEqual([]);
    await seal({ ...stage, openSigner: async () => other }, atOnce);
    expect(await readRecords(stage.db, 0, 10)).toMatchObject([{ type: 'secret-rotated' }]);
    await stage.close();
  });

  it('wait where the key file is gone, say how to go on, and no other key is made', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    const keyFile = path.join(stage.folder, 'audit-key.pem');
    const look = openSealing(stage);
    await writeIncidents(stage.db, 1, 2);
    await look(1);
    fs.renameSync(keyFile, `${keyFile}.away`);
    await writeIncidents(stage.db, 1, 2);
    stage.clock.at = new Date(stage.clock.at.getTime() + 60_000);
    await look(1);
    expect(stage.told.at(-1)).toMatchObject({
      msg: 'no checkpoint can be made',
      reason: expect.stringMatching(/is gone. Put it back from the backup.*openssl genpkey/),
    });
    expect(fs.existsSync(keyFile)).toBe(false);
    expect(await readLastCheckpoint(stage.db)).toMatchObject({ number: 1 });
    fs.renameSync(`${keyFile}.away`, keyFile);
    await look(1);
    expect(await readLastCheckpoint(stage.db)).toMatchObject({ number: 2 });
    expect(await readRecords(stage.db, 0, 10)).toEqual([]);
    await stage.close();
  });
});

describe.each(databases)('what leaves for an archive on $name', (kind) => {
  /** Closed so long ago that it may leave. */
  async function age(stage: Stage, ids: number[]): Promise<void> {
    await sql`
      update incidents set opened_at = opened_at - interval '500 days', updated_at = updated_at - interval '500 days',
        state = jsonb_set(state, '{openedAt}', to_jsonb(to_char(opened_at - interval '500 days', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
      where id = any(${ids}::bigint[])`.execute(stage.db);
  }
  const move = (stage: Stage, name: string, recordDays = 2_557) =>
    stage.store.asOwner((db) => archive(db, path.join(stage.folder, name), { closedDays: 400, recordDays }));

  it('is on record with its version and head, so that it is not taken for lost', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    const written = await writeIncidents(stage.db, 3, 2);
    const closed = [];
    for (const one of written.slice(0, 2))
      closed.push(await tell(stage.db, one, { type: 'closed', closing }));
    await seal(stage, atOnce);
    await age(
      stage,
      closed.map(({ id }) => id),
    );
    expect(await move(stage, 'a.ndjson.gz')).toMatchObject({ written: 2, removed: 2, records: 0 });
    const notes = await readRecords(stage.db, 0, 10);
    expect(notes).toMatchObject(
      closed.map(({ id, version, head }) => ({
        type: 'archived',
        incident: id,
        data: { version, head, file: 'a.ndjson.gz', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      })),
    );
    await seal(stage, atOnce);
    expect(await stage.faults()).toEqual([]);
    // One that is only gone is no archived one.
    const third = written[2]?.id;
    await stage.store.asOwner(async (db) => {
      for (const table of ['incident_events', 'incidents']) {
        await sql`alter table ${sql.table(table)} disable trigger all`.execute(db);
      }
      await sql`delete from incident_events where incident_id = ${third}`.execute(db);
      await sql`delete from incidents where id = ${third}`.execute(db);
    });
    expect(await stage.faults()).toMatchObject([{ where: 'incident', number: third, what: 'truncated' }]);
    await stage.close();
  });

  it('is nothing that waits for a checkpoint, which has to say how it was when it left', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    const [opened] = await writeIncidents(stage.db, 1, 2);
    if (!opened) throw new Error('One was written.');
    await seal(stage, atOnce);
    const closed = await tell(stage.db, opened, { type: 'closed', closing });
    await age(stage, [closed.id]);
    expect(await move(stage, 'a.ndjson.gz')).toMatchObject({ written: 0 });
    await seal(stage, atOnce);
    expect(await move(stage, 'b.ndjson.gz')).toMatchObject({ removed: 1 });
    expect(await stage.faults()).toEqual([]);
    await stage.close();
  });

  it('is nothing of an incident under legal hold, whoever tries', { timeout: patience }, async () => {
    const stage = await openStage(kind);
    const [opened] = await writeIncidents(stage.db, 1, 2);
    if (!opened) throw new Error('One was written.');
    const closed = await tell(stage.db, opened, { type: 'closed', closing });
    const held = await tell(stage.db, closed, { type: 'held', reason: 'matter 17' });
    await age(stage, [held.id]);
    expect(await move(stage, 'a.ndjson.gz')).toMatchObject({ written: 0 });
    const deletion = stage.store.asOwner((db) =>
      db.transaction().execute(async (trx) => {
        await sql`set local watchfloor.archiving = 'on'`.execute(trx);
        await sql`delete from incident_events where incident_id = ${held.id}`.execute(trx);
      }),
    );
    await expect(deletion).rejects.toThrow('append-only');
    const stored = await readIncident(stage.db, held.id);
    if (!stored) throw new Error('It is there.');
    await tell(stage.db, stored.incident, { type: 'hold-lifted' });
    await age(stage, [held.id]);
    expect(await move(stage, 'b.ndjson.gz')).toMatchObject({ written: 1, removed: 1 });
    await stage.close();
  });

  it('is the record too after its years, up to a checkpoint, and the chain goes on', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    stage.clock.at = new Date(Date.now() - 3_000 * 86_400_000);
    await writeRecords(stage.db, 40);
    await seal(stage, atOnce);
    await writeRecords(stage.db, 7);
    stage.clock.at = new Date();
    await seal(stage, atOnce);
    // Years of lines take longer than any statement may that people wait for.
    await stage.store.asOwner(async (db) => {
      await sql`
        create function refuse_haste() returns trigger language plpgsql as $$
        begin
          if current_setting('statement_timeout') <> '0' then raise exception 'would be cut short'; end if;
          return old;
        end $$`.execute(db);
      for (const table of ['records', 'incident_events']) {
        await sql`
          create trigger haste before delete on ${sql.table(table)}
          for each row execute function refuse_haste()`.execute(db);
      }
    });
    expect(await move(stage, 'a.ndjson.gz')).toMatchObject({ written: 0, records: 40, recordFaults: [] });
    await stage.store.asOwner((db) => sql`drop function refuse_haste() cascade`.execute(db));
    const lines = gunzipSync(fs.readFileSync(path.join(stage.folder, 'a.ndjson.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).record.number)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
    const left = await readRecords(stage.db, 0, 100);
    expect(left.map(({ number }) => number)).toEqual([41, 42, 43, 44, 45, 46, 47, 48]);
    expect(left.at(-1)).toMatchObject({
      type: 'archived',
      incident: null,
      data: { to: 40, file: 'a.ndjson.gz' },
    });
    await seal(stage, atOnce);
    expect(await stage.faults()).toEqual([]);
    expect(await move(stage, 'b.ndjson.gz')).toMatchObject({ records: 0 });
    // Nothing else takes from it, and what is not covered or not old may not go even so.
    const early = stage.store.asOwner((db) =>
      db.transaction().execute(async (trx) => {
        await sql`set local watchfloor.archiving = 'on'`.execute(trx);
        await sql`delete from records where number >= 48`.execute(trx);
      }),
    );
    await expect(early).rejects.toThrow('records is append-only');
    await stage.close();
  });

  it('is no record that somebody changed, nor one about an incident under legal hold', {
    timeout: patience,
  }, async () => {
    const stage = await openStage(kind);
    stage.clock.at = new Date(Date.now() - 3_000 * 86_400_000);
    const [opened] = await writeIncidents(stage.db, 1, 2);
    if (!opened) throw new Error('One was written.');
    await writeRecords(stage.db, 10);
    await seal(stage, atOnce);
    await writeRecords(stage.db, 10);
    await seal(stage, atOnce);
    stage.clock.at = new Date();
    await writeRecords(stage.db, 1);
    await seal(stage, atOnce);
    const about = (incident: number | null) =>
      stage.store.asOwner(async (db) => {
        await sql`alter table records disable trigger all`.execute(db);
        await sql`update records set incident = ${incident} where number = 15`.execute(db);
        await sql`alter table records enable trigger all`.execute(db);
      });
    const original = (await readRecords(stage.db, 14, 1))[0]?.incident ?? null;
    await about(opened.id);
    expect((await move(stage, 'a.ndjson.gz')).recordFaults[0]).toContain('Record 15 was changed');
    const held = await tell(stage.db, opened, { type: 'held', reason: 'matter 17' });
    expect(await move(stage, 'a.ndjson.gz')).toMatchObject({ records: 10, recordFaults: [] });
    await tell(stage.db, held, { type: 'hold-lifted' });
    await about(original);
    expect(await move(stage, 'b.ndjson.gz')).toMatchObject({ records: 10, recordFaults: [] });
    await stage.close();
  });
});

describe('a key that never leaves its Key Vault', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, productPort: await freePort() });
    trust(sandbox);
  });
  afterAll(() => sandbox.stop());

  const openSigner = async (name = 'record'): Promise<Signer> => {
    const vault = sandbox.env.AZURE_KEY_VAULT ?? '';
    const signer = await openVaultSigner({
      key: new URL(`${vault}/keys/${name}`),
      configured: vault,
      credential: createCredential({
        tenantId: sandbox.env.AZURE_TENANT_ID ?? '',
        clientId: sandbox.env.AZURE_CLIENT_ID ?? '',
        clientSecret: secretOf('AZURE_CLIENT_SECRET', sandbox.env.AZURE_CLIENT_SECRET ?? ''),
        authorityHost: sandbox.env.AZURE_AUTHORITY_HOST,
      }),
    });
    return { keyId: await keyIdOf(signer.publicKey), ...signer };
  };

  it('signs by ES256 what is then verified without it', async () => {
    const signer = await openSigner();
    const signature = (await signer.sign(Buffer.from('as it was'))).toString('base64');
    expect(isSignedBy(signer.publicKey, 'as it was', signature)).toBe(true);
    expect(isSignedBy(signer.publicKey, 'as it was not', signature)).toBe(false);
  });

  it('makes checkpoints that stand up to verifying', { timeout: patience }, async () => {
    const [embedded] = databases;
    if (!embedded) throw new Error('There is always an embedded database.');
    const stage = await openStage(embedded);
    await writeIncidents(stage.db, 2, 2);
    const checkpoint = await seal({ ...stage, openSigner: () => openSigner() }, atOnce);
    const signer = await openSigner();
    expect(checkpoint?.keyId).toBe(signer.keyId);
    const faults: Fault[] = [];
    const trusted = new Map([[signer.keyId, signer.publicKey]]);
    await verify(stage.db, { lines: undefined, trusted }, (fault) => void faults.push(fault));
    expect(faults).toEqual([]);
    await stage.close();
  });

  it('is asked for nowhere else, and a missing one is said to be missing', async () => {
    await expect(openSigner('none')).rejects.toMatchObject({ reason: 'not-found' });
    await expect(
      openVaultSigner({
        key: new URL('https://example.com/keys/record'),
        credential: { getToken: async () => null },
      }),
    ).rejects.toMatchObject({ reason: 'rejected' });
  });
});

describe.each(databases)('a recorder that is killed on $name', (kind) => {
  it('has on record whatever it said it had, as one chain without a gap', { timeout: patience }, async () => {
    const place = await kind.create();
    const child = spawn(process.execPath, ['tests/support/note-for-ever.ts'], {
      env: { PATH: process.env.PATH, DATABASE_URL: place.url, DATA_DIR: place.folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      said = Number(line);
      if (said >= 300) break;
    }
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const database = await openDatabase({ ...place, log: pino({ level: 'silent' }) });
    const records = await readRecords(database.db, 0, 10_000);
    expect(records.length).toBeGreaterThanOrEqual(said);
    expect(records.map(({ number }) => number)).toEqual(records.map((_, n) => n + 1));
    const faults: Fault[] = [];
    await verify(database.db, { lines: undefined, trusted: new Map() }, (fault) => void faults.push(fault));
    expect(faults).toEqual([]);
    await database.close();
    await place.release();
  });
});
