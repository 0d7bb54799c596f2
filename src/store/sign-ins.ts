import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** A sign-in that somebody may begin, has begun, or has ended; `purpose` is JSON of whoever began it. */
export interface StoredSignIn {
  id: string;
  purpose: unknown;
  sealed: string;
}

/** Takes the place of whatever this subject had begun before, and sweeps what is long over. */
export async function addSignIn(
  db: Db,
  signIn: { purpose: object; subject: string; tokenHash: string; expiresAt: Date },
): Promise<void> {
  const { purpose, subject, tokenHash, expiresAt } = signIn;
  await db.transaction().execute(async (trx) => {
    await sql`
      delete from sign_ins
      where subject = ${subject} or expires_at < ${expiresAt}::timestamptz - interval '1 day'`.execute(trx);
    await sql`
      insert into sign_ins (purpose, subject, token_hash, expires_at)
      values (${JSON.stringify(purpose)}, ${subject}, ${tokenHash}, ${expiresAt})`.execute(trx);
  });
}

/** What a link leads to, as long as it may be begun; changes nothing, for programs open links as well. */
export async function lookUpSignIn(db: Db, tokenHash: string, now: Date): Promise<unknown> {
  const { rows } = await sql<{ purpose: unknown }>`
    select purpose from sign_ins
    where token_hash = ${tokenHash} and begun_at is null and expires_at > ${now}`.execute(db);
  return rows[0]?.purpose;
}

/** Uses the link up; `undefined` where it was used, is too old, or never was. */
export async function beginSignIn(
  db: Db,
  tokenHash: string,
  begun: { now: Date; stateHash: string; browserHash: string; sealed: string },
): Promise<unknown> {
  const { now, stateHash, browserHash, sealed } = begun;
  const { rows } = await sql<{ purpose: unknown }>`
    update sign_ins
    set begun_at = ${now}, state_hash = ${stateHash}, browser_hash = ${browserHash}, sealed = ${sealed}
    where token_hash = ${tokenHash} and begun_at is null and expires_at > ${now}
    returning purpose`.execute(db);
  return rows[0]?.purpose;
}

/** Uses the way back up: once, and only for the browser that left. */
export async function returnToSignIn(
  db: Db,
  back: { now: Date; stateHash: string; browserHash: string },
): Promise<StoredSignIn | undefined> {
  const { now, stateHash, browserHash } = back;
  const { rows } = await sql<StoredSignIn>`
    update sign_ins set returned_at = ${now}
    where state_hash = ${stateHash} and browser_hash = ${browserHash}
      and returned_at is null and expires_at > ${now}
    returning id, purpose, sealed`.execute(db);
  return rows[0];
}

/** From now on the code that was shown may be typed, until `expiresAt`. */
export async function awaitCode(
  db: Db,
  id: string,
  signedIn: { personId: string; codeHash: string; expiresAt: Date },
): Promise<void> {
  const { personId, codeHash, expiresAt } = signedIn;
  await sql`
    update sign_ins
    set person_id = ${personId}, code_hash = ${codeHash}, expires_at = ${expiresAt}, tries = 0
    where id = ${id}`.execute(db);
}

export interface AwaitedCode {
  id: string;
  personId: string;
  codeHash: string;
  /** How often a code was typed, this time included. */
  tries: number;
}

/** Counts a try at the code that this subject was shown; `undefined` where no code is awaited, or too many were tried. */
export async function tryCode(
  db: Db,
  subject: string,
  limit: { now: Date; mostTries: number },
): Promise<AwaitedCode | undefined> {
  const { rows } = await sql<AwaitedCode>`
    update sign_ins set tries = tries + 1
    where subject = ${subject} and code_hash is not null
      and expires_at > ${limit.now} and tries < ${limit.mostTries}
    returning id, person_id as "personId", code_hash as "codeHash", tries`.execute(db);
  return rows[0];
}

/** True for the one who ends it. */
export async function endSignIn(db: Db | Trx, id: string): Promise<boolean> {
  const { rows } = await sql`delete from sign_ins where id = ${id} returning 1`.execute(db);
  return rows.length > 0;
}
