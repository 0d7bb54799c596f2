import { sql } from 'kysely';
import type { Mentioned, Spot } from '../../../src/channels/channel.ts';
import type { PageView } from '../../../src/channels/page-view.ts';
import { change } from '../../../src/flow/change.ts';
import { openWatching } from '../../../src/flow/escalation/watch.ts';
import type { Look } from '../../../src/flow/lane.ts';
import { openNotices } from '../../../src/flow/notices/send.ts';
import type { Watchfloor } from '../../../src/flow/watchfloor.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import type { Intent } from '../../../src/incident/decide.ts';
import { type Actor, bot, emptyIncident, type Incident } from '../../../src/incident/incident.ts';
import { stanceOf } from '../../../src/incident/stance.ts';
import { usualEscalation } from '../../../src/people/escalation-settings.ts';
import type { People } from '../../../src/people/people.ts';
import type { Database } from '../../../src/store/database.ts';
import { addAlert, openDraft, showIn } from '../../../src/store/draft.ts';
import { readDeeds } from '../../../src/store/escalation-audit.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { save } from '../../../src/store/save.ts';
import { nextIncidentId } from '../../../src/store/surroundings.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { company, peopleOf } from '../../people/company.ts';
import { inRoom, openRoom, people, setStage, userOf } from '../queries/stage.ts';

/** A page as it was posted: where, and who was mentioned. */
export interface Posted {
  spot: Spot;
  page: PageView;
  to: string[];
}

/** The engine of limits, a room that remembers what was posted, and a clock that a test moves. */
export function setLimitStage(
  database: Pick<Database, 'db' | 'boss' | 'replica'>,
  changes: Partial<Watchfloor> = {},
  crew: People = peopleOf([...people, { ...company.marcus, slack: 'U0MARCUS' }]),
) {
  const posted: Posted[] = [];
  const room = {
    ...openRoom(),
    async postPage(spot: Spot, page: PageView, mark: string, to: Mentioned[]) {
      posted.push({ spot, page, to: to.map(({ name }) => name) });
      return { conversation: spot.conversation, message: mark };
    },
  };
  const stage = setStage(database, { room, escalation: usualEscalation, ...changes });
  const { floor, desk, clock } = stage;
  const watch = openWatching(floor, crew);
  const notices = openNotices(floor, crew);
  return {
    ...stage,
    crew,
    posted,
    /** Opens an incident as intake does, with a card in the room. */
    async incident(alert: Partial<Alert> = {}): Promise<Incident> {
      const draft = openDraft();
      const whole = defenderAlert({ sourceId: crypto.randomUUID(), severity: 'high', ...alert });
      const empty = emptyIncident(await nextIncidentId(floor.db));
      const incident = change(floor, draft, empty, { type: 'open', alert: whole }, bot);
      const shown = { alert: whole, digest: 'digest', stance: stanceOf(incident), observedAt: undefined };
      addAlert(draft, shown, { incidentId: incident.id, wantedVersion: 0 });
      const { conversation } = inRoom;
      showIn(draft, incident.id, [{ channel: 'slack', conversation }]);
      await save(floor.db, draft);
      const ref = { conversation, message: `card ${incident.id}` };
      await sql`
        update cards set ref = ${JSON.stringify(ref)}::jsonb, message_id = ${ref.message}
        where incident_id = ${incident.id} and part = 'card'`.execute(floor.db);
      return incident;
    },
    now: async ({ id }: Incident): Promise<Incident> => {
      const stored = await readIncident(floor.db, id);
      if (!stored) throw new Error(`There is no INC-${id}.`);
      return stored.incident;
    },
    async does(incident: Incident, intent: Intent, by: Actor): Promise<void> {
      const draft = openDraft();
      change(floor, draft, await this.now(incident), intent, by);
      await save(floor.db, draft);
    },
    /** Time goes on, and then everything that is due is done and sent. */
    async later(minutes: number): Promise<void> {
      clock.now += minutes * 60_000;
      while ((await watch(20)) === 0);
      await drain(notices);
    },
    look: () => watch(20),
    send: () => drain(notices),
    /** What was called, as `escalated on-call …`. */
    async calls({ id }: Incident): Promise<string[]> {
      const events = await readDeeds(floor.db, id);
      return events.flatMap((event) => {
        if (event.type !== 'escalated' && event.type !== 'reminded') return [];
        const { type, step, to, how } = event;
        return `${type} ${step ?? '-'} ${to.map(({ name }) => name.split(' ')[0]).join('+')} by ${how.join('+') || 'nothing'}`;
      });
    },
    say: async (as: Parameters<typeof userOf>[0], words: string) => {
      const { view } = await desk.say(userOf(as), words, inRoom.conversation, undefined);
      return JSON.stringify(view);
    },
  };
}

async function drain(look: Look): Promise<void> {
  for (;;) {
    const found = await look(20);
    if (typeof found === 'number' || found.tasks.length === 0) return;
    await Promise.all(found.tasks.map((task) => task()));
  }
}
