import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { PageView } from '../../../src/channels/page-view.ts';
import { FarSideError } from '../../../src/errors.ts';
import { calendarKey, giveCalendar } from '../../../src/flow/on-call/calendar.ts';
import { lookingAhead } from '../../../src/flow/on-call/look-ahead.ts';
import { openOnCall } from '../../../src/flow/on-call/on-call.ts';
import { readingSchedules } from '../../../src/flow/on-call/read-schedules.ts';
import { onCallPolicy } from '../../../src/people/rota-settings.ts';
import type { Schedule } from '../../../src/schedules/schedule.ts';
import type { Database } from '../../../src/store/database.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { company, peopleOf } from '../../people/company.ts';
import { openStore, storeIncident } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { inRoom, setStage, people as staged, userOf } from '../queries/stage.ts';

const policyOf = (yaml: string) => onCallPolicy(z.record(z.string(), z.array(z.string()))).parse(parse(yaml));

/** Saturday, the 21st of November 2026, 11:00 in Berlin: Adam's day began at nine. */
const policy = policyOf(`
    timeZone: Europe/Berlin
    rotas:
      soc:
        layers:
          - { name: first, members: [olivia@contoso.com, adam@contoso.com], every: daily, start: 2026-11-02 }
          - { name: lead, members: [lena@contoso.com], start: 2026-11-02 }
      cloud:
        match: { product: ["Kubernetes*"] }
        layers:
          - { name: first, schedule: { pagerDuty: P1 } }
          - { name: second, members: [guest@partner.example], start: 2026-11-02 }`);

/** Lena is the other one, day and night. */
const inPairs = policyOf(`
    timeZone: Europe/Berlin
    rotas:
      soc:
        layers:
          - name: first
            pairs: true
            shifts:
              - { name: one, members: [olivia@contoso.com, adam@contoso.com], every: daily, start: 2026-11-02 }
              - { name: other, members: [lena@contoso.com], start: 2026-11-02 }`);

describe.each(databases)('who is on call, on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(async () => {
    for (const table of [
      'on_call_overrides',
      'on_call_swaps',
      'on_call_schedules',
      'on_call_troubles',
      'notices',
    ])
      await sql`delete from ${sql.table(table)}`.execute(store.db);
  });
  afterAll(() => store.close());

  function setUp(schedule: Partial<Schedule> = {}, rotas = policy) {
    const kept: Schedule = {
      key: 'pagerduty P1',
      title: 'PagerDuty schedule P1',
      read: async () => [],
      ...schedule,
    };
    const stage = setStage(store, { rotas: { policy: rotas, schedules: [kept] } });
    const people = peopleOf([...staged, company.guest]);
    stage.floor.onCall = openOnCall(stage.floor, people);
    const on = async (rota: string, at = new Date(stage.clock.now)) =>
      (await stage.floor.onCall.on(rota, at)).map(({ name }) => name);
    const say = async (who: Parameters<typeof userOf>[0], text: string): Promise<PageView> => {
      const { view } = await stage.desk.say(userOf(who), text, inRoom.conversation, undefined, inRoom);
      if (view.kind !== 'page') throw new Error(`No page: ${JSON.stringify(view)}`);
      return view.page;
    };
    const notices = async () => {
      const { rows } = await sql<{ key: string; page: PageView; to: string }>`
        select n.key, n.page, coalesce(m.person_id, m.conversation) as to
        from notices n join notice_messages m on m.notice_id = n.id order by n.at, n.key`.execute(store.db);
      return rows;
    };
    return { ...stage, people, on, say, notices };
  }
  const lines = ({ sections }: PageView) =>
    sections.flatMap(({ body }) =>
      body.kind === 'lines' ? body.lines.map(({ lead, text }) => `${lead}: ${text}`) : [],
    );

  it('is told now and next, in the zone of the rota, and for a time that is typed', async () => {
    const { say, on } = setUp();
    expect(await on('soc')).toEqual(['Adam Keller', 'Lena Fischer']);
    const page = await say('adam', 'oncall soc');
    expect(page.subtitle).toBe('Sat 21 Nov 11:00, by the clock of Europe/Berlin');
    expect(lines(page).slice(0, 2)).toEqual([
      'first: Adam Keller until Sun 22 Nov 09:00',
      'first, then: Olivia Marsh, Sun 22 Nov 09:00 to Mon 23 Nov 09:00',
    ]);
    expect(lines(page)).toContain('lead: Lena Fischer');
    const friday = await say('olivia', 'oncall soc --at "friday 03:00"');
    expect(lines(friday)[0]).toBe('first: Olivia Marsh until Fri 27 Nov 09:00');
    const both = await say('olivia', 'oncall');
    expect(both.fallback).toContain('soc: Adam Keller, Lena Fischer; cloud: guest@partner.example');
    await expect(say('olivia', 'oncall tills')).rejects.toThrow('There are: soc, cloud');
  });

  it('follows incidents to the rota that is meant for them, and leaves out who cannot be called', async () => {
    const { floor, on } = setUp();
    const ours = await storeIncident(store.db, { alert: defenderAlert({ sourceId: crypto.randomUUID() }) });
    const clouds = await storeIncident(store.db, {
      alert: defenderAlert({ sourceId: crypto.randomUUID(), product: 'Kubernetes Service' }),
    });
    expect([floor.onCall.rotaFor(ours), floor.onCall.rotaFor(clouds)]).toEqual(['soc', 'cloud']);
    expect(await on('cloud')).toEqual([]);
    expect(await on('nowhere')).toEqual([]);
  });

  it('changes where somebody takes over, who is told, and takes it back from now on', async () => {
    const { say, on, notices, noted, clock } = setUp();
    const page = await say(
      'lena',
      'oncall override olivia "Adam Keller"'.replace('"Adam Keller"', 'today 12:00 to 18:00') +
        ' --reason dentist',
    );
    expect(page.subtitle).toMatch(/^Sat 21 Nov 12:00 to Sat 21 Nov 18:00.*Override \d+$/);
    expect(await on('soc')).toEqual(['Adam Keller', 'Lena Fischer']);
    clock.now += 2 * 3_600_000;
    expect(await on('soc')).toEqual(['Olivia Marsh', 'Lena Fischer']);
    expect(lines(await say('adam', 'oncall soc'))[0]).toMatch(
      /^first: Olivia Marsh \(override \d+ by Lena Fischer: dentist\) until/,
    );
    expect((await notices()).map(({ to }) => to).toSorted()).toEqual(
      [company.olivia.id, company.adam.id].toSorted(),
    );
    const [, number] = /Override (\d+)/.exec(page.subtitle) ?? [];
    await expect(say('adam', `oncall undo ${number}`)).rejects.toThrow('for lead, manager, admin');
    await say('olivia', `oncall undo ${number}`);
    expect(await on('soc')).toEqual(['Adam Keller', 'Lena Fischer']);
    // Whoever has to be there again is told as well.
    const undone = (await notices()).filter(({ key }) => key.startsWith(`on-call/undo/${number}/`));
    expect(undone.map(({ to }) => to).toSorted()).toEqual([company.adam.id, company.lena.id].toSorted());
    // Who was on call for the hour before stays on record as they were.
    expect(await on('soc', new Date(clock.now - 1_000))).toEqual(['Olivia Marsh', 'Lena Fischer']);
    await expect(say('olivia', `oncall undo ${number}`)).rejects.toThrow('no override');
    expect(noted.map(({ type }) => type)).toEqual(['on-call-changed', 'denied', 'on-call-changed']);
  });

  it('is nobody’s to give away: one may take a turn oneself, leads may give it', async () => {
    const { say } = setUp();
    await expect(say('adam', 'oncall override olivia sunday')).rejects.toThrow('oncall-override');
    await say('adam', 'oncall override me sunday 10:00 for 2h');
    await expect(say('lena', 'oncall override adam someday')).rejects.toThrow('I cannot tell when');
    await expect(say('lena', 'oncall override adam 2026-11-20')).rejects.toThrow('over already');
    await expect(say('lena', 'oncall override adam sunday --layer third')).rejects.toThrow(
      'There are: first, lead',
    );
  });

  it('is swapped once both agree, and both halves go back together', async () => {
    const { say, on, notices, clock } = setUp();
    const asked = await say('olivia', 'oncall swap adam sunday');
    expect(lines(asked)).toEqual([
      'Adam Keller: takes Sun 22 Nov 09:00 to Mon 23 Nov 09:00',
      'Olivia Marsh: takes Mon 23 Nov 09:00 to Tue 24 Nov 09:00',
    ]);
    const [question] = await notices();
    expect(question).toMatchObject({ to: company.adam.id });
    const [agree] = question?.page.buttons ?? [];
    const noon = (day: string) => new Date(`${day}T12:00+01:00`);
    expect((await on('soc', noon('2026-11-22')))[0]).toBe('Olivia Marsh');
    await expect(say('lena', agree?.words ?? '')).rejects.toThrow('It is Adam Keller who is asked');
    await say('adam', agree?.words ?? '');
    expect((await on('soc', noon('2026-11-22')))[0]).toBe('Adam Keller');
    expect((await on('soc', noon('2026-11-23')))[0]).toBe('Olivia Marsh');
    await expect(say('adam', agree?.words ?? '')).rejects.toThrow('agreed already');
    const told = await notices();
    expect(told.find(({ key }) => key === question?.key)?.page.buttons).toEqual([]);
    expect(told.map(({ to }) => to)).toContain(company.olivia.id);
    const [, number] =
      /override (\d+)/.exec(lines(await say('adam', 'oncall soc --at "sunday 12:00"'))[0] ?? '') ?? [];
    clock.now += 3_600_000;
    await say('olivia', `oncall undo ${number}`);
    expect((await on('soc', noon('2026-11-22')))[0]).toBe('Olivia Marsh');
    expect((await on('soc', noon('2026-11-23')))[0]).toBe('Adam Keller');
  });

  it('stays what it was until now where a swap is agreed to late', async () => {
    const { say, on, notices, noted, clock } = setUp();
    await say('olivia', 'oncall swap adam sunday');
    const agree = (await notices())[0]?.page.buttons[0]?.words ?? '';
    clock.now += 24 * 3_600_000;
    const page = await say('adam', agree);
    expect(lines(page)[0]).toBe('Adam Keller: takes Sun 22 Nov 11:00 to Mon 23 Nov 09:00');
    expect((await on('soc'))[0]).toBe('Adam Keller');
    expect((await on('soc', new Date(clock.now - 1_000)))[0]).toBe('Olivia Marsh');
    expect(noted.at(-1)).toMatchObject({ data: { from: new Date(clock.now).toISOString() } });
  });

  it('is swapped by one of a pair, whose other one stays', async () => {
    const { say, on, notices } = setUp({}, inPairs);
    await say('olivia', 'oncall swap adam sunday');
    await say('adam', (await notices())[0]?.page.buttons[0]?.words ?? '');
    const noon = async (day: string) => (await on('soc', new Date(`${day}T12:00+01:00`))).toSorted();
    expect(await noon('2026-11-22')).toEqual(['Adam Keller', 'Lena Fischer']);
    expect(await noon('2026-11-23')).toEqual(['Lena Fischer', 'Olivia Marsh']);
    const page = await say('adam', 'oncall soc --at "sunday 12:00"');
    const [, number] = /override (\d+)/.exec(lines(page).join()) ?? [];
    await say('adam', `oncall undo ${number}`);
    expect(await noon('2026-11-22')).toEqual(['Lena Fischer', 'Olivia Marsh']);
    expect(await noon('2026-11-23')).toEqual(['Adam Keller', 'Lena Fischer']);
  });

  it('is a pair no more where one takes the other’s place, which both see before they agree', async () => {
    const { say } = setUp({}, inPairs);
    const page = await say('olivia', 'oncall swap lena sunday --only');
    expect(page.sections[1]?.body).toMatchObject({
      text: 'Lena Fischer is in first of soc then, too: nobody would stand behind them.',
    });
  });

  it('is not overridden where it is a pair, for nobody said whom of both', async () => {
    const { say, on } = setUp({}, inPairs);
    await expect(say('lena', 'oncall override olivia today 12:00 to 18:00')).rejects.toThrow(
      'first of soc is a pair',
    );
    expect((await on('soc', new Date('2026-11-21T13:00+01:00'))).toSorted()).toEqual([
      ...['Adam Keller', 'Lena Fischer'],
    ]);
  });

  it('is swapped for nothing in return where that is meant, and both see who would stand behind themselves', async () => {
    const { say } = setUp();
    const page = await say('olivia', 'oncall swap lena sunday --only');
    expect(lines(page)).toEqual(['Lena Fischer: takes Sun 22 Nov 09:00 to Mon 23 Nov 09:00']);
    expect(page.sections[1]?.body).toEqual({
      kind: 'sentence',
      text: 'Lena Fischer is in lead of soc then, too: nobody would stand behind them.',
    });
  });

  it('is taken over by a form, which says what to mend', async () => {
    const { desk, on } = setUp();
    const words = 'oncall override --rota soc';
    const form = await desk.openForm(userOf('olivia'), words, inRoom.conversation);
    expect(form.fields.map(({ id }) => id)).toEqual(['who', 'layer', 'from', 'to', 'reason']);
    const fill = (fields: Record<string, string>) =>
      desk.submitForm(
        userOf('olivia'),
        words,
        { who: company.olivia.id, layer: 'first', ...fields },
        inRoom.conversation,
      );
    expect(await fill({ from: 'now', to: 'then' })).toMatchObject({
      faults: { to: expect.stringContaining('friday 18:00') },
    });
    expect(await fill({ from: 'now', to: 'today 18:00' })).toMatchObject({
      view: { kind: 'page', page: { tone: 'good' } },
    });
    expect((await on('soc'))[0]).toBe('Olivia Marsh');
  });

  it('is not swapped where turns have changed meanwhile, or somebody declines', async () => {
    const { say, on, notices } = setUp();
    await say('olivia', 'oncall swap adam sunday');
    const agree = (await notices())[0]?.page.buttons[0]?.words ?? '';
    await say('lena', 'oncall override me sunday 12:00 to 15:00');
    await expect(say('adam', agree)).rejects.toThrow('Olivia Marsh is not on call');
    await say('adam', agree.replace('agree', 'decline'));
    expect((await on('soc', new Date('2026-11-22T10:00+01:00')))[0]).toBe('Olivia Marsh');
    await expect(say('adam', 'oncall swap olivia sunday')).rejects.toThrow('You are not on call then');
  });

  it('is read from elsewhere every few minutes, and stays as it was where that fails', async () => {
    const turn = {
      who: 'lena@contoso.com',
      from: Date.parse('2026-11-21T00:00Z'),
      to: Date.parse('2026-11-28T00:00Z'),
    };
    const answers: (() => Promise<(typeof turn)[]>)[] = [
      async () => [turn],
      async () => {
        throw new FarSideError('schedules', 'unavailable', 'PagerDuty could not be reached.');
      },
    ];
    const { floor, on, say } = setUp({ read: async () => (await answers.shift()?.()) ?? [] });
    const [duty] = readingSchedules(floor);
    expect(lines(await say('adam', 'oncall cloud'))).toContain('PagerDuty P1: was not read yet');
    await duty?.run(floor.now(), AbortSignal.timeout(5_000));
    expect(await on('cloud')).toEqual(['Lena Fischer']);
    await duty?.run(floor.now(), AbortSignal.timeout(5_000));
    expect(await on('cloud')).toEqual(['Lena Fischer']);
    const page = await say('adam', 'oncall cloud');
    expect(lines(page).join('\n')).toMatch(
      /PagerDuty P1: cannot be read since Sat 21 Nov 11:00, shown as of Sat 21 Nov 11:00: PagerDuty could not/,
    );
    expect(page.tone).toBe('warning');
  });

  it('tells the leads of gaps ahead when there is something new, and once', async () => {
    const { floor, people, say, notices, clock } = setUp();
    const [duty] = lookingAhead(floor, people);
    const look = () => duty?.run(floor.now(), AbortSignal.timeout(5_000));
    const told = async () => (await notices()).filter(({ key }) => key.startsWith('on-call/gaps/'));
    await look();
    await look();
    const [first, ...more] = await told();
    expect(more).toEqual([]);
    expect(first?.to).toBe(company.lena.id);
    expect(lines(first?.page as PageView)).toEqual([
      'Nobody: Sat 21 Nov 11:00 to Sat 5 Dec 11:00: nobody can be called, in any layer',
      'Gus Estrada: Sat 21 Nov 11:00 to Sat 5 Dec 11:00, second: may look and nothing else, so nobody is called',
      'PagerDuty P1: was not read yet',
    ]);
    clock.now += 86_400_000;
    await look();
    expect(await told()).toHaveLength(1);
    await say('lena', 'oncall override lena monday 10:00 to 12:00');
    await look();
    // Lena is in two layers then.
    expect(await told()).toHaveLength(2);
    expect(lines(await say('adam', 'oncall gaps soc'))).toEqual([
      'Twice: Mon 23 Nov 10:00 to Mon 23 Nov 12:00: Lena Fischer is in two layers, so nobody stands behind them',
    ]);
  });

  it('is a calendar for whoever was given its address, as long as they are one of us', async () => {
    const { floor, people } = setUp();
    const key = 'k'.repeat(32);
    const ask = (calendar: string, personId: string, of = calendar) =>
      giveCalendar(floor, people, ['newer', key], {
        calendar,
        personId,
        key: calendarKey(key, of, personId),
      });
    const all = await ask('soc', company.adam.id);
    expect(all).toContain('SUMMARY:On call\\, first of soc: Olivia Marsh');
    const mine = await ask('mine', company.adam.id);
    expect(mine).toContain('Adam Keller');
    expect(mine).not.toContain('Olivia');
    expect(await ask('soc', company.adam.id, 'mine')).toBeUndefined();
    expect(await ask('soc', company.guest.id)).toBeUndefined();
    expect(await ask('soc', company.marcus.id)).toBeUndefined();
  });
});
