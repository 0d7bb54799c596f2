import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ref, Spot } from '../../../src/channels/channel.ts';
import type { PageView } from '../../../src/channels/page-view.ts';
import { FarSideError } from '../../../src/errors.ts';
import { openNotices } from '../../../src/flow/notices/send.ts';
import { tidy } from '../../../src/flow/tidy.ts';
import type { Database } from '../../../src/store/database.ts';
import { addNotices, type Notice, reviseNotice } from '../../../src/store/notices.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { company, peopleOf } from '../../people/company.ts';
import { appendTo, openStore, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, openRoom, people, setStage } from '../queries/stage.ts';

const page: PageView = {
  title: 'Reverse shell on vm-pay-web-01',
  subtitle: '',
  tone: 'urgent',
  facts: [],
  sections: [],
  buttons: [],
  fallback: 'Reverse shell on vm-pay-web-01 waits.',
};
const room = { kind: 'room', channel: 'slack', conversation: inRoom.conversation } as const;

describe.each(databases)('notices on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(() => sql`delete from notices`.execute(store.db));
  afterAll(() => store.close());

  let count = 0;
  const about = (changes: Partial<Notice> = {}): Notice => {
    count += 1;
    return {
      key: `test/${count}`,
      kind: 'escalation',
      to: room,
      calls: [],
      incident: undefined,
      page,
      interrupts: true,
      ...changes,
    };
  };

  function setUp(changes: Parameters<typeof setStage>[1] = {}) {
    const shown: { spot: Spot; mark: string; pages: PageView[]; to: string[] }[] = [];
    const fail: { direct?: FarSideError; post?: FarSideError; postAfter?: FarSideError } = {};
    const platform = {
      ...openRoom(),
      async direct(userId: string) {
        if (fail.direct) throw fail.direct;
        return `D ${userId}`;
      },
      async postPage(spot: Spot, view: PageView, mark: string, to: { userId: string }[]) {
        if (fail.post) throw fail.post;
        shown.push({ spot, mark, pages: [view], to: to.map(({ userId }) => userId) });
        if (fail.postAfter) throw fail.postAfter;
        return { conversation: spot.conversation, message: mark };
      },
      async updatePage({ message }: Ref, view: PageView, to: { userId: string }[]) {
        const one = shown.find(({ mark }) => mark === message);
        one?.pages.push(view);
        if (one) one.to = to.map(({ userId }) => userId);
      },
      find: async (conversation: string, mark: string) =>
        shown.some((one) => one.mark === mark) ? { conversation, message: mark } : undefined,
    };
    const stage = setStage(store, { room: platform, ...changes });
    const look = openNotices(stage.floor, peopleOf(people));
    const send = async () => {
      for (;;) {
        const found = await look(10);
        if (typeof found === 'number' || found.tasks.length === 0) return;
        await Promise.all(found.tasks.map((task) => task()));
      }
    };
    const add = (...notices: Notice[]) =>
      store.db.transaction().execute((trx) => addNotices(trx, notices, stage.floor.now()));
    return { ...stage, shown, fail, send, add };
  }

  const afterPauses = () => sql`update notice_messages set show_after = '-infinity'`.execute(store.db);

  it('are said once, though they are asked for again and a post is in doubt', async () => {
    const { add, send, shown, fail } = setUp();
    const notice = about();
    await add(notice);
    await add(notice);
    fail.postAfter = new FarSideError('slack', 'timeout', 'The answer was lost.');
    await send();
    delete fail.postAfter;
    await afterPauses();
    await send();
    expect(shown).toHaveLength(1);
  });

  it('to a person wait for a chat that is out, and mention whom they call', async () => {
    const { add, send, shown, fail } = setUp();
    const olivia = { kind: 'person', personId: company.olivia.id } as const;
    await add(about({ to: olivia }), about({ calls: [company.adam.id, company.olivia.id] }));
    fail.direct = new FarSideError('slack', 'unavailable', 'Slack is out.');
    await send();
    expect(shown.map(({ to }) => to)).toEqual([['U0ADAM', 'U0OLIVIA']]);
    delete fail.direct;
    await afterPauses();
    await send();
    expect(shown[1]).toMatchObject({ spot: { conversation: 'D U0OLIVIA' }, to: [] });
  });

  it('stand in the thread of the card, and are edited when they say something else', async () => {
    const { add, send, shown } = setUp();
    const { conversation } = inRoom;
    const incident = await storeIncident(store.db, { places: [{ channel: 'slack', conversation }] });
    const notice = about({ to: { kind: 'thread' }, incident: incident.id });
    await add(notice);
    await send();
    expect(shown).toEqual([]);
    await sql`
      update cards set ref = ${JSON.stringify({ conversation, message: '7.1' })}::jsonb, shown_revision = wanted_revision
      where incident_id = ${incident.id}`.execute(store.db);
    await send();
    expect(shown[0]?.spot).toEqual({ conversation, thread: '7.1' });
    await reviseNotice(store.db, notice.key, { ...page, title: 'Olivia Marsh has it' });
    await send();
    expect(shown).toHaveLength(1);
    expect(shown[0]?.pages.at(-1)?.title).toBe('Olivia Marsh has it');
  });

  it('about a restricted incident reach nobody but those who may see it', async () => {
    const { add, send, shown } = setUp();
    const incident = await storeIncident(store.db);
    const { id, name, upn } = company.lena;
    await appendTo(store.db, incident, { type: 'restricted', to: [{ id, name, upn }] });
    await add(
      about({ incident: incident.id }),
      about({ incident: incident.id, to: { kind: 'person', personId: company.olivia.id } }),
      about({ incident: incident.id, to: { kind: 'person', personId: id } }),
    );
    await send();
    expect(shown.map(({ spot }) => spot.conversation)).toEqual(['D U0LENA']);
  });

  it('name nobody in a room that hides personal details', async () => {
    const { conversation } = inRoom;
    const { add, send, shown } = setUp({
      clearance: [{ channel: 'slack', conversation, shows: 'masked', hideHosts: false }],
    });
    const entities = [
      { kind: 'account' as const, name: 'Adam Keller', upn: 'adam@contoso.com', oid: company.adam.id },
    ];
    const alert = defenderAlert({ sourceId: crypto.randomUUID(), entities });
    const incident = await storeIncident(store.db, { alert });
    await add(
      about({ incident: incident.id, page: { ...page, title: 'Sign-in of adam@contoso.com is odd' } }),
    );
    await send();
    expect(shown[0]?.pages[0]?.title).toContain('Sign-in of');
    expect(JSON.stringify(shown)).not.toContain('adam@contoso.com');
  });

  it('about what somebody has by now are not sent, but for the calls of whoever has it', async () => {
    const { add, send, shown, fail } = setUp();
    const incident = await storeIncident(store.db);
    const call = { incident: incident.id, to: { kind: 'person', personId: company.lena.id } } as const;
    await add(about({ ...call, whileStatus: 'new' }));
    fail.direct = new FarSideError('slack', 'unavailable', 'Slack is out.');
    await send();
    delete fail.direct;
    const taken = await appendTo(store.db, incident, { type: 'acknowledged' });
    await add(about({ ...call, whileStatus: 'active' }), about({ ...call, whileStatus: 'new' }));
    await afterPauses();
    await send();
    expect(shown).toHaveLength(1);
    await add(about({ ...call, whileStatus: 'active' }));
    await appendTo(store.db, taken, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    await send();
    expect(shown).toHaveLength(1);
    const { rows } = await sql`select from notice_messages where behind`.execute(store.db);
    expect(rows).toEqual([]);
  });

  it('are taken back where they stand once their incident is for others only, and told again when it is for all', async () => {
    const { add, send, shown } = setUp();
    const incident = await storeIncident(store.db);
    await add(about({ incident: incident.id, calls: [company.adam.id], whileStatus: 'new' }));
    await send();
    expect(shown[0]?.to).toEqual(['U0ADAM']);
    const { id, name, upn } = company.lena;
    const restricted = await appendTo(store.db, incident, { type: 'restricted', to: [{ id, name, upn }] });
    await send();
    const title = `INC-${incident.id} · restricted incident`;
    const bare = { title, subtitle: '', facts: [], sections: [], buttons: [], fallback: title };
    expect(shown[0]?.pages[1]).toMatchObject(bare);
    expect(shown[0]?.to).toEqual([]);
    await appendTo(store.db, restricted, { type: 'unrestricted' });
    await send();
    expect(shown[0]?.pages[2]).toEqual(page);
    expect(shown).toHaveLength(1);
  });

  it('that were drawn for a chosen room are told there, however little it is shown, unless their incident is restricted', async () => {
    const { conversation } = inRoom;
    const { add, send, shown } = setUp({
      clearance: [{ channel: 'slack', conversation, shows: 'existence', hideHosts: false }],
    });
    const incident = await storeIncident(store.db);
    const update = { ...page, title: `Update on INC-${incident.id}`, fallback: 'There is news.' };
    await add(
      about({ incident: incident.id, kind: 'escalation' }),
      about({ incident: incident.id, kind: 'update', page: update }),
      about({ incident: incident.id, kind: 'clock', page: update }),
    );
    await send();
    expect(shown.map(({ pages }) => pages)).toEqual([[update], [update]]);
    const { id, name, upn } = company.lena;
    await appendTo(store.db, incident, { type: 'restricted', to: [{ id, name, upn }] });
    await add(about({ incident: incident.id, kind: 'update', page: update }));
    await send();
    expect(shown).toHaveLength(2);
    expect(shown[0]?.pages.at(-1)?.title).toBe(`INC-${incident.id} · restricted incident`);
  });

  it('count as one interruption of whom they mention in two rooms, and of whom they go to', async () => {
    const { add, send } = setUp();
    const incident = await storeIncident(store.db, {
      places: ['C0SOC', 'C0LEADS'].map((conversation) => ({ channel: 'slack' as const, conversation })),
    });
    await sql`
      update cards set ref = jsonb_build_object('conversation', conversation, 'message', '7.1') 
      where incident_id = ${incident.id}`.execute(store.db);
    await add(
      about({ incident: incident.id, to: { kind: 'thread' }, calls: [company.adam.id] }),
      about({ to: { kind: 'person', personId: company.olivia.id } }),
      about({ to: { kind: 'person', personId: company.lena.id }, interrupts: false }),
    );
    await send();
    const { rows } = await sql<{ person_id: string }>`
      select person_id from interruptions order by person_id`.execute(store.db);
    expect(rows.map((row) => row.person_id)).toEqual([company.olivia.id, company.adam.id]);
  });

  it('are kept for as long as numbers tell of them, and no longer', async () => {
    const { add } = setUp();
    await add(about({ key: 'old' }), about({ key: 'young' }));
    await sql`update notices set at = now() - interval '999 days' where key = 'young'`.execute(store.db);
    await sql`update notices set at = now() - interval '1001 days' where key = 'old'`.execute(store.db);
    const keep = { rawDays: 7, refusedDays: 90, queryDays: 7, closedDays: 400 };
    await tidy(store.db, keep, pino({ level: 'silent' }));
    const { rows } = await sql<{ key: string }>`
      select key from notices n join notice_messages m on m.notice_id = n.id`.execute(store.db);
    expect(rows).toEqual([{ key: 'young' }]);
  });
});
