import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carryClocks } from '../../../src/flow/carry.ts';
import { change } from '../../../src/flow/change.ts';
import { bot, type Incident } from '../../../src/incident/incident.ts';
import type { Database } from '../../../src/store/database.ts';
import { moveAlerts, openDraft } from '../../../src/store/draft.ts';
import { save } from '../../../src/store/save.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { company } from '../../people/company.ts';
import { appendTo, openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { pageText, setAfterStage } from './stage.ts';

const { olivia, adam, lena } = company;
const hostile = '[click](https://evil.example/x) ![p](https://evil.example/p.png) <img src=x> # head | cell';

describe.each(databases)('after an incident, on $name', { timeout: 60_000 }, (kind) => {
  let store: Database;
  let stage: ReturnType<typeof setAfterStage>;
  let incident: Incident;
  let name: string;
  beforeAll(async () => {
    store = await openStore(kind);
    stage = setAfterStage(store);
    incident = await stage.incident({ title: `Reverse shell ${hostile}`, product: 'Defender for Servers' });
    name = `INC-${incident.id}`;
  });
  afterAll(() => store.close());

  it('shows it as it was at any time, by the clock of whoever asks', async () => {
    stage.clock.now = Date.parse('2026-11-21T10:30:00Z');
    await stage.say('adam', `take ${name}`);
    stage.clock.now = Date.parse('2026-11-21T12:00:00Z');
    await stage.say('adam', `close ${name} true-positive it was real`);
    // Berlin is an hour ahead: before ten in UTC there was nothing.
    expect((await stage.say('lena', `show ${name} --at 10:59`)).text).toContain(
      'was not there on Sat 21 Nov 2026, 10:59',
    );
    const then = await stage.say('lena', `show ${name} --at "2026-11-21 11:15"`);
    expect(then.text).toContain('NEW');
    expect(then.text).toContain('3 more events');
    expect(then.text).not.toContain('Adam Keller');
    const later = await stage.say('lena', `show ${name} --at 11:45`);
    expect(later.text).toContain('ACTIVE · Adam Keller has it');
    expect((await stage.say('lena', `show ${name} --at soon`)).text).toContain('I cannot tell when');
  });

  it('tells everything that happened, on pages and as files in which nothing of a stranger is alive', async () => {
    const page = await stage.say('lena', `timeline ${name}`);
    expect(page.text).toContain('Adam Keller closed it as true positive');
    expect(page.text).toContain(`timeline ${name} --file csv`);
    expect((await stage.say('lena', `timeline ${name} --file csv`)).text).toBe('The file is on its way.');
    expect((await stage.say('lena', `timeline ${name} --file markdown`, 'for me alone')).text).toContain(
      'direct chat',
    );
    const [csv, markdown] = await stage.files();
    expect(csv).toMatchObject({ to: 'C0SOC' });
    expect(csv?.name).toMatch(/timeline.*\.csv$/);
    expect(markdown).toMatchObject({ to: 'D0LENA' });
    expect(markdown?.text).not.toMatch(/(?<!\\)\]\(|(?<!\\)<img|https:|[^\\]\| cell|^# head/m);
  });

  it('masks in a room that is shown no names also those whom only late alerts name', async () => {
    const clearance = [
      { channel: 'slack', conversation: 'C0SOC', shows: 'masked', hideHosts: false } as const,
    ];
    const masked = setAfterStage(store, { clearance });
    const long = await masked.incident({ title: 'The first of many' });
    const alerts = Array.from({ length: 12 }, (_, n) =>
      defenderAlert({
        sourceId: crypto.randomUUID(),
        title: `jroe${n} signed in`,
        entities: [{ kind: 'account', name: `jroe${n}`, upn: '', oid: '' }],
      }),
    );
    await appendTo(store.db, long, ...alerts.map((alert) => ({ type: 'alert-joined', alert }) as const));
    for (const words of [`timeline INC-${long.id}`, `show INC-${long.id} --at now`])
      expect((await masked.say('adam', words)).text).not.toContain('jroe11');
    expect((await masked.say('adam', `timeline INC-${long.id}`)).text).toContain('signed in');
    await masked.say('olivia', `timeline INC-${long.id} --file csv`);
    const [file] = await masked.files();
    expect(file?.text).toContain('signed in');
    expect(file?.text).not.toContain('jroe11');
  });

  it('writes a review that holds who decided, what was learned and what is left to do', async () => {
    const evidence = {
      id: crypto.randomUUID(),
      title: 'Sign-ins',
      query: 'SigninLogs',
      rows: 7,
      from: '2026-11-21T09:00:00.000Z',
      to: '2026-11-21T10:00:00.000Z',
      place: 'soc',
      ranBy: 'Adam Keller',
      sha256: 'ab'.repeat(32),
    };
    const run = {
      id: crypto.randomUUID(),
      number: 7,
      title: 'Isolate a machine',
      target: 'vm-pay-web-01',
      need: 'lead',
      endsAt: undefined,
      trouble: '',
      unreviewed: false,
    } as const;
    await appendTo(
      store.db,
      await stage.now(incident),
      { type: 'evidence-pinned', evidence },
      {
        type: 'run-moved',
        run: { ...run, state: 'requested', standing: false },
        move: 'requested',
        note: '',
      },
      {
        type: 'run-moved',
        run: { ...run, state: 'approved', standing: false },
        move: 'approved',
        note: 'go',
      },
      { type: 'run-moved', run: { ...run, state: 'succeeded', standing: true }, move: 'succeeded', note: '' },
      { type: 'run-moved', run: { ...run, state: 'reversed', standing: false }, move: 'undone', note: '' },
    );
    expect(
      (
        await stage.say(
          'adam',
          `lessons ${name} --failed "the port was open" --guard-rail "policy on public addresses"`,
        )
      ).text,
    ).toContain('Written down');
    // Somebody else had an empty form open meanwhile.
    const late = { wentWell: 'It was seen', failed: '', guardRail: '' };
    await stage.desk.submitForm(stage.user('lena'), `lessons ${name}`, late, 'C0SOC');
    const form = await stage.desk.openForm(stage.user('adam'), `lessons ${name}`, 'C0SOC');
    expect(form.fields).toContainEqual(
      expect.objectContaining({ id: 'failed', filled: 'the port was open' }),
    );
    await stage.desk.submitForm(
      stage.user('adam'),
      `lessons ${name}`,
      { wentWell: 'Adam was fast', failed: 'the port was open', guardRail: 'policy on public addresses' },
      'C0SOC',
    );
    await stage.say('adam', `follow-up ${name} olivia "patch the host" by 2026-11-27`);
    await stage.say('adam', `follow-up ${name} lena close the port for good`);

    const told = await stage.say('lena', `review ${name}`);
    expect(told.text).toContain('Until acknowledged');
    expect(told.text).toContain('30 min');
    const [review] = await stage.files();
    expect(review?.name).toMatch(/review.*\.md$/);
    const text = review?.text ?? '';
    for (const said of [
      `# Review of ${name}: Reverse shell`,
      '| acknowledged | 30 min |',
      '| remediated | 2 h |',
      'Defender for Servers',
      'policy on public addresses',
      'Adam was fast',
      'closed it as true positive',
      'RUN-7 Isolate a machine',
      'taken back at',
      'ab'.repeat(32),
      'patch the host, Olivia Marsh, by 2026-11-27 16:00',
    ])
      expect(text).toContain(said);
    expect(text).not.toMatch(/(?<!\\)(?:\]\(|<img|!\[)|https:/);
    const again = await stage.desk.file(stage.user('lena'), review?.key ?? '');
    expect(Buffer.from(again.content).toString()).toContain('What detected it');
    // Whoever may not, may not have the file that another was offered.
    const stranger = { ...stage.user('adam'), id: 'U0NOBODY', email: '' };
    await expect(stage.desk.file(stranger, review?.key ?? '')).rejects.toThrow();
  });

  it('reminds whoever has a follow-up once, when it is due, and takes it off the list when it is done', async () => {
    expect((await stage.say('adam', 'follow-ups')).text).toMatch(/2 follow-ups are open.*patch the host/);
    await stage.later(24);
    expect(await stage.notices('follow-up')).toEqual([]);
    await stage.later(7 * 24);
    await stage.later(7 * 24);
    const reminders = await stage.notices('follow-up');
    expect(reminders).toHaveLength(1);
    expect(reminders[0]).toMatchObject({ to: olivia.id, incident: incident.id });
    expect(pageText(reminders[0]?.page)).toContain('follow-up done 1');
    expect((await stage.say('olivia', 'follow-ups --mine')).text).toContain('OVERDUE');
    expect((await stage.say('olivia', 'follow-up done 1')).text).toContain('is done');
    expect((await stage.say('olivia', 'follow-up done 1')).text).toContain('done already');
    expect((await stage.say('olivia', 'follow-ups --mine')).text).toBe('No follow-up is open.');
    expect((await stage.say('adam', `follow-ups ${name}`)).text).toContain('done by Olivia Marsh');
    expect((await stage.say('adam', `follow-up ${name} olivia "x" by yesterday`)).text).toContain(
      'That is over',
    );
  });

  it('tells others what they may read, after a look, and once', async () => {
    const entities = [
      { kind: 'account', name: 'mia.wolf', upn: 'mia.wolf@contoso.com', oid: '' },
    ] as Incident['alerts'][0]['entities'];
    const open = await stage.incident({ title: 'Sign-in of mia.wolf@contoso.com', entities });
    const preview = await stage.say(
      'adam',
      `update INC-${open.id} "We locked mia.wolf@contoso.com. More at nine." --audience managers`,
    );
    expect(preview.private).toBe(true);
    expect(preview.text).toContain('nothing is sent yet');
    expect(preview.text).not.toContain('mia.wolf');
    expect(await stage.notices('update')).toEqual([]);
    const [, number] = /update confirm (\d+)/.exec(preview.text) ?? [];
    expect((await stage.say('olivia', `update confirm ${number}`)).text).toContain('is for analyst');
    expect((await stage.say('adam', `update confirm ${number}`)).text).toContain('goes to managers');
    expect((await stage.say('adam', `update confirm ${number}`)).text).toContain('sent already');
    const [sent, ...more] = await stage.notices('update');
    expect(more).toEqual([]);
    expect(sent?.to).toBe('C0MANAGERS');
    expect(pageText(sent?.page)).toMatch(/We locked .*More at nine/);
    expect(pageText(sent?.page)).not.toContain('mia.wolf');
    expect((await stage.say('adam', `timeline INC-${open.id}`)).text).toContain('Adam Keller told managers');
    expect((await stage.say('adam', `update INC-${open.id} "x" --audience press`)).text).toContain(
      'managers | legal',
    );
  });

  it('tells of a restricted incident that it exists, by a lead, unless they confirm more', async () => {
    const closed = await stage.incident({ title: 'Insider at the till' });
    await appendTo(store.db, closed, { type: 'restricted', to: [lena, adam] });
    const words = `update INC-${closed.id} "A till is watched" --audience managers`;
    expect((await stage.say('adam', words)).text).toContain('only a lead');
    const preview = await stage.say('lena', words);
    expect(preview.text).toContain('news of a restricted incident');
    const [, number] = /update confirm (\d+)/.exec(preview.text) ?? [];
    await stage.say('lena', `update confirm ${number}`);
    const sent = async (of: string | undefined) =>
      (await stage.notices('update')).find(({ key }) => key.startsWith(`update/${of}/`));
    const told = await sent(number);
    expect(pageText(told?.page)).toContain('news of a restricted incident');
    expect(pageText(told?.page)).not.toMatch(/till/i);
    const [, second] = /update confirm (\d+)/.exec((await stage.say('lena', words)).text) ?? [];
    await stage.say('lena', `update confirm ${second} --as-written`);
    const whole = await sent(second);
    expect(pageText(whole?.page)).toContain('A till is watched');
    expect(pageText(whole?.page)).not.toContain('Insider');
    // What was seen while it was restricted is not what would be read after that, nor the other way round.
    const [, third] = /update confirm (\d+)/.exec((await stage.say('lena', words)).text) ?? [];
    stage.clock.now += 1_000;
    await stage.say('lena', `unrestrict INC-${closed.id}`);
    expect((await stage.say('lena', `update confirm ${third}`)).text).toContain('Write the update anew');
    const [, fourth] = /update confirm (\d+)/.exec((await stage.say('lena', words)).text) ?? [];
    stage.clock.now += 1_000;
    await stage.say('lena', `restrict INC-${closed.id} to Lena Fischer, Adam Keller`);
    expect((await stage.say('lena', `update confirm ${fourth}`)).text).toContain('Write the update anew');
    // Those whom it does not name see nothing of it, now or as it was.
    for (const asked of [
      `show INC-${closed.id} --at 1h`,
      `timeline INC-${closed.id}`,
      `review INC-${closed.id}`,
    ])
      expect((await stage.say('olivia', asked)).text).toContain('restricted to');
    const mine = await stage.say('lena', `review INC-${closed.id}`);
    expect(mine.private).toBe(true);
    expect((await stage.files()).map(({ to }) => to)).toEqual(['D0LENA']);
  });

  it('shows nothing of what was restricted then to whoever might not see it then', async () => {
    const lifted = await stage.incident();
    const hidden = await appendTo(store.db, lifted, { type: 'restricted', to: [lena] });
    await stage.say('lena', `unrestrict INC-${hidden.id}`);
    const during = await stage.say('olivia', `show INC-${hidden.id} --at "2026-11-21 11:00"`);
    expect(during.text).toContain('restricted to Lena Fischer');
    expect((await stage.say('lena', `show INC-${hidden.id} --at "2026-11-21 11:00"`)).private).toBe(true);
  });
});

describe.each(databases)('legal clocks, on $name', { timeout: 60_000 }, (kind) => {
  let store: Database;
  let stage: ReturnType<typeof setAfterStage>;
  beforeAll(async () => {
    store = await openStore(kind);
    stage = setAfterStage(store);
  });
  afterAll(() => store.close());

  const steps = async () => (await stage.notices('clock')).map(({ key, to }) => `${key.split('/')[4]} ${to}`);

  it('remind owner, leads and lawyers at half, twelve, two hours and the end, each once, whatever becomes of it', async () => {
    const incident = await stage.incident({ title: 'Data of customers left' });
    const name = `INC-${incident.id}`;
    await stage.say('adam', `take ${name}`);
    expect((await stage.say('adam', `clock start ${name} gdpr`)).text).toContain('is for lead');
    expect((await stage.say('lena', `clock start ${name} soon`)).text).toContain('gdpr, nis2-early-warning');
    const started = await stage.say('lena', `clock start ${name} gdpr --since 10:00`);
    // It is eleven in Berlin; he knew at ten.
    expect(started.text).toContain('GDPR 72 h runs on');
    expect(started.text).toContain('Tue 24 Nov 2026, 10:00 (Europe/Berlin)');
    expect((await stage.say('lena', `show ${name}`)).text).toContain('GDPR 72 h: notify by');
    await stage.later(34);
    expect(await steps()).toEqual([]);
    await stage.later(1.5);
    expect(await steps()).toEqual([`half ${adam.id}`, `half ${lena.id}`, 'half 19:legal']);
    const lawyers = (await stage.notices('clock')).find(({ to }) => to === '19:legal');
    expect(pageText(lawyers?.page)).not.toContain('customers');
    await stage.say('adam', `close ${name} true-positive it was real`);
    const card = await stage.say('adam', `show ${name}`);
    expect(card.text).toContain('GDPR 72 h: notify by');
    expect(card.text).toContain('"verb":"clock"');
    // An outage: what came to pass meanwhile is told by its newest step alone.
    await stage.later(34.5);
    expect((await steps()).filter((step) => !step.startsWith('half'))).toEqual([
      `2h ${adam.id}`,
      `2h ${lena.id}`,
      '2h 19:legal',
    ]);
    await stage.later(3);
    await stage.later(3);
    expect((await steps()).filter((step) => step.startsWith('end'))).toHaveLength(3);
    expect((await stage.say('adam', `show ${name}`)).text).toContain('GDPR 72 h: OVERDUE since');
    expect((await stage.say('adam', `timeline ${name}`)).text).toContain('RAN OUT');
    expect((await stage.say('lena', `clock stop ${name} gdpr`)).text).toContain('Say what was done');
    const form = await stage.desk.openForm(stage.user('lena'), `clock stop ${name} gdpr`, 'C0SOC');
    expect(form.fields.map(({ id }) => id)).toEqual(['note']);
    await stage.desk.submitForm(
      stage.user('lena'),
      `clock stop ${name} gdpr`,
      { note: 'notified, ref 7' },
      'C0SOC',
    );
    expect((await stage.say('lena', `clock ${name}`)).text).toContain(
      'stopped by Lena Fischer: notified, ref 7',
    );
    expect((await stage.say('adam', `show ${name}`)).text).not.toContain('GDPR');
    await stage.later(100);
    expect(await steps()).toHaveLength(9);
  });

  it('go on in the whole that their incident merges into, with its follow-ups', async () => {
    const part = await stage.incident({ title: 'Only a part' });
    const whole = await stage.incident({ title: 'The whole' });
    await stage.say('lena', `clock start INC-${part.id} gdpr`);
    await stage.say('lena', `follow-up INC-${part.id} olivia "patch the host"`);
    const draft = openDraft();
    const before = await stage.now(part);
    change(stage.floor, draft, before, { type: 'merge', into: whole.id }, bot);
    moveAlerts(draft, part.id, whole.id);
    carryClocks(stage.floor, draft, whole, before);
    await save(store.db, draft);
    expect((await stage.say('lena', `show INC-${whole.id}`)).text).toContain('GDPR 72 h: notify by');
    expect((await stage.say('lena', `follow-ups INC-${whole.id}`)).text).toContain('patch the host');
    const known = await stage.notices('clock');
    await stage.later(37);
    const told = (await stage.notices('clock')).filter(({ key }) => !known.some((one) => one.key === key));
    expect([...new Set(told.map(({ incident }) => incident))]).toEqual([whole.id]);
  });

  it('start from the card of what was real, and tell nobody of a restricted incident but those whom it names', async () => {
    const incident = await stage.incident();
    await stage.say('adam', `close INC-${incident.id} true-positive real`);
    const drawn = await stage.desk.open(stage.user('lena'), 'clock', incident.id, 1);
    expect(drawn.fields.map(({ id }) => id)).toEqual(['clock', 'since']);
    const fields = { clock: 'nis2-early-warning', since: '' };
    const done = await stage.desk.submit(stage.user('lena'), 'clock', incident.id, 1, fields);
    expect(done).toMatchObject({ told: expect.stringContaining('NIS2 early warning 24 h runs') });
    await appendTo(store.db, await stage.now(incident), { type: 'restricted', to: [lena] });
    const before = await steps();
    await stage.later(12);
    expect((await steps()).filter((step) => !before.includes(step))).toEqual([`12h ${lena.id}`]);
    // Whoever leads may not see this one: then all whom it names are told.
    const others = await stage.incident();
    await stage.say('adam', `close INC-${others.id} true-positive real`);
    await stage.desk.submit(stage.user('lena'), 'clock', others.id, 1, fields);
    await appendTo(store.db, await stage.now(others), { type: 'restricted', to: [company.adam] });
    expect((await stage.say('adam', `follow-up INC-${others.id} olivia "patch it"`)).text).toContain(
      'Olivia Marsh may not see',
    );
    await stage.later(12);
    const told = (await stage.notices('clock')).filter(({ incident }) => incident === others.id);
    expect(told.map(({ to }) => to)).toEqual([company.adam.id]);
    const wrong = await stage.incident();
    await stage.say('adam', `close INC-${wrong.id} undetermined`);
    expect((await stage.say('lena', `clock start INC-${wrong.id} gdpr`)).text).toContain('Reopen it first');
  });
});
