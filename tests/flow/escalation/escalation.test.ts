import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/azure/graph.ts';
import { FarSideError } from '../../../src/errors.ts';
import { auditAllCalls } from '../../../src/flow/escalation/audit-duty.ts';
import { beatWhereWell } from '../../../src/flow/escalation/heartbeat-duty.ts';
import { openPaging } from '../../../src/flow/escalation/paging.ts';
import { bot } from '../../../src/incident/incident.ts';
import type { PageEvent } from '../../../src/paging/pager.ts';
import { usualEscalation } from '../../../src/people/escalation-settings.ts';
import type { Database } from '../../../src/store/database.ts';
import { readAuditState } from '../../../src/store/escalation-audit.ts';
import { claimPages } from '../../../src/store/pages.ts';
import { adam, owner } from '../../incident/alerts.ts';
import { company, peopleOf } from '../../people/company.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { setLimitStage } from './stage.ts';

const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;

describe.each(databases)('limits on $name', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(kind);
  });
  // Each begins at the same hour: what one left would be due in the next.
  afterEach(() => sql`update incidents set watch_at = null`.execute(database.db));
  afterAll(() => database.close());

  it('are audited: calls that nobody made become one alert, and the heartbeat stops', async () => {
    let beats = 0;
    const heartbeat = {
      async beat() {
        beats += 1;
      },
    };
    const stage = setLimitStage(database, { heartbeat, lanesThatStand: () => [] });
    await stage.later(24 * 60);
    await auditAllCalls(stage.floor);
    expect((await readAuditState(database.db)).missed).toEqual([]);
    await beatWhereWell(stage.floor);
    expect(beats).toBe(1);

    const [incident, another] = [await stage.incident(), await stage.incident()];
    // Nobody looks, although it is time.
    stage.clock.now += 20 * 60_000;
    await auditAllCalls(stage.floor);
    await auditAllCalls(stage.floor);
    await beatWhereWell(stage.floor);
    expect(beats).toBe(1);
    const raised = await sql<{ body: { title: string; description: string } }>`
      select body::jsonb as body from raw_alerts where body like '%call-missed%'`.execute(database.db);
    const names = `INC-${incident.id}, INC-${another.id}`;
    expect(raised.rows.map(({ body }) => body.title)).toEqual([
      `Somebody was to be called about ${names}, and may not have been`,
    ]);
    for (const { id } of [incident, another])
      expect(raised.rows[0]?.body.description).toContain(`Step 1 of INC-${id}, `);

    await stage.later(0);
    await auditAllCalls(stage.floor);
    expect((await readAuditState(database.db)).missed).toEqual([]);
    await beatWhereWell(stage.floor);
    expect(beats).toBe(2);
  });

  it('are audited: a call of which each message failed is missed, one that nobody needs any more is not', async () => {
    const stage = setLimitStage(database);
    const shownNowhere = await stage.incident();
    await sql`delete from cards where incident_id = ${shownNowhere.id}`.execute(database.db);
    const [lost, waiting, taken] = [await stage.incident(), await stage.incident(), await stage.incident()];
    const ours = [shownNowhere, lost, waiting, taken].map(({ id }) => id);
    // The very first calls: none of them has more than a direct message.
    stage.clock.now += 9 * 60_000;
    await stage.look();
    const set = (id: number, failure: string | null) =>
      sql`
      update notice_messages m set failure = ${failure},
        shown_revision = case when ${failure}::text is null then 0 else wanted_revision end
      from notices n where n.id = m.notice_id and n.incident_id = ${id}`.execute(database.db);
    await set(lost.id, 'forbidden');
    await set(waiting.id, null);
    await set(taken.id, null);
    await sql`
      insert into notices (key, kind, incident_id, while_status, interrupts, page, at)
      select key || '/thread', kind, incident_id, while_status, true, page, at from notices
      where incident_id = ${shownNowhere.id}`.execute(database.db);
    await sql`
      delete from notices where incident_id = ${shownNowhere.id} and not key like '%/thread'`.execute(
      database.db,
    );
    await stage.does(taken, { type: 'take', as: owner(adam) }, adam);
    const found = async () => {
      await auditAllCalls(stage.floor);
      const { missed } = await readAuditState(database.db);
      return missed.flatMap(({ incident, what }) => (ours.includes(incident) ? [[incident, what]] : []));
    };
    expect(await found()).toEqual([
      [lost.id, `The call escalation/${lost.id}/1/1 reached nobody: no message of it could be sent.`],
    ]);
    await stage.does(lost, { type: 'take', as: owner(adam) }, adam);
    stage.clock.now += 11 * 60_000;
    await stage.look();
    await stage.send();
    await set(waiting.id, null);
    await sql`
      update notice_messages m set sent_at = null from notices n
      where n.id = m.notice_id and n.key like ${`escalation/${waiting.id}/1/1/%`}`.execute(database.db);
    expect(await found()).toEqual([
      [waiting.id, `The message of the call escalation/${waiting.id}/1/1 is not sent yet.`],
    ]);
    await sql`delete from notices`.execute(database.db);
  });

  it('call one after the other while nobody acknowledges, and tell each what to do', async () => {
    const stage = setLimitStage(database);
    const incident = await stage.incident();
    await stage.later(8);
    expect(await stage.calls(incident)).toEqual([]);
    await stage.later(1);
    // Nobody is on call and nobody has it: whoever responds is reminded.
    expect(await stage.calls(incident)).toEqual(['reminded 1 Olivia by direct']);
    expect(stage.posted[0]?.spot.conversation).toBe('D0OLIVIA');
    expect(stage.posted[0]?.page.subtitle).toBe('Nobody has acknowledged it: 6 min left.');

    await stage.later(6);
    const direct = stage.posted.findLast(({ spot }) => spot.conversation === 'D0OLIVIA');
    const thread = stage.posted.find(({ spot }) => spot.thread);
    expect(direct?.page.title).toContain(`INC-${incident.id} needs you`);
    expect(direct?.page.buttons.map(({ words }) => words)).toEqual([
      `take INC-${incident.id}`,
      `ack INC-${incident.id}`,
      `show INC-${incident.id}`,
    ]);
    expect(thread).toMatchObject({ spot: { thread: `card ${incident.id}` }, to: ['Olivia Marsh'] });
    expect((await stage.now(incident)).escalation?.missed).toMatchObject({ limit: 'acknowledge' });

    // Looking again, or by another replica at the same time, calls nobody again.
    await Promise.all([stage.look(), stage.look()]);
    await stage.send();
    expect(stage.posted).toHaveLength(3);

    await stage.later(30);
    expect(await stage.calls(incident)).toEqual([
      'reminded 1 Olivia by direct',
      'escalated 2 Olivia by direct+mention',
      'escalated 3 Adam by direct',
      'escalated 4 Lena by direct',
      'escalated 5 Marcus by direct',
    ]);
    await stage.does(incident, { type: 'take', as: owner(adam) }, adam);
    await stage.later(24 * 60);
    expect((await stage.calls(incident)).slice(5)).not.toContain('escalated 1');
  });

  it('are done in order at their own times after an outage, and a reminder that is too late is not sent', async () => {
    const stage = setLimitStage(database);
    const incident = await stage.incident();
    const opened = stage.clock.now;
    await stage.later(31);
    expect(await stage.calls(incident)).toEqual([
      'reminded 1 Olivia by nothing',
      'escalated 2 Olivia by direct',
      'escalated 3 Adam by direct',
      'escalated 4 Lena by direct+mention',
    ]);
    const { rows } = await sql<{ due: string }>`
      select data ->> 'dueAt' as due from incident_events
      where incident_id = ${incident.id} and type in ('escalated', 'reminded') order by version`.execute(
      database.db,
    );
    expect(rows.map(({ due }) => (Date.parse(due) - opened) / 60_000)).toEqual([9, 15, 22.5, 30]);
    expect(stage.posted.map(({ spot }) => spot.conversation).sort()).toEqual([
      'C0SOC',
      'D0ADAM',
      'D0LENA',
      'D0OLIVIA',
    ]);
  });

  it('call whoever is on call, first and second, where there is a rota', async () => {
    const onCall = {
      rotas: () => ['soc'],
      rotaFor: () => 'soc',
      on: async () => [company.adam, company.lena],
    };
    const stage = setLimitStage(database, { onCall });
    const incident = await stage.incident();
    await stage.later(23);
    expect(await stage.calls(incident)).toEqual([
      'reminded 1 Adam by nothing',
      'escalated 2 Adam by direct',
      'escalated 3 Lena by direct+mention',
    ]);
    // Lena is a lead, too, and was called already: the next one up is called.
    await stage.later(7);
    expect((await stage.calls(incident)).at(-1)).toBe('escalated 4 Marcus by direct+mention');
  });

  it('wait for the directory after a start, and call nobody who has left', async () => {
    const listed = [company.adam, company.lena].map((one) => ({
      ...{ id: one.id, name: one.name, upn: one.upn, mail: one.upn, guest: false, enabled: true },
    }));
    let isAway = true;
    const answer = async <T>(what: T): Promise<T> => {
      if (isAway) throw new FarSideError('azure', 'unavailable', 'Microsoft Graph does not answer.');
      return what;
    };
    const group = (id: string, role: 'analyst' | 'lead') => ({ id, name: role, roles: [role] });
    const directory: Graph = {
      user: (id) => answer(listed.find((one) => one.id === id)),
      members: (id) =>
        answer(listed.filter((one) => one.id === (id === 'a' ? company.adam.id : company.lena.id))),
      withAddress: () => answer([]),
      managerOf: () => answer(undefined),
    };
    let now = 0;
    const links = { slackIdsOf: async (id: string) => [id === company.adam.id ? 'U0ADAM' : 'U0LENA'] };
    const groups = [group('a', 'analyst'), group('l', 'lead')];
    const crew = peopleOf([], { directory, groups, links, now: () => now });
    const stage = setLimitStage(database, {}, crew);
    const incident = await stage.incident();
    await stage.later(16);
    expect(await stage.calls(incident)).toEqual([]);
    isAway = false;
    now += 60_000;
    stage.clock.now += 2 * 60_000;
    while ((await stage.look()) === 0);
    expect((await stage.calls(incident)).at(-1)).toBe('escalated 2 Adam by direct+mention');
    // Sent after another start: they are known once the directory answers.
    isAway = true;
    const fresh = peopleOf([], { directory, groups, links, now: () => now });
    const again = setLimitStage(database, {}, fresh);
    again.clock.now = stage.clock.now;
    await again.send();
    expect(again.posted).toEqual([]);
    isAway = false;
    now += 60_000;
    await sql`update notice_messages set show_after = now()`.execute(database.db);
    await again.send();
    expect(again.posted.map(({ spot }) => spot.conversation)).toContain('D0ADAM');
    // Adam took it and has left: somebody else is asked.
    await stage.does(incident, { type: 'take', as: owner(adam) }, adam);
    const [gone] = listed;
    if (gone) gone.enabled = false;
    now += 6 * 60_000;
    await stage.later(24 * 60);
    expect((await stage.calls(incident)).filter((call) => call.includes('Adam'))).toHaveLength(1);
    await stage.does(incident, { type: 'close', closing }, adam);
  });

  it('call in person where a mention or a room would not say what it is about', async () => {
    const [usual] = usualEscalation.policies;
    if (!usual) throw new Error('There is no usual policy.');
    const step = { limit: 'acknowledge' as const, how: ['mention' as const] };
    const room = { room: { channel: 'slack' as const, conversation: 'C0SOC' } };
    const chain = [
      { ...step, after: { minutes: 5 }, whom: 'on-call' as const },
      { ...step, after: { minutes: 10 }, whom: room },
    ];
    const stage = setLimitStage(database, {
      escalation: { ...usualEscalation, policies: [{ ...usual, chain }] },
    });
    const incident = await stage.incident();
    await stage.does(incident, { type: 'restrict', to: [owner(adam)] }, bot);
    await stage.later(11);
    expect(await stage.calls(incident)).toEqual(['escalated 1 Adam by direct', 'escalated 2 Adam by direct']);
    await stage.does(incident, { type: 'close', closing }, adam);
  });

  it('call a person by address who is no analyst, and ring no telephone to practise', async () => {
    const [usual] = usualEscalation.policies;
    if (!usual) throw new Error('There is no usual policy.');
    const whom = { person: 'marcus@contoso.com' };
    const chain = [{ limit: 'acknowledge' as const, after: { minutes: 5 }, whom, how: ['direct' as const] }];
    const pager = { send: async (_: PageEvent) => {} };
    const escalation = { ...usualEscalation, policies: [{ ...usual, chain }] };
    const stage = setLimitStage(database, { escalation, pager });
    const incident = await stage.incident();
    await stage.later(6);
    expect(await stage.calls(incident)).toEqual(['escalated 1 Marcus by direct']);
    const drill = await stage.incident({ source: 'drill' });
    await stage.say('adam', `escalate INC-${drill.id}`);
    expect((await stage.calls(drill)).at(-1)).toMatch(/ by direct(\+mention)?$/);
    for (const { id } of [incident, drill]) await stage.say('adam', `close INC-${id} undetermined`);
  });

  it('ask whoever has it and does nothing, and put it back into the queue without an answer', async () => {
    const stage = setLimitStage(database);
    const incident = await stage.incident();
    await stage.does(incident, { type: 'take', as: owner(adam) }, adam);
    await stage.later(120);
    const asked = stage.posted.at(-1);
    expect(asked?.page.title).toBe(`Are you still on INC-${incident.id}?`);
    // Pressing is saying.
    await stage.later(1);
    await stage.say('adam', asked?.page.buttons[0]?.words ?? '');
    await stage.later(31);
    expect((await stage.now(incident)).owner?.name).toBe('Adam Keller');
    await stage.later(120 - 31);
    await stage.later(30);
    const back = await stage.now(incident);
    expect([back.status, back.owner]).toEqual(['new', undefined]);
    const { rows } = await sql<{ wanted: number }>`
      select wanted_version as wanted from alerts where incident_id = ${incident.id}`.execute(database.db);
    // Azure is told as well.
    expect(rows[0]?.wanted).toBe((await stage.now(incident)).version);
  });

  it('tell nobody of a restricted incident but whom it names, and stand still while it is silenced', async () => {
    const stage = setLimitStage(database);
    const restricted = await stage.incident();
    await stage.does(restricted, { type: 'restrict', to: [owner(adam)] }, bot);
    const quiet = await stage.incident();
    const until = new Date(stage.clock.now + 60 * 60_000).toISOString();
    await stage.does(quiet, { type: 'silence', silence: 'SIL-1', until, reason: 'maintenance' }, bot);
    await stage.later(50);
    expect(new Set((await stage.calls(restricted)).map((call) => call.split(' ')[2]))).toEqual(
      new Set(['Adam']),
    );
    expect(stage.posted.map(({ spot }) => spot.conversation)).not.toContain('C0SOC');
    expect(await stage.calls(quiet)).toEqual([]);
    await stage.later(20);
    expect(await stage.calls(quiet)).toEqual(['reminded 1 Olivia by direct']);
  });

  it('are escalated by hand: the next one now, or somebody by name', async () => {
    const stage = setLimitStage(database);
    const incident = await stage.incident();
    expect(await stage.say('olivia', `escalate INC-${incident.id} "customers are affected"`)).toContain(
      'is called',
    );
    expect(await stage.say('adam', `escalate INC-${incident.id} to Lena`)).toContain(
      'Lena Fischer is called',
    );
    await stage.send();
    const direct = stage.posted.find(({ spot }) => spot.conversation === 'D0OLIVIA');
    expect(direct?.page.subtitle).toBe('Olivia Marsh: customers are affected');
    // The reminder before it is not due any more.
    await stage.later(16);
    expect(await stage.calls(incident)).toEqual([
      'escalated 2 Olivia by direct+mention',
      'escalated - Lena by direct+mention',
    ]);
    const low = await stage.incident({ severity: 'low' });
    expect(await stage.say('adam', `escalate INC-${low.id}`)).toContain('is called');
    expect(await stage.calls(low)).toEqual(['escalated - Olivia by direct+mention']);
  });

  it('ring a paging service once an incident, and tell it when somebody has it', async () => {
    const events: PageEvent[] = [];
    const pager = {
      async send(event: PageEvent) {
        events.push(event);
      },
    };
    const stage = setLimitStage(database, { pager });
    const paging = openPaging(stage.floor, pager);
    const told = async () => {
      const found = await paging(20);
      if (typeof found !== 'number') await Promise.all(found.tasks.map((task) => task()));
      return events.map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`);
    };
    const incident = await stage.incident();
    const key = `watchfloor-INC-${incident.id}`;
    await stage.later(15);
    expect(await told()).toEqual([`trigger ${key}`]);
    expect(events[0]?.payload).toMatchObject({ severity: 'critical', class: 'acknowledge' });
    expect(await told()).toHaveLength(1);
    await stage.does(incident, { type: 'take', as: owner(adam) }, adam);
    expect((await told()).at(-1)).toBe(`acknowledge ${key}`);
    const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
    await stage.does(incident, { type: 'close', closing }, adam);
    expect((await told()).at(-1)).toBe(`resolve ${key}`);
    expect(await told()).toHaveLength(3);
  });

  describe('once the answer of a paging service to a call is lost', () => {
    const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
    const timeout = new FarSideError('paging', 'timeout', 'The paging service did not answer in time.');
    const died = new Error('The process died before it wrote down what the service took.');

    /** An incident of which the service was to call somebody, and what became of that. */
    async function callOnce(failure: Error | undefined) {
      const events: string[] = [];
      let fails = failure;
      const pager = {
        async send({ event_action }: PageEvent) {
          events.push(event_action);
          if (fails) throw fails;
        },
      };
      const stage = setLimitStage(database, { pager });
      const paging = openPaging(stage.floor, pager);
      const incident = await stage.incident();
      // Neither the pause after a failure nor the lease of a process that died is waited for.
      const look = async () => {
        await sql`update pages set try_after = '-infinity', leased_by = null where incident_id = ${incident.id}`.execute(
          database.db,
        );
        const found = await paging(20);
        if (typeof found !== 'number') await Promise.allSettled(found.tasks.map((task) => task()));
        return events;
      };
      await stage.later(15);
      expect(await look()).toEqual(['trigger']);
      fails = undefined;
      return { stage, incident, look };
    }

    it.each([
      ['it did not answer in time', timeout],
      ['we died before we wrote it down', died],
    ])('no telephone rings on when somebody acknowledges and closes: %s', async (_, failure) => {
      const { stage, incident, look } = await callOnce(failure);
      await stage.does(incident, { type: 'take', as: owner(adam) }, adam);
      expect(await look()).toEqual(['trigger', 'acknowledge']);
      await stage.does(incident, { type: 'close', closing }, adam);
      expect(await look()).toEqual(['trigger', 'acknowledge', 'resolve']);
      expect(await look()).toHaveLength(3);
    });

    it.each([
      ['it did not answer in time', timeout],
      ['we died before we wrote it down', died],
    ])('no telephone rings on when the incident is closed at once: %s', async (_, failure) => {
      const { stage, incident, look } = await callOnce(failure);
      await stage.does(incident, { type: 'close', closing }, adam);
      expect(await look()).toEqual(['trigger', 'resolve']);
      expect(await look()).toHaveLength(2);
    });

    it('the call is made again while nobody has the incident', async () => {
      const { look } = await callOnce(timeout);
      expect(await look()).toEqual(['trigger', 'trigger']);
      expect(await look()).toHaveLength(2);
    });

    it('no telephone rings on when somebody acknowledges after it rang anew and that answer was lost', async () => {
      const { stage, incident, look } = await callOnce(undefined);
      await stage.does(incident, { type: 'take', as: owner(adam) }, adam);
      expect((await look()).at(-1)).toBe('acknowledge');
      // Called anew while nobody has it, and the process died with the call under way.
      await sql`update incidents set status = 'new' where id = ${incident.id}`.execute(database.db);
      await sql`update pages set calls = calls + 1 where incident_id = ${incident.id}`.execute(database.db);
      await claimPages(database.db, { limit: 20, leaseSeconds: 30, replica: stage.floor.replica.id });
      await sql`update incidents set status = 'active' where id = ${incident.id}`.execute(database.db);
      expect(await look()).toEqual(['trigger', 'acknowledge', 'acknowledge']);
    });

    it('a service that refused the call is told no more of it', async () => {
      const refused = new FarSideError('paging', 'auth', 'The paging service answered 401.');
      const { stage, incident, look } = await callOnce(refused);
      await stage.does(incident, { type: 'close', closing }, adam);
      expect(await look()).toEqual(['trigger']);
    });
  });
});
