import { type Kysely, sql } from 'kysely';

/** What goes on record beside incidents, signed checkpoints of all of it, and a legal hold that archiving obeys. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table records (
        -- Without a gap, so that a missing one shows.
        number bigint primary key,
        at timestamptz not null,
        actor jsonb not null,
        type text not null,
        incident bigint,
        data jsonb not null,
        -- Hash of the one before, which this one's hash covers.
        previous text not null,
        hash text not null
      )`,
    sql`create index records_incident on records (incident, number) where incident is not null`,
    sql`create index records_archived on records (number) where type = 'archived'`,
    sql`
      create table checkpoints (
        number bigint primary key,
        at timestamptz not null,
        -- The last record that it covers; 0 and empty where there was none.
        record_number bigint not null,
        record_hash text not null,
        -- [incident, version, hash] of the incidents that changed since the checkpoint before.
        heads jsonb not null,
        previous text not null,
        hash text not null,
        key_id text not null,
        signature text not null
      )`,
    sql`
      create table audit_keys (
        -- RFC 7638 thumbprint of the public key, so that no other key can take its name.
        key_id text primary key,
        public_key jsonb not null,
        first_used_at timestamptz not null default now()
      )`,

    sql`
      create function refuse_record_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and tg_table_name = 'records' then
          -- What a checkpoint covers may go into an archive, where a transaction says that this is what it does.
          if current_setting('watchfloor.archiving', true) = 'on'
            and old.number < (select record_number from checkpoints order by number desc limit 1) then
            return old;
          end if;
        end if;
        raise exception '% is append-only', tg_table_name;
      end $$`,
    ...['records', 'checkpoints', 'audit_keys'].flatMap((table) => [
      sql`
        create trigger ${sql.raw(table)}_append_only before update or delete on ${sql.raw(table)}
        for each row execute function refuse_record_change()`,
      sql`
        create trigger ${sql.raw(table)}_no_truncate before truncate on ${sql.raw(table)}
        for each statement execute function refuse_record_change()`,
    ]),
    sql`
      create or replace function refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          -- What is closed, under no legal hold and safe in an archive may go, where a transaction says that this is
          -- what it does.
          if current_setting('watchfloor.archiving', true) = 'on' and exists (
            select from incidents where id = old.incident_id and status = 'closed' and state ->> 'hold' is null
          ) then
            return old;
          end if;
        end if;
        raise exception 'incident_events is append-only';
      end $$`,

    sql`
      -- Which incidents the next checkpoint has to cover. Rows of their own, because a column of incidents in an index
      -- would make every change of an incident rewrite all of its index entries.
      create table unsealed (
        id bigint generated always as identity primary key,
        incident_id bigint not null,
        version integer not null
      )`,
    sql`
      create function note_unsealed() returns trigger language plpgsql as $$
      begin
        insert into unsealed (incident_id, version)
        select incident_id, max(version) from appended group by incident_id;
        return null;
      end $$`,
    // A trigger, because during a rolling upgrade the version before appends events too.
    sql`
      create trigger incident_events_unsealed after insert on incident_events
      referencing new table as appended for each statement execute function note_unsealed()`,
    // All history so far; the first checkpoints cover it piece by piece.
    sql`insert into unsealed (incident_id, version) select id, version from incidents order by id`,
  ];
  for (const statement of statements) await statement.execute(db);
}
