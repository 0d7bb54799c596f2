import { sql } from 'kysely';
import type { IncidentEvent } from '../../src/incident/incident.ts';
import type { Db } from '../../src/store/database.ts';
import type { Story } from '../store/recount.ts';
import { callsDue } from './expect-calls.ts';
import type { Said } from './rooms.ts';

/** Raw events, and nothing that the product made of them. */
export async function readStories(db: Db): Promise<Story[]> {
  const { rows } = await sql<{ id: number; events: (IncidentEvent & { data: object })[] }>`
    select incident_id as id, jsonb_agg(jsonb_build_object('at', at, 'by', actor, 'type', type) || data order by version)
      as events
    from incident_events group by incident_id order by incident_id`.execute(db);
  return rows.map(({ id, events }) => ({
    id: Number(id),
    events: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
  }));
}

/** Faults of calling, in words; how many calls were due. */
export function checkCalls(stories: Story[], end: number): { due: number; faults: string[] } {
  const faults: string[] = [];
  let due = 0;
  for (const story of stories) {
    const wanted = callsDue(story, end).map(({ episode, step, at }) => `${episode}/${step} at ${iso(at)}`);
    due += wanted.length;
    const calls = story.events.flatMap((event) =>
      (event.type === 'escalated' || event.type === 'reminded') && event.step !== null ? [event] : [],
    );
    const done = calls.map(({ episode, step, dueAt }) => `${episode}/${step} at ${iso(Date.parse(dueAt))}`);
    if (wanted.join() !== done.join())
      faults.push(
        `INC-${story.id}: due were ${wanted.join(', ') || 'none'}; done were ${done.join(', ') || 'none'}`,
      );
    for (const { at, dueAt } of calls) {
      // The clock moves in steps of half a minute at most where nothing is due, and exactly to what is.
      const late = Date.parse(at) - Date.parse(dueAt);
      if (late < 0 || late > 1_000) faults.push(`INC-${story.id}: due at ${dueAt}, done at ${at}`);
    }
  }
  return { due, faults };
}

/** Every notice that was written is in every place of its own, once. */
export async function checkNotices(db: Db, said: Said[]): Promise<string[]> {
  const { rows } = await sql<{ id: string; key: string; sent: boolean; failure: string | null }>`
    select m.id, n.key, m.sent_at is not null as sent, m.failure
    from notice_messages m join notices n on n.id = m.notice_id`.execute(db);
  const posts = Map.groupBy(
    said.filter(({ kind }) => kind === 'page'),
    ({ mark }) => mark,
  );
  return rows.flatMap(({ id, key, sent, failure }) => {
    const times = posts.get(id)?.length ?? 0;
    if (failure) return times === 0 ? [] : [`${key}: ${failure}, and yet it was sent`];
    return times === 1 && sent ? [] : [`${key}: sent ${times} times`];
  });
}

const iso = (at: number) => new Date(Math.round(at / 1_000) * 1_000).toISOString();
