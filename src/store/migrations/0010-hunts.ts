import { type Kysely, sql } from 'kysely';

/** Hunts that run by themselves: when each is due, who runs it now, and how its last run ended. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table scheduled_hunts (
      -- Made of what the settings say of it, so that two entries of one hunt are two.
      key text primary key,
      every_seconds integer not null,
      next_at timestamptz not null,
      -- The time up to which the run under way looks: the same however often it is begun.
      slot timestamptz,
      -- Up to when a run has looked; what was missed since is looked at by the next one.
      seen_to timestamptz,
      attempts integer not null default 0,
      -- The pause after a failure, or the lease of who runs it now.
      try_after timestamptz not null default '-infinity',
      leased_by integer,
      -- It has failed so often that people were told; once an outage.
      told boolean not null default false,
      failure text,
      found integer
    )`.execute(db);
}
