import { type Kysely, sql } from 'kysely';

/** Who takes over from whom, what schedules that are kept elsewhere said last, and which gaps have been told. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  sql`
    create table on_call_swaps (
      -- People say it: \`oncall agree 7\`.
      id bigint generated always as identity primary key,
      rota text not null,
      layer text not null,
      asked_by jsonb not null,
      asked jsonb not null,
      gives_from timestamptz not null,
      gives_to timestamptz not null,
      -- Null where nothing is wanted in return.
      gets_from timestamptz,
      gets_to timestamptz,
      state text not null default 'asked',
      asked_at timestamptz not null,
      decided_at timestamptz
    )`,
  sql`
    create table on_call_overrides (
      -- People say it: \`oncall undo 7\`. Of two for one time the later counts.
      id bigint generated always as identity primary key,
      rota text not null,
      layer text not null,
      person jsonb not null,
      starts_at timestamptz not null,
      -- One that was undone before it began ends when it begins.
      ends_at timestamptz not null check (starts_at <= ends_at),
      reason text not null default '',
      made_by jsonb not null,
      made_at timestamptz not null,
      swap_id bigint references on_call_swaps (id),
      undone_by jsonb,
      undone_at timestamptz
    )`,
  sql`create index on_call_overrides_by_end on on_call_overrides (ends_at)`,
  sql`create index on_call_overrides_of_swap on on_call_overrides (swap_id) where swap_id is not null`,
  sql`
    create table on_call_schedules (
      -- As the settings name it.
      key text primary key,
      turns jsonb not null default '[]',
      -- Null until it was read for the first time.
      read_at timestamptz,
      -- Null while it can be read.
      failed_since timestamptz,
      failure text
    )`,
  sql`
    create table on_call_troubles (
      rota text not null,
      -- What it is, of which layer, about whom.
      about text not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      told_at timestamptz not null,
      primary key (rota, about, starts_at)
    )`,
];
