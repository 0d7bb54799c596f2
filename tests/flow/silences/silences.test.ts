import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FarSideError } from '../../../src/errors.ts';
import { quietDigestDuties } from '../../../src/flow/silences/quiet-digest.ts';
import type { Alert } from '../../../src/incident/alert.ts';
import type { Database } from '../../../src/store/database.ts';
import { claimRules } from '../../../src/store/silence-rules.ts';
import { openStore, readEvents } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { setSilenceStage } from './stage.ts';

const on = (name: string) => ({ kind: 'host', name, resourceId: '' }) as const;

describe.each(databases)('silences, on $name', { timeout: 60_000 }, (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(kind);
  });
  afterAll(() => database.close());

  it('are shown before they are made, with what they would have hidden and would hide now', async () => {
    const stage = setSilenceStage(database);
    const before = await stage.alert({ entities: [on('vm-shown-01')] });
    const closed = await stage.alert({ entities: [on('vm-shown-01')], title: 'A real one' });
    const { id } = await stage.incidentOf(closed);
    await stage.say('adam', `take INC-${id}`);
    await stage.say('adam', `close INC-${id} true-positive suspicious-activity "contained"`);
    const said = await stage.say('adam', 'silence host=vm-shown-* for 4h "patching"');
    expect(said).toContain(`2 incidents in 30 days, of which 1 true positive: INC-${id}.`);
    expect(said).toContain('It would have hidden a real attack.');
    expect(said).toContain('severity=medium,low,informational');
    expect(said).toContain(`INC-${(await stage.incidentOf(before)).id}`);
    expect(said).toContain('Create, hide 1 open');
    const after = await stage.alert({ entities: [on('vm-shown-02')] });
    expect((await stage.incidentOf(after)).cards).toBe(1);

    const [, number] = /silence confirm (\d+)/.exec(said) ?? [];
    await expect(stage.say('lena', `silence confirm ${number}`)).rejects.toThrow('was shown to');
    stage.clock.now += 11 * 60_000;
    await expect(stage.say('adam', `silence confirm ${number}`)).rejects.toThrow('older than ten minutes');
  });

  it('keep new incidents quiet until they end, and show then what is open still, once', async () => {
    const stage = setSilenceStage(database);
    const number = await stage.silence('adam', 'host=vm-quiet-01 rule=VM_ReverseShell for 2h "patching"');
    const quiet = await stage.incidentOf(await stage.alert({ entities: [on('vm-quiet-01')] }));
    expect(quiet).toMatchObject({ cards: 0, silenced: { silence: `SIL-${number}`, reason: 'patching' } });
    const gone = await stage.incidentOf(await stage.alert({ entities: [on('vm-quiet-01')] }));
    await stage.say('adam', `close INC-${gone.id} undetermined "noise"`);
    const other = await stage.incidentOf(await stage.alert({ entities: [on('vm-loud-01')] }));
    const grave = await stage.alert({ entities: [on('vm-quiet-01')], severity: 'high' });
    expect([other.cards, (await stage.incidentOf(grave)).cards]).toEqual([1, 1]);
    expect(await stage.say('adam', 'silences')).toMatch(new RegExp(`SIL-${number}.*hid 2`));

    await expect(stage.say('adam', `silence extend ${number} for 1h`)).rejects.toThrow('Say a later end');
    await stage.say('adam', `silence extend ${number} for 4h`);
    await stage.later(150);
    expect((await stage.incidentOf({ sourceId: quiet.alerts[0]?.sourceId } as never)).cards).toBe(0);
    await stage.later(120);
    expect((await stage.cardOf(quiet.id)).cards).toBe(1);
    expect((await stage.cardOf(gone.id)).cards).toBe(0);
    await stage.later(1);
    const told = (await readEvents(database.db, quiet.id)).map(({ type }) => type);
    expect(told).toEqual(['opened', 'silenced', 'silenced', 'unsilenced']);
  });

  it('let out what becomes graver, what is another matter, and what somebody takes', async () => {
    const stage = setSilenceStage(database);
    await stage.silence('adam', 'host=vm-out-* rule=VM_ReverseShell for 2h "patching"');
    const [graver, other, taken] = [
      await stage.alert({ entities: [on('vm-out-01')], severity: 'low', target: 'vm-out-01' }),
      await stage.alert({ entities: [on('vm-out-02')] }),
      await stage.alert({ entities: [on('vm-out-03')] }),
    ];
    await stage.alert({ entities: [on('vm-out-01')], severity: 'medium', target: 'vm-out-01' });
    const out = await stage.incidentOf(graver);
    expect([out.cards, out.silenced]).toEqual([1, undefined]);

    const whole = {
      source: 'sentinel',
      contains: [other.sourceId],
      type: 'Whole',
      severity: 'medium',
    } satisfies Partial<Alert>;
    await stage.alert({ ...whole, entities: [on('vm-out-02')] });
    expect((await stage.incidentOf(other)).cards).toBe(0);
    await stage.alert({
      ...whole,
      contains: [other.sourceId, 'x'],
      type: 'Ransom note',
      entities: [on('vm-out-02')],
    });
    expect((await stage.incidentOf(other)).cards).toBe(1);

    const { id } = await stage.incidentOf(taken);
    expect(await stage.say('adam', 'list --silenced')).toContain(`INC-${id}`);
    expect(await stage.say('adam', 'list')).toMatch(/more (is|are) silenced: list --silenced/);
    await stage.say('adam', `take INC-${id}`);
    expect((await stage.cardOf(id)).cards).toBe(1);
  });

  it('hold what is shown already where their author wants that, and high severity only by a lead', async () => {
    const stage = setSilenceStage(database);
    const alert = await stage.alert({ entities: [on('vm-held-01')], severity: 'high' });
    const { id } = await stage.incidentOf(alert);
    await stage.show(id);
    const said = await stage.say('adam', `silence INC-${id} until tomorrow 18:00 "known"`);
    expect(said).toContain('host=vm-held-01');
    expect(said).toContain('a lead has to create it');
    const [, number] = /silence confirm (\d+)/.exec(said) ?? [];
    await expect(stage.say('adam', `silence confirm ${number}`)).rejects.toThrow(
      '"silence-high" is for lead, admin',
    );
    const [, hers] =
      /SIL-(\d+)/.exec(await stage.say('lena', `silence INC-${id} --only entity for 2h "known"`)) ?? [];
    expect(await stage.say('lena', `silence confirm ${hers} --open`)).toContain(`INC-${id}`);
    await expect(stage.say('lena', `silence confirm ${hers}`)).rejects.toThrow('is there already');
    const held = await stage.incidentOf(alert);
    expect(held.silenced?.silence).toBe(`SIL-${hers}`);
    await stage.alert({ entities: [on('vm-held-01')], severity: 'high', target: alert.target });
    // What alerts do by themselves its card does not follow; what people do it does.
    expect((await stage.cardOf(id)).wanted).toBe(held.wanted);
    await stage.say('adam', `comment INC-${id} looked at it`);
    expect((await stage.cardOf(id)).wanted).toBeGreaterThan(held.wanted);
    // Whoever ends one hides nothing by that.
    await stage.say('adam', `silence end ${hers}`);
    await stage.later(0);
    expect((await stage.incidentOf(alert)).silenced).toBeUndefined();
    expect(stage.noted.map(({ type }) => type)).toEqual(['denied', 'silence-created', 'silence-ended']);
  });

  it('never hide what is made up to practise or to prove that alerts arrive, which in turn hides nothing real', async () => {
    const stage = setSilenceStage(database, {
      inhibit: [
        {
          name: 'lost already',
          parent: { type: ['Lost'] },
          child: { type: ['*'] },
          share: ['host'],
          hours: 24,
        },
      ],
      digest: {
        severities: ['informational'],
        to: { channel: 'slack', conversation: 'C0QUIET' },
        at: '09:00',
        timeZone: 'UTC',
      },
    });
    const made = (source: 'drill' | 'proof', changes: Partial<Alert> = {}) =>
      stage.alert({
        source,
        exercise: { id: crypto.randomUUID(), rooms: [] },
        entities: [on('vm-made-01')],
        ...changes,
      });
    const before = await stage.incidentOf(await made('drill'));
    const said = await stage.say('adam', 'silence host=vm-made-* for 4h "patching"');
    expect(said).not.toContain(`INC-${before.id}`);
    await expect(stage.say('adam', `silence INC-${before.id} for 4h "known"`)).rejects.toThrow(
      'is an exercise',
    );
    const [, number] = /SIL-(\d+)/.exec(said) ?? [];
    await stage.say('adam', `silence confirm ${number} --open`);
    expect((await stage.incidentOf({ sourceId: before.alerts[0]?.sourceId } as Alert)).silenced).toBe(
      undefined,
    );
    const proof = await stage.incidentOf(await made('proof', { severity: 'informational' }));
    const drill = await stage.incidentOf(await made('drill', { type: 'Lost', severity: 'high' }));
    expect([proof.cards, proof.silenced, drill.cards]).toEqual([1, undefined, 1]);
    await stage.say('adam', `silence end ${number}`);
    const real = await stage.incidentOf(await stage.alert({ entities: [on('vm-made-01')] }));
    expect([real.cards, real.silenced]).toEqual([1, undefined]);
  });

  it('tell of a restricted incident those alone whom it names', async () => {
    const stage = setSilenceStage(database);
    const { id } = await stage.incidentOf(await stage.alert({ entities: [on('vm-board-01')] }));
    const late = await stage.incidentOf(await stage.alert({ entities: [on('vm-late-01')] }));
    await stage.say('lena', `restrict INC-${id} to lena@contoso.com`);
    const shown = await stage.ask('lena', `silence INC-${id} for 4h "lawyers look at it"`);
    const [, number] = /SIL-(\d+)/.exec(shown.said) ?? [];
    const created = await stage.ask('lena', `silence confirm ${number}`);
    expect(created.said).toContain('vm-board-01');
    const [hers, theirs] = [await stage.ask('lena', 'silences'), await stage.ask('adam', 'silences')];
    expect([shown, created, hers, theirs].map(({ alone }) => alone)).toEqual([true, true, true, false]);
    expect(hers.said).toContain('lawyers look at it');
    expect(theirs.said).toMatch(
      new RegExp(`"SIL-${number}","text":"of a restricted incident · Lena Fischer · until"`),
    );
    expect(theirs.said).not.toMatch(/vm-board-01|lawyers/);
    // What it hides is read by everybody, and so is no reason of theirs.
    const hidden = await stage.incidentOf(await stage.alert({ entities: [on('vm-board-01')] }));
    expect(hidden.silenced).toMatchObject({ silence: `SIL-${number}`, reason: 'for a restricted incident' });
    // Of one in an archive nobody can tell whom it was for.
    await sql`update silences set body = jsonb_set(body, '{about}', '999999999') where number = ${Number(number)}`.execute(
      database.db,
    );
    for (const name of ['lena', 'adam'] as const)
      expect(await stage.say(name, 'silences')).not.toMatch(/vm-board-01|lawyers/);
    const viewed = stage.noted.filter(({ type, incident }) => type === 'viewed' && incident === id);
    expect(viewed.map(({ data }) => data.how)).toEqual(expect.arrayContaining(['silence', 'list']));

    const [, his] =
      /SIL-(\d+)/.exec(await stage.say('adam', `silence INC-${late.id} for 4h "patching"`)) ?? [];
    await stage.say('lena', `restrict INC-${late.id} to lena@contoso.com`);
    await expect(stage.say('adam', `silence confirm ${his}`)).rejects.toThrow('It is restricted to Lena');
    await stage.say('lena', `silence end ${number}`);
  });

  it('come by themselves in maintenance windows, and where another incident explains it', async () => {
    const stage = setSilenceStage(database, {
      windows: [
        {
          name: 'patch night',
          match: { host: ['vm-night-*'] },
          timeZone: 'Europe/Berlin',
          at: { days: [6], from: '10:30', to: '12:00' },
        },
      ],
      inhibit: [
        {
          name: 'lost already',
          parent: { type: ['Lost'] },
          child: { tactic: ['Execution'] },
          share: ['host'],
          hours: 24,
        },
      ],
    });
    const night = await stage.incidentOf(await stage.alert({ entities: [on('vm-night-01')] }));
    expect(night).toMatchObject({ cards: 0, silenced: { reason: 'maintenance window patch night' } });
    expect(await stage.say('adam', 'silences')).toContain('maintenance window');
    await stage.later(61);
    expect((await stage.cardOf(night.id)).cards).toBe(1);

    const parent = await stage.incidentOf(
      await stage.alert({ type: 'Lost', severity: 'high', entities: [on('vm-lost-01')] }),
    );
    const child = await stage.incidentOf(await stage.alert({ entities: [on('VM-LOST-01')] }));
    const stranger = await stage.incidentOf(await stage.alert({ entities: [on('vm-found-01')] }));
    expect([child.cards, child.silenced?.silence, stranger.cards]).toEqual([0, `INC-${parent.id}`, 1]);
    // An explanation that nobody is shown is none.
    const quieted = await stage.incidentOf(
      await stage.alert({ type: 'Lost', severity: 'high', entities: [on('vm-lost-02')] }),
    );
    const alone = await stage.incidentOf(await stage.alert({ entities: [on('vm-lost-02')] }));
    expect(alone.silenced?.silence).toBe(`INC-${quieted.id}`);
    const words = 'silence host=vm-lost-02 rule=Lost severity=high for 1h "known"';
    const [, number] = /SIL-(\d+)/.exec(await stage.say('lena', words)) ?? [];
    await stage.say('lena', `silence confirm ${number} --open`);
    await stage.later(0);
    expect((await stage.cardOf(alone.id)).cards).toBe(1);

    await stage.say('adam', `close INC-${parent.id} undetermined "gone"`);
    await stage.later(0);
    expect((await stage.cardOf(child.id)).cards).toBe(1);
    expect((await readEvents(database.db, child.id)).at(-1)).toMatchObject({
      type: 'unsilenced',
      why: 'closed',
    });
  });

  it('are spared by what opens and closes by itself: its card is edited now and then, and says so', async () => {
    const stage = setSilenceStage(database);
    const alert = await stage.alert();
    const { id } = await stage.incidentOf(alert);
    for (let turn = 1; turn <= 4; turn += 1) {
      await stage.show(id);
      await stage.turn(alert, turn % 2 === 1 ? 'closed' : 'active');
    }
    expect((await stage.cardOf(id)).rests).toBe(true);
    expect(await stage.say('adam', `show INC-${id}`)).toContain('Flapping');
    await stage.say('adam', `comment INC-${id} looked at it`);
    expect((await stage.cardOf(id)).rests).toBe(false);
    await stage.show(id);
    await stage.later(31);
    expect(await stage.say('adam', `show INC-${id}`)).not.toContain('Flapping');
    expect((await stage.cardOf(id)).behind).toBe(true);
  });

  it('go to a digest once a day where the settings say so, until somebody takes one', async () => {
    const digest = {
      severities: ['informational'],
      to: { channel: 'slack', conversation: 'C0QUIET' },
      at: '09:00',
      timeZone: 'UTC',
    } as const;
    const stage = setSilenceStage(database, { digest: { ...digest, severities: ['informational'] } });
    const quiet = await stage.incidentOf(await stage.alert({ severity: 'informational', title: 'A scan' }));
    const taken = await stage.incidentOf(await stage.alert({ severity: 'informational' }));
    expect([quiet.cards, taken.cards]).toEqual([0, 0]);
    await stage.say('adam', `take INC-${taken.id}`);
    expect((await stage.cardOf(taken.id)).cards).toBe(1);
    // Silenced when one digest is told, it is told with the next.
    await stage.silence(
      'adam',
      'host=vm-hushed-01 rule=VM_ReverseShell severity=informational for 1h "patching"',
    );
    const hushed = await stage.alert({
      severity: 'informational',
      title: 'Hushed',
      entities: [on('vm-hushed-01')],
    });
    expect((await stage.incidentOf(hushed)).silenced).toBeDefined();
    const [duty] = quietDigestDuties(stage.floor);
    const early = new Date(stage.floor.now().getTime() + 30 * 60_000);
    await duty?.run(early, new AbortController().signal);
    await stage.later(61);
    const due = new Date('2026-11-22T09:00:00.000Z');
    expect(duty?.next(stage.floor.now())).toEqual(due);
    for (const _ of [1, 2]) await duty?.run(due, new AbortController().signal);
    const { rows } = await sql<{ page: unknown }>`
      select page from notices where key = ${`quiet-digest/${due.toISOString()}`}`.execute(database.db);
    expect(JSON.stringify(rows)).toContain('Hushed');
    const told = await sql<{ page: unknown }>`
      select page from notices where key = ${`quiet-digest/${early.toISOString()}`}`.execute(database.db);
    expect(JSON.stringify(told.rows)).toContain(`INC-${quiet.id}`);
    expect(JSON.stringify(told.rows)).toContain('A scan');
    expect(JSON.stringify(told.rows)).not.toContain('Hushed');
    expect(rows).toHaveLength(1);
  });

  it('are held by Azure where a lead wants that, tried again, and let go', async () => {
    const asked: string[] = [];
    let fails = true;
    const stage = setSilenceStage(
      database,
      {},
      {
        feedsFor: ({ type }) => (type ? ['s1'] : []),
        async hold(feed, { silence }) {
          asked.push(`hold ${feed} ${silence.until}`);
          if (fails)
            throw new FarSideError('azure', 'auth', 'Azure does not let us: give the role Security Admin.');
        },
        async release(feed) {
          asked.push(`release ${feed}`);
        },
      },
    );
    const words = 'silence rule=Held for 2h "known" --write-back';
    await expect(stage.say('adam', words)).rejects.toThrow('"silence-azure" is for lead, admin');
    await expect(stage.say('lena', 'silence host=x for 2h "known" --write-back')).rejects.toThrow(
      'Azure can hold no rule',
    );
    const number = await stage.silence('lena', 'rule=Held for 2h "known" --write-back');
    await stage.later(0);
    expect(await stage.say('lena', 'silences')).toContain(
      'NOT held by Microsoft Defender for Cloud: Azure does not let us',
    );
    fails = false;
    await expect(stage.say('adam', `silence extend ${number} for 3h`)).rejects.toThrow(
      '"silence-azure" is for lead, admin',
    );
    await stage.say('lena', `silence extend ${number} for 3h`);
    await stage.later(0);
    expect(await stage.say('lena', 'silences')).toContain('held by Microsoft Defender for Cloud');
    await stage.later(181);
    expect(asked).toEqual([
      'hold s1 2026-11-21T12:00:00.000Z',
      'hold s1 2026-11-21T13:00:00.000Z',
      'release s1',
    ]);
  });

  it('are let go by Azure even where nobody heard that it holds them', async () => {
    const there = new Set<string>();
    let answer: () => void = () => {};
    const stage = setSilenceStage(
      database,
      {},
      {
        feedsFor: () => ['s1'],
        async hold(_feed, { name }) {
          there.add(name);
          answer();
        },
        async release(_feed, name) {
          there.delete(name);
        },
      },
    );
    // Killed between Azure's yes and our noting it.
    const killed = await stage.silence('lena', 'rule=Killed for 2h "known" --write-back');
    const [due] = await claimRules(database.db, { limit: 1, leaseSeconds: 0, replica: 9 });
    there.add(due?.rule.id ?? '');
    expect(await stage.say('lena', 'silences')).toContain('Microsoft Defender for Cloud is being told');
    await stage.say('lena', `silence end ${killed}`);
    await stage.later(0);
    expect(there.size).toBe(0);

    // The answer was lost on its way.
    answer = () => {
      throw new FarSideError('azure', 'timeout', 'Azure did not answer.');
    };
    const lost = await stage.silence('lena', 'rule=Lost for 2h "known" --write-back');
    await stage.later(0);
    expect(there.size).toBe(1);
    await stage.say('lena', `silence end ${lost}`);
    await stage.later(0);
    expect(there.size).toBe(0);

    // A plain no leaves nothing behind that would have to go.
    answer = () => {
      throw new FarSideError('azure', 'auth', 'Azure does not let us.');
    };
    const refused = await stage.silence('lena', 'rule=Refused for 2h "known" --write-back');
    await stage.later(0);
    await stage.say('lena', `silence end ${refused}`);
    const { rows } = await sql`select from silence_rules where behind`.execute(database.db);
    expect(rows).toHaveLength(0);
  });
});
