import { type Kysely, sql } from 'kysely';

/** Slack accounts that people linked to their Entra accounts, and signing in to do so. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    sql`
      create table links (
        slack_team text not null,
        slack_user text not null,
        -- Entra object id. One Slack account a person: a second one has to replace the first.
        person_id text not null unique,
        linked_at timestamptz not null,
        primary key (slack_team, slack_user)
      )`,
    sql`
      create table sign_ins (
        id uuid primary key default gen_random_uuid(),
        purpose jsonb not null,
        -- Whose it is: one at a time for each Slack account, or for each answer of each person.
        subject text not null,
        -- Hashes alone: what begins or ends a sign-in lies in no database.
        token_hash text not null unique,
        expires_at timestamptz not null,
        begun_at timestamptz,
        state_hash text unique,
        browser_hash text,
        -- PKCE verifier and nonce, encrypted with a key that only the browser holds.
        sealed text,
        returned_at timestamptz,
        person_id text,
        code_hash text,
        tries int not null default 0
      )`,
    sql`create index sign_ins_subject on sign_ins (subject)`,
    sql`create index sign_ins_expiry on sign_ins (expires_at)`,
  ];
  for (const statement of statements) await statement.execute(db);
}
