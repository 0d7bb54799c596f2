import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** What may be added to and never changed. Only an archive, which the owner makes, takes from it. */
const appendOnly = ['incident_events', 'records', 'checkpoints', 'audit_keys', 'query_evidence'];
/** What only migrations write. */
const readOnly = ['kysely_migration', 'kysely_migration_lock'];

/** The role that the product has on the embedded database, whose session begins as its superuser. */
export const embeddedRole = 'watchfloor_bot';

/** Any fixed number: rights are given by one process at a time, or PostgreSQL refuses the second. */
const granting = 7_240_005;

/** Lets that role read everything, work with everything but the record, and add to the record. As the owner. */
export async function grantRights(db: Kysely<Schema>, role: string): Promise<void> {
  const to = sql.id(role);
  const record = sql.join(appendOnly.map((table) => sql.id('public', table)));
  const fixed = sql.join(readOnly.map((table) => sql.id('public', table)));
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${granting})`.execute(trx);
    const statements = [
      sql`grant usage on schema public, pgboss to ${to}`,
      sql`grant select, insert, update, delete on all tables in schema public to ${to}`,
      sql`grant usage, select on all sequences in schema public to ${to}`,
      sql`revoke all on ${fixed} from ${to}`,
      sql`grant select on ${fixed} to ${to}`,
      sql`revoke all on ${record} from ${to}`,
      sql`grant select, insert on ${record} to ${to}`,
      // Its row locks its events, so nobody else may take it away.
      sql`revoke delete on public.incidents from ${to}`,
      // The queue is no record.
      sql`grant all on all tables in schema pgboss to ${to}`,
      sql`grant all on all sequences in schema pgboss to ${to}`,
      sql`grant execute on all functions in schema pgboss to ${to}`,
    ];
    for (const statement of statements) await statement.execute(trx);
  });
}

/** Makes the role of the embedded database. */
export async function createEmbeddedRole(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql`select from pg_roles where rolname = ${embeddedRole}`.execute(db);
  if (rows.length === 0) await sql`create role ${sql.id(embeddedRole)} nologin`.execute(db);
}

/** Whether whoever asks could change what is on record, trigger or not: it owns a table of it, or may do anything. */
export async function couldChangeRecord(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ could: boolean }>`
    select bool_or(
      pg_has_role(current_user, c.relowner, 'member')
      or has_table_privilege(c.oid, 'update') or has_table_privilege(c.oid, 'delete')
      or has_table_privilege(c.oid, 'truncate') or has_table_privilege(c.oid, 'trigger')
    ) as could
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any(${appendOnly}::text[])`.execute(
    db,
  );
  return rows[0]?.could ?? true;
}
