import { sql } from 'kysely';
import { takeIn } from '../../../src/flow/intake.ts';
import type { Look } from '../../../src/flow/lane.ts';
import { openQuiet } from '../../../src/flow/silences/at-hand.ts';
import { openHoldingRules } from '../../../src/flow/silences/hold-rules.ts';
import { openSilencing } from '../../../src/flow/silences/lane.ts';
import type { Alert, SourceName } from '../../../src/incident/alert.ts';
import { type QuietPolicy, usualQuiet } from '../../../src/incident/quiet-settings.ts';
import type { Source } from '../../../src/sources/source.ts';
import type { Database } from '../../../src/store/database.ts';
import { readIncident } from '../../../src/store/incidents.ts';
import { polled } from '../../../src/store/raw-alerts.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { inRoom, setStage, userOf } from '../queries/stage.ts';

type Name = Parameters<typeof userOf>[0];

/** Intake, silences and people's words with one room; alerts are polled as they are. */
export function setSilenceStage(
  database: Pick<Database, 'db' | 'boss' | 'replica'>,
  policy: Partial<QuietPolicy> = {},
  suppression?: Source['suppression'],
) {
  const source = {
    name: 'defender',
    feeds: [],
    normalise: (payload: unknown) => payload as Alert,
    unpack: () => [],
    read: async () => undefined,
    async *poll() {},
    writeBack: async () => undefined,
    ...(suppression && { suppression }),
  } as unknown as Source;
  const stage = setStage(database, {
    sources: new Map<SourceName, Source>([['defender', source]]),
    route: {
      name: 'everything',
      match: {},
      priority: 0,
      to: [{ channel: 'slack', conversation: inRoom.conversation }],
      continue: false,
      routes: [],
    },
    quiet: openQuiet({ ...usualQuiet, ...policy }),
  });
  const { floor, desk, clock } = stage;
  const lanes = [openSilencing(floor), openHoldingRules(floor)];

  return {
    ...stage,
    /** Comes in by a poll, and is taken in. */
    async alert(changes: Partial<Alert> = {}): Promise<Alert> {
      const at = floor.now().toISOString();
      const alert = defenderAlert({
        sourceId: crypto.randomUUID(),
        target: crypto.randomUUID(),
        firstActivityAt: at,
        lastActivityAt: at,
        ...changes,
      });
      await floor.accept([polled('defender', alert, at)]);
      while ((await takeIn(floor, async (limit) => floor.inbox.take(limit))) === 0);
      return alert;
    },
    /** The incident that holds it, and whether a card of it is to be seen. */
    async incidentOf({ sourceId }: Alert) {
      const { rows } = await sql<{ id: number }>`
        select incident_id::integer as id from alerts where source_id = ${sourceId}`.execute(floor.db);
      const id = rows[0]?.id ?? 0;
      const stored = await readIncident(floor.db, id);
      if (!stored) throw new Error('No incident holds it.');
      return { ...stored.incident, ...(await this.cardOf(id)) };
    },
    async cardOf(id: number) {
      const { rows } = await sql<{ wanted: number; rests: boolean; behind: boolean }>`
        select wanted_revision as wanted, try_after > now() as rests, behind from cards
        where incident_id = ${id} and part = 'card'`.execute(floor.db);
      const [card] = rows;
      return { cards: rows.length, wanted: card?.wanted ?? 0, rests: !!card?.rests, behind: !!card?.behind };
    },
    /** Its source closes it, or has it open again. */
    async turn(alert: Alert, status: 'active' | 'closed') {
      clock.now += 1_000;
      const at = floor.now().toISOString();
      const now = { ...alert, etag: at, modifiedAt: at, handling: { ...alert.handling, status } };
      await floor.accept([polled('defender', now, at)]);
      while ((await takeIn(floor, async (limit) => floor.inbox.take(limit))) === 0);
    },
    /** As delivering would leave it. */
    async show(id: number) {
      await sql`
        update cards set shown_revision = wanted_revision, try_after = '-infinity', ref = '{"conversation":"C","message":"m"}'
        where incident_id = ${id}`.execute(floor.db);
    },
    async say(as: Name, words: string): Promise<string> {
      return (await this.ask(as, words)).said;
    },
    /** What is answered, and whether they alone hear it. */
    async ask(as: Name, words: string) {
      const answer = await desk.say(userOf(as), words, inRoom.conversation, undefined);
      return { said: JSON.stringify(answer.view), alone: answer.private };
    },
    /** Shows a preview and creates it; its number. */
    async silence(as: Name, words: string): Promise<number> {
      const [, number] = /SIL-(\d+)/.exec(await this.say(as, `silence ${words}`)) ?? [];
      await this.say(as, `silence confirm ${number}`);
      return Number(number);
    },
    /** The time goes on, and so does what waited for it. */
    async later(minutes: number): Promise<void> {
      clock.now += minutes * 60_000;
      for (let did = true; did; ) {
        did = false;
        for (const lane of lanes) did = (await once(lane)) || did;
      }
    },
  };
}

async function once(look: Look): Promise<boolean> {
  const found = await look(20);
  if (typeof found === 'number' || found.tasks.length === 0) return false;
  await Promise.all(found.tasks.map((task) => task()));
  return true;
}
