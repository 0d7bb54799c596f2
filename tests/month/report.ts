import { sql } from 'kysely';
import type { Db } from '../../src/store/database.ts';
import type { Said } from './rooms.ts';
import { shiftAt, team } from './team.ts';

/** How often somebody was called in one shift: the middle, nine of ten, and the worst. */
export async function interruptionsByShift(db: Db, start: number, days: number): Promise<string[]> {
  const { rows } = await sql<{
    at: Date;
    person_id: string;
  }>`select at, person_id from interruptions`.execute(db);
  const people = new Map(team.map(({ id, name }) => [id, name]));
  const shifts = new Map<string, number>();
  // A shift without a call counts as well.
  for (let at = start; at < start + days * 86_400_000; at += 8 * 3_600_000) shifts.set(shiftOf(at), 0);
  for (const { at, person_id } of rows) {
    if (people.get(person_id)?.match(/lead|manager/)) continue;
    shifts.set(shiftOf(at.getTime()), (shifts.get(shiftOf(at.getTime())) ?? 0) + 1);
  }
  return (['early', 'late', 'night'] as const).map((name) => {
    const counts = [...shifts].filter(([key]) => key.endsWith(name)).map(([, count]) => count);
    return `${name} shift: ${spread(counts)} calls, over ${counts.length} shifts`;
  });
}

/** The day on which it began, and its name. */
function shiftOf(at: number): string {
  const shift = shiftAt(at);
  const began = shift === 'night' ? at - 7 * 3_600_000 : at;
  return `${new Date(began).toISOString().slice(0, 10)} ${shift}`;
}

function spread(counts: number[]): string {
  const sorted = counts.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return `median ${at(0.5)}, p90 ${at(0.9)}, most ${sorted.at(-1) ?? 0}`;
}

/** What a room was sent for each alert: posts make a phone ring, edits do not. */
export function messagesPerAlert(said: Said[], alerts: number): string {
  const posts = said.filter(({ kind }) => !kind.endsWith('edit'));
  const per = (count: number) => (count / alerts).toFixed(2);
  const kinds = [...Map.groupBy(posts, ({ kind }) => kind)].map(([kind, { length }]) => `${length} ${kind}s`);
  return `${per(posts.length)} posts and ${per(said.length - posts.length)} edits an alert (${kinds.join(', ')})`;
}
