import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** The Entra object id that this Slack user linked. */
export async function readLink(db: Db, slackTeam: string, slackUser: string): Promise<string | undefined> {
  const { rows } = await sql<{ person_id: string }>`
    select person_id from links where slack_team = ${slackTeam} and slack_user = ${slackUser}`.execute(db);
  return rows[0]?.person_id;
}

/** Slack users that linked themselves to this person: one at most. */
export async function readLinkedUsers(db: Db | Trx, personId: string): Promise<string[]> {
  const { rows } = await sql<{ slack_user: string }>`
    select slack_user from links where person_id = ${personId}`.execute(db);
  return rows.map(({ slack_user }) => slack_user);
}

/** False where this Slack user, or this person, is linked already; then nothing changes. */
export async function addLink(
  db: Db | Trx,
  link: { slackTeam: string; slackUser: string; personId: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into links (slack_team, slack_user, person_id, linked_at)
    values (${link.slackTeam}, ${link.slackUser}, ${link.personId}, ${link.at})
    on conflict do nothing
    returning 1`.execute(db);
  return rows.length > 0;
}

/** Whom the Slack user was linked to; `undefined` where there was no link. */
export async function removeLink(db: Db, slackTeam: string, slackUser: string): Promise<string | undefined> {
  const { rows } = await sql<{ person_id: string }>`
    delete from links where slack_team = ${slackTeam} and slack_user = ${slackUser}
    returning person_id`.execute(db);
  return rows[0]?.person_id;
}
