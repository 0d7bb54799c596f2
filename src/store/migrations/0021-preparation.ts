import { type Kysely, sql } from 'kysely';

/** What is made up, to practise and to prove that alerts arrive; and what was found to be missing before it is needed. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

const statements = [
  // Made up: counts in no number that people are measured by.
  sql`alter table incidents add column exercise boolean not null default false`,
];
