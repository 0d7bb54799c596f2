import { sql } from 'kysely';
import type { PageView } from '../../../src/channels/page-view.ts';
import type { ReplyView } from '../../../src/channels/views.ts';
import type { AfterAtHand } from '../../../src/flow/after/at-hand.ts';
import { openHandingPapers } from '../../../src/flow/after/hand-over.ts';
import { openReminding } from '../../../src/flow/after/remind.ts';
import type { Look } from '../../../src/flow/lane.ts';
import type { Watchfloor } from '../../../src/flow/watchfloor.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import type { Incident } from '../../../src/incident/incident.ts';
import type { Database } from '../../../src/store/database.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import type { NoticeKind } from '../../../src/store/notices.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { peopleOf } from '../../people/company.ts';
import { storeIncident } from '../../store/open.ts';
import { usualAfter } from '../../support/at-hand.ts';
import { inRoom, people, setStage, userOf } from '../queries/stage.ts';

type Name = Parameters<typeof userOf>[0];

/** A desk in a Slack that remembers files, what is reminded of, and a clock that a test moves. Everybody sees Berlin’s. */
export function setAfterStage(
  database: Pick<Database, 'db' | 'boss' | 'replica'>,
  changes: Partial<Watchfloor> & { after?: AfterAtHand } = {},
) {
  const after: AfterAtHand = {
    ...usualAfter,
    audiences: [
      { name: 'managers', rooms: [{ channel: 'slack', conversation: 'C0MANAGERS' }], shows: 'masked' },
      { name: 'legal', rooms: [{ channel: 'teams', conversation: '19:legal' }], shows: 'existence' },
    ],
  };
  const stage = setStage(database, { after, ...changes });
  const { floor, desk, clock, room } = stage;
  const reminding = openReminding(floor, peopleOf(people));
  const papers = openHandingPapers(floor);
  const user = (as: Name) => ({ ...userOf(as), zone: 'Europe/Berlin' });
  return {
    ...stage,
    user,
    async incident(alert: Partial<Alert> = {}): Promise<Incident> {
      const sourceId = crypto.randomUUID();
      return storeIncident(floor.db, { alert: defenderAlert({ sourceId, ...alert }) });
    },
    /** What comes of words, and whether they alone see it; a refusal is its sentence. */
    async say(as: Name, words: string, spot: typeof inRoom | 'for me alone' = inRoom) {
      try {
        const reply = await desk.say(
          user(as),
          words,
          inRoom.conversation,
          undefined,
          spot === 'for me alone' ? undefined : spot,
        );
        return { ...reply, text: textOf(reply.view) };
      } catch (error) {
        return { view: undefined, private: true, text: error instanceof Error ? error.message : '' };
      }
    },
    async now({ id }: Incident): Promise<Incident> {
      const stored = await readIncident(floor.db, id);
      if (!stored) throw new Error('It is gone.');
      return stored.incident;
    },
    /** The time goes on, and everybody is reminded of what is due by then. */
    async later(hours: number): Promise<void> {
      clock.now += hours * 3_600_000;
      while ((await reminding(1)) === 0);
    },
    /** Files that were handed over since, as text. */
    async files(): Promise<{ to: string; name: string; text: string; key: string }[]> {
      await drain(papers);
      return room.files.splice(0).map(({ spot, file }) => ({
        to: spot.conversation,
        name: file.name,
        text: Buffer.from(file.content).toString('utf8'),
        key: file.key,
      }));
    },
    /** What was said unasked, in order of time and key. */
    async notices(
      kind: NoticeKind,
    ): Promise<{ key: string; page: PageView; incident: number | null; to: string }[]> {
      const { rows } = await sql<{ key: string; page: PageView; incident: number | null; to: string }>`
        select n.key, n.page, n.incident_id as incident, coalesce(m.person_id, m.conversation) as to
        from notices n join notice_messages m on m.notice_id = n.id where n.kind = ${kind} order by n.at, n.key`.execute(
        floor.db,
      );
      return rows;
    },
  };
}

async function drain(look: Look): Promise<void> {
  for (;;) {
    const found = await look(10);
    if (typeof found === 'number' || found.tasks.length === 0) return;
    await Promise.all(found.tasks.map((task) => task()));
  }
}

/** All that can be read of it. */
function textOf(view: ReplyView): string {
  if (view.kind === 'text') return view.text;
  return view.kind === 'page' ? pageText(view.page) : JSON.stringify(view);
}

export function pageText(page: PageView | undefined): string {
  if (!page) return '';
  return JSON.stringify({ ...page, buttons: page.buttons.map(({ words }) => words) });
}
