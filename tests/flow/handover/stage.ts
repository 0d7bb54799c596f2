import type { Ref, Spot } from '../../../src/channels/channel.ts';
import type { PageView } from '../../../src/channels/page-view.ts';
import { openNotices } from '../../../src/flow/notices/send.ts';
import type { Watchfloor } from '../../../src/flow/watchfloor.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import type { Incident, IncidentFact } from '../../../src/incident/incident.ts';
import type { Database } from '../../../src/store/database.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { peopleOf } from '../../people/company.ts';
import { appendTo, storeIncident } from '../../store/open.ts';
import { inRoom, openRoom, people, setStage, userOf } from '../queries/stage.ts';

type Name = Parameters<typeof userOf>[0];

/** A Slack that remembers pages, and people who type. */
export function setPageStage(database: Database, changes: Partial<Watchfloor> = {}) {
  const shown: { spot: Spot; mark: string; calls: string[]; pages: PageView[] }[] = [];
  const room = {
    ...openRoom(),
    async postPage(spot: Spot, page: PageView, mark: string, to: { name: string }[]) {
      shown.push({ spot, mark, calls: to.map(({ name }) => name), pages: [page] });
      return { conversation: spot.conversation, message: mark };
    },
    async updatePage(ref: Ref, page: PageView) {
      shown.find(({ mark }) => mark === ref.message)?.pages.push(page);
    },
  };
  const stage = setStage(database, { room, ...changes });
  const { floor, desk, clock } = stage;
  const crew = peopleOf(people);
  const lane = openNotices(floor, crew);
  return {
    ...stage,
    crew,
    shown,
    /** What is told by itself. */
    async tell(): Promise<void> {
      for (;;) {
        const found = await lane(20);
        if (typeof found === 'number' || found.tasks.length === 0) return;
        await Promise.all(found.tasks.map((task) => task()));
      }
    },
    later(minutes: number): void {
      clock.now += minutes * 60_000;
    },
    async incident(alert: Partial<Alert> = {}, ...facts: IncidentFact[]): Promise<Incident> {
      const { conversation } = inRoom;
      const stored = await storeIncident(floor.db, {
        alert: defenderAlert({ sourceId: crypto.randomUUID(), ...alert }),
        places: [{ channel: 'slack', conversation }],
      });
      return facts.length > 0 ? appendTo(floor.db, stored, ...facts) : stored;
    },
    async say(as: Name, words: string, conversation = inRoom.conversation) {
      const { view, private: isPrivate } = await desk.say(userOf(as), words, conversation, undefined);
      const page = view.kind === 'page' ? view.page : undefined;
      return { text: JSON.stringify(view), page, isPrivate };
    },
    /** What was said to one person alone, or in a room; as it is now. */
    pagesIn: (conversation: string) =>
      shown.filter(({ spot }) => spot.conversation === conversation).map(({ pages }) => pages.at(-1)),
    async now({ id }: Incident): Promise<Incident> {
      const stored = await readIncident(floor.db, id);
      if (!stored) throw new Error(`There is no INC-${id}.`);
      return stored.incident;
    },
  };
}
