import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DigestPlan } from '../../../src/channels/digest-settings.ts';
import type { PageView } from '../../../src/channels/page-view.ts';
import { digestDuties } from '../../../src/flow/digest/duties.ts';
import { openHandingOverStats } from '../../../src/flow/digest/hand-over.ts';
import { openDuties } from '../../../src/flow/duties/duties.ts';
import type { Look } from '../../../src/flow/lane.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import { bot, emptyIncident, type IncidentFact } from '../../../src/incident/incident.ts';
import type { Database } from '../../../src/store/database.ts';
import { append, openDraft } from '../../../src/store/draft.ts';
import { addNotices } from '../../../src/store/notices.ts';
import { save } from '../../../src/store/save.ts';
import { nextIncidentId } from '../../../src/store/surroundings.ts';
import { adam, defenderAlert, owner } from '../../incident/alerts.ts';
import { company, peopleOf } from '../../people/company.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { people, type QueryStage, setStage, userOf } from '../queries/stage.ts';

const berlin = 'Europe/Berlin';
const socRoom = { channel: 'slack', conversation: 'C0SOC' } as const;
const plan = {
  name: 'daily',
  period: 'day',
  cron: '0 8 * * *',
  timeZone: berlin,
  to: [socRoom],
} satisfies Omit<DigestPlan, 'parts'>;
const parts = ['decisions', 'charts', 'severities', 'rules', 'noise', 'containments', 'load'] as const;
const closed = (classification: 'false-positive' | 'true-positive'): IncidentFact => ({
  type: 'closed',
  closing: { classification, reason: undefined, comment: '' },
});

describe.each(databases)('digests on $name', (kind) => {
  let store: Database;
  let stage: QueryStage;
  const crew = peopleOf(people);
  beforeAll(async () => {
    store = await openStore(kind);
    stage = setStage(store, {
      route: { name: 'everything', match: {}, priority: 0, to: [socRoom], continue: false, routes: [] },
      digests: { timeZone: berlin, plans: [{ ...plan, parts: [...parts] }] },
    });
    // A Sunday of summer time and the Monday after it.
    for (let n = 0; n < 7; n += 1)
      await live(
        { type: 'Port_Scan' },
        [`2026-10-25T0${n}:10:00Z`, `2026-10-25T0${n}:14:00Z`],
        [closed('false-positive')],
      );
    const grave = await live({ type: 'VM_Shell', severity: 'high' }, ['2026-10-25T22:59:00Z'], []);
    await live(
      { type: 'Secret', severity: 'high' },
      ['2026-10-25T12:00:00Z'],
      [{ type: 'restricted', to: [owner(adam)] }],
    );
    await live({ source: 'drill' as Alert['source'] }, ['2026-10-25T12:00:00Z'], []);
    await live({ type: 'VM_Shell' }, ['2026-10-25T23:01:00Z'], []);
    await call(grave, '2026-10-25T23:05:00Z', adam.id);
  });
  afterAll(() => store.close());

  /** Opened at the first of these times, and then what else at the second. */
  async function live(alert: Partial<Alert>, [first = '', second = first]: string[], facts: IncidentFact[]) {
    const draft = openDraft();
    const opened = {
      type: 'opened',
      alert: defenderAlert({ sourceId: crypto.randomUUID(), ...alert }),
    } as const;
    const by = { ...adam, kind: 'person' as const };
    const events = [
      { ...opened, at: new Date(first).toISOString(), by: bot },
      ...facts.map((fact) => ({ ...fact, at: new Date(second).toISOString(), by })),
    ];
    const incident = append(draft, emptyIncident(await nextIncidentId(store.db)), events, {
      priorityOf: () => 4,
      forSources: false,
    });
    await save(store.db, draft);
    await sql`insert into incident_keys (incident_id, key, place) values (${incident.id}, 'machine vm-scan-01', 1)`.execute(
      store.db,
    );
    return incident.id;
  }

  /** Somebody was told directly, at that time. */
  async function call(incident: number, at: string, personId: string) {
    const page = {
      title: '',
      subtitle: '',
      tone: 'plain',
      facts: [],
      sections: [],
      buttons: [],
      fallback: '',
    } as const;
    const notice = {
      key: `test/${incident}`,
      kind: 'escalation',
      calls: [],
      incident,
      interrupts: true,
    } as const;
    const to = { kind: 'person', personId } as const;
    await addNotices(
      store.db,
      [{ ...notice, calls: [], to, page: { ...page, facts: [], sections: [], buttons: [] } }],
      new Date(at),
    );
    await sql`update notice_messages set sent_at = ${at}::timestamptz where person_id = ${personId}`.execute(
      store.db,
    );
  }

  async function once(look: Look): Promise<void> {
    const found = await look(5);
    if (typeof found !== 'number') await Promise.all(found.tasks.map((task) => task()));
  }

  const say = async (name: 'olivia' | 'adam' | 'lena', words: string) => {
    const { view, private: isPrivate } = await stage.desk.say(userOf(name), words, 'C0SOC', undefined);
    return { view, isPrivate, text: JSON.stringify(view) };
  };

  it('come at the local time of the day after clocks changed, once, about that day of 25 hours', async () => {
    stage.clock.now = Date.parse('2026-10-26T06:59:00Z');
    const look = await openDuties(stage.floor, digestDuties(stage.floor, crew), stage.stopping.signal);
    await once(look);
    const sent = async () =>
      (
        await sql<{
          key: string;
          page: PageView;
        }>`select key, page from notices where kind = 'digest'`.execute(store.db)
      ).rows;
    expect(await sent()).toEqual([]);
    stage.clock.now += 5 * 60_000;
    await once(look);
    for (const duty of digestDuties(stage.floor, crew))
      await duty.run(new Date('2026-10-26T07:00:00Z'), stage.stopping.signal);
    const [digest, ...others] = await sent();
    expect(others).toEqual([]);
    expect(digest?.key).toBe('digest/daily/2026-10-26T07:00:00.000Z/slack/C0SOC');
    const page = digest?.page as PageView;
    expect(page.title).toBe('Digest of Sunday 25 October');
    expect(page.facts[0]).toEqual({ label: 'New', value: '8, ▲ 8 more than the day before (0)' });
    expect(JSON.stringify(page)).toContain('1 restricted one is not counted');
    const text = JSON.stringify(page.sections);
    expect(text).toContain(
      'Proposed: silence it on host vm-scan-01; in 30 days that would have hidden 7, of which 0 true positives.',
    );
    expect(text).toContain('nobody has it since');
    expect(text).not.toContain('Secret');
    expect(page.buttons.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^take INC-\d+$/),
      expect.stringMatching(/^silence type=Port_Scan host=vm-scan-01 for 7d/),
    ]);
  });

  it('say nothing of rules, products and hosts in a room that is told only that incidents exist', async () => {
    const clearance = [{ ...socRoom, shows: 'existence' as const, hideHosts: false }];
    const strict = setStage(store, { clearance, digests: stage.floor.digests });
    strict.clock.now = Date.parse('2026-10-26T07:04:00Z');
    const { view } = await strict.desk.say(userOf('lena'), 'summary', 'C0SOC', undefined);
    const text = JSON.stringify(view);
    expect(text).toContain('Digest of Sunday 25 October');
    expect(text).not.toMatch(/Port_Scan|vm-scan|VM_Shell/);
  });

  it('are asked for with words, told apart by rule, with what each cost', async () => {
    const { text } = await say('adam', 'stats 2026-10-25..2026-10-26 --by rule');
    expect(text).toContain('Port_Scan');
    expect(text).toContain('1 interruption (1 at night)');
    expect(text).toContain('median 4 min');
    await expect(say('adam', 'stats --by person')).rejects.toThrow(/stats me/);
    await expect(say('adam', 'stats sometime')).rejects.toThrow(/7d/);
    for (const words of ['summary', 'summary daily', 'summary yesterday'])
      expect((await say('adam', words)).text).toContain('Digest of Sunday 25 October');
    expect((await say('adam', 'summary week')).text).toContain('Digest of 19 to 25 October');
    await expect(say('adam', 'summary today')).rejects.toThrow('stats today');
  });

  it("tell somebody alone how often they were called, and a lead how that was shared, by nobody's name", async () => {
    const mine = await say('adam', 'stats me 2026-10-25..2026-10-26');
    expect(mine.isPrivate).toBe(true);
    expect(mine.text).toContain('"Interruptions","value":"1,');
    expect(mine.text).not.toContain('How it was shared');
    const lead = await say('lena', 'stats me 2026-10-25..2026-10-26');
    expect(lead.text).toContain('Interruptions of each of 3 people: from 0 to 1, median 0.');
    for (const { name } of Object.values(company)) expect(lead.text).not.toContain(name);
  });

  it('are handed over as a file in the direct chat, where no cell is a formula, and again when the platform asks', async () => {
    await live({ type: "=cmd|' /C calc'!A0" }, ['2026-10-25T13:00:00Z'], []);
    await say('olivia', 'stats 2026-10-25..2026-10-25 --csv');
    await once(openHandingOverStats(stage.floor));
    const sent = stage.room.files.at(-1);
    const csv = new TextDecoder().decode(sent?.file.content);
    expect(csv.split('\r\n')[0]).toContain('by,name,new');
    expect(csv).toContain('rule,Port_Scan,7');
    expect(csv).toContain(`,'=cmd|`);
    expect(csv).not.toContain('Secret');
    const again = await stage.desk.file(userOf('olivia'), sent?.file.key ?? '');
    expect(Buffer.from(again.content).equals(Buffer.from(sent?.file.content ?? []))).toBe(true);
    await say('olivia', 'stats 2026-10-25..2026-10-25 --json --by rule');
    await once(openHandingOverStats(stage.floor));
    expect(JSON.parse(new TextDecoder().decode(stage.room.files.at(-1)?.file.content)).all.opened).toBe(9);
  });

  it('have a dashboard for each: what is theirs and nobody has, for leads the numbers, to them alone', async () => {
    const lead = await say('lena', 'dashboard');
    expect(lead.isPrivate).toBe(true);
    expect(lead.text).toContain('Nobody has: 4');
    expect(lead.text).toContain('Time to acknowledge');
    const { text } = await say('olivia', 'dashboard');
    expect(text).toContain('You have none.');
    expect(text).not.toContain('Time to acknowledge');
  });
});
