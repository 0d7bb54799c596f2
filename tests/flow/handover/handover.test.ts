import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftEnds } from '../../../src/flow/handover/shift-ends.ts';
import { keepHandovers } from '../../../src/flow/handover/upkeep.ts';
import type { OnCall } from '../../../src/people/on-call.ts';
import type { Database } from '../../../src/store/database.ts';
import { readRecords } from '../../../src/store/record.ts';
import { company } from '../../people/company.ts';
import { openStore, readEvents } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { userOf } from '../queries/stage.ts';
import { setPageStage } from './stage.ts';

const { olivia, adam, lena } = company;
const owner = ({ id, name, upn }: typeof adam) => ({ id, name, upn });
const has = (person: typeof adam) => ({ type: 'assigned', owner: owner(person) }) as const;

describe.each(databases)('handing over on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  const numberIn = (text: string) => Number(/Handover (\d+)/.exec(text)?.[1]);

  it('goes from a draft to both signatures, and what was signed is theirs', async () => {
    const stage = setPageStage(store, {
      handovers: { rooms: [{ channel: 'slack', conversation: 'C0SOC' }], expireHours: 12 },
    });
    const first = await stage.incident({ severity: 'high' }, has(olivia));
    const closedLater = await stage.incident({ title: 'A second shell' }, has(olivia));
    const nobodys = await stage.incident({ title: 'Nobody has this' });
    const ofOthers = await stage.incident({ title: 'Lena has this' }, has(lena));
    const hidden = await stage.incident({ title: 'About the board' }, has(olivia), {
      type: 'restricted',
      to: [owner(olivia), owner(lena)],
    });
    await stage.say('olivia', `note INC-${first.id} hypothesis "stolen token" | next "revoke sessions"`);

    const drafted = await stage.say('olivia', 'handover to Adam');
    const number = numberIn(drafted.text);
    expect(drafted.isPrivate).toBe(true);
    for (const one of [first, closedLater, nobodys, hidden]) expect(drafted.text).toContain(`INC-${one.id}`);
    expect(drafted.text).not.toContain(`INC-${ofOthers.id}`);
    expect(drafted.text).toContain('stolen token');
    expect(drafted.page?.buttons.map(({ label }) => label)).toEqual(['Sign', 'Change', 'Withdraw']);
    // Asked again it is the same one.
    expect(numberIn((await stage.say('olivia', 'handover')).text)).toBe(number);

    const form = await stage.desk.openForm(userOf('olivia'), `handover edit ${number}`, 'C0SOC');
    expect(form.fields[0]).toMatchObject({ kind: 'person', chosen: { label: 'Adam Keller' } });
    await stage.desk.submitForm(
      userOf('olivia'),
      `handover edit ${number}`,
      {
        to: adam.id,
        [`next-${first.id}`]: 'reset the password',
        [`waiting-${first.id}`]: 'HR',
        [`include-${first.id}`]: 'yes',
      },
      'C0SOC',
    );
    expect((await stage.now(first)).note).toEqual({
      hypothesis: 'stolen token',
      next: 'reset the password',
      waitingOn: 'HR',
    });

    await expect(stage.say('adam', `handover accept ${number}`)).rejects.toThrow('has not signed it yet');
    await expect(stage.say('adam', `handover sign ${number}`)).rejects.toThrow("is Olivia Marsh's");
    expect((await stage.say('olivia', `handover sign ${number}`)).text).toContain('Adam Keller is asked');
    await stage.tell();
    const [forAdam] = stage.pagesIn('D0ADAM');
    expect(stage.shown.find(({ spot }) => spot.conversation === 'D0ADAM')?.calls).toEqual(['Adam Keller']);
    expect(forAdam?.buttons.map(({ words }) => words)).toEqual([
      `handover accept ${number}`,
      `handover decline ${number}`,
    ]);
    // What is not his to see he reads nowhere, and the room neither.
    expect(JSON.stringify(stage.pagesIn('D0OLIVIA'))).toContain('About the board');
    for (const place of ['D0ADAM', 'C0SOC'])
      expect(JSON.stringify(stage.pagesIn(place))).not.toContain('About the board');

    const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
    await stage.say('olivia', `close INC-${closedLater.id} undetermined`);
    await expect(stage.say('lena', `handover accept ${number}`)).rejects.toThrow('is for Adam Keller');
    const accepted = await stage.say('adam', `handover accept ${number}`);
    expect(accepted.text).toContain(`yours now: INC-${first.id}`);
    await stage.tell();
    expect(await stage.now(first)).toMatchObject({ owner: { name: 'Adam Keller' }, status: 'new' });
    expect(await stage.now(nobodys)).toMatchObject({ owner: { name: 'Adam Keller' } });
    expect(await stage.now(hidden)).toMatchObject({ owner: { name: 'Olivia Marsh' } });
    expect((await stage.now(closedLater)).closing).toEqual(closing);
    const room = JSON.stringify(stage.pagesIn('C0SOC'));
    expect(room).toContain('Adam Keller has accepted');
    expect(room).toMatch(/Olivia Marsh · signed \d\d:\d\d UTC/);
    expect(room).toMatch(/Adam Keller · signed \d\d:\d\d UTC/);
    expect(room).toContain('it was closed meanwhile');
    const told = (await readEvents(store.db, first.id)).map(({ type }) => type);
    expect(told.slice(-2)).toEqual(['handed-over', 'assigned']);
    await expect(stage.say('adam', `handover accept ${number}`)).rejects.toThrow('was accepted already');
  });

  it('tells nothing of what is restricted to others, in whichever room somebody asks for it', async () => {
    const clearance = [
      {
        channel: 'slack' as const,
        conversation: 'C0EXISTENCE',
        shows: 'existence' as const,
        hideHosts: false,
      },
    ];
    const stage = setPageStage(store, { clearance });
    const incident = await stage.incident({ title: 'About the board' }, has(lena), {
      type: 'restricted',
      to: [owner(lena)],
    });
    const number = numberIn((await stage.say('lena', 'handover to Adam')).text);
    for (const room of ['C0SOC', 'C0EXISTENCE']) {
      const { text } = await stage.say('olivia', `handover ${number}`, room);
      expect(text).toContain(`INC-${incident.id}`);
      expect(text).not.toContain('About the board');
      expect((await stage.say('lena', `handover ${number}`, room)).text).toContain('About the board');
    }
    await stage.say('lena', `handover withdraw ${number}`);
  });

  it('is to somebody else, and leaves what is silenced where it is', async () => {
    const stage = setPageStage(store);
    const until = '2026-12-24T00:00:00.000Z';
    const quiet = await stage.incident({ title: 'A night of patches', severity: 'high' }, {
      type: 'silenced',
      silence: 'SIL-7',
      reason: 'patching',
      until,
    } as never);
    const loud = await stage.incident({ title: 'Nobody has this either', severity: 'high' });
    await expect(stage.say('adam', 'handover to Adam')).rejects.toThrow('somebody else than yourself');
    const { text } = await stage.say('adam', 'handover to Olivia');
    expect(text).toContain(`INC-${loud.id}`);
    expect(text).not.toContain(`INC-${quiet.id}`);
    await stage.say('adam', `handover withdraw ${numberIn(text)}`);
  });

  it('has a form for every ten of its incidents', async () => {
    const stage = setPageStage(store);
    for (let count = 0; count < 21; count += 1) await stage.incident({ title: `Shell ${count}` }, has(lena));
    const { page, text } = await stage.say('lena', 'handover to Olivia');
    const entries = page?.buttons.map(({ label }) => label).filter((label) => label.startsWith('Change'));
    expect(entries?.slice(0, 3)).toEqual([
      'Change',
      'Change 11 to 20',
      expect.stringMatching(/^Change 21 to 2\d$/),
    ]);
    const form = await stage.desk.openForm(userOf('lena'), `handover edit ${numberIn(text)} 3`, 'C0SOC');
    expect(form.about).toContain('3 of 3');
    await stage.say('lena', `handover withdraw ${numberIn(text)}`);
  });

  it('stays where it is when it is declined, withdrawn, or nobody answers', async () => {
    const stage = setPageStage(store);
    const incident = await stage.incident({}, has(lena));
    const draft = async () => numberIn((await stage.say('lena', 'handover to Olivia')).text);
    const declined = await draft();
    await stage.say('lena', `handover sign ${declined}`);
    await expect(stage.say('olivia', `handover decline ${declined}`)).rejects.toThrow('Say why');
    await stage.say('olivia', `handover decline ${declined} "I am on leave"`);
    await stage.tell();
    expect(JSON.stringify(stage.pagesIn('D0LENA'))).toContain('I am on leave');
    const recorded = (await readRecords(store.db, 0, 100)).filter(({ data }) => data.handover === declined);
    expect(recorded.map(({ type, actor }) => `${type} ${actor.name}`)).toEqual([
      'handover-signed Lena Fischer',
      'handover-declined Olivia Marsh',
    ]);
    expect(recorded[1]?.data).toMatchObject({
      incidents: expect.arrayContaining([incident.id]),
      reason: 'I am on leave',
    });

    const late = await draft();
    await stage.say('lena', `handover sign ${late}`);
    stage.later(12 * 60 - 1);
    await keepHandovers(stage.floor, stage.crew);
    stage.later(1);
    await keepHandovers(stage.floor, stage.crew);
    await keepHandovers(stage.floor, stage.crew);
    await stage.tell();
    expect(stage.pagesIn('D0LENA').at(-1)?.title).toBe(`Handover ${late} · nobody accepted in time`);
    await expect(stage.say('olivia', `handover accept ${late}`)).rejects.toThrow('is over');
    expect(await stage.now(incident)).toMatchObject({ owner: { name: 'Lena Fischer' } });
  });

  it('takes back what it told of an incident that became restricted', async () => {
    const stage = setPageStage(store, {
      handovers: { rooms: [{ channel: 'slack', conversation: 'C0SOC' }], expireHours: 12 },
    });
    const incident = await stage.incident({ title: 'Soon a secret' }, has(lena));
    const number = numberIn((await stage.say('lena', 'handover to Olivia')).text);
    await stage.say('lena', `handover sign ${number}`);
    await stage.tell();
    expect(JSON.stringify(stage.pagesIn('C0SOC'))).toContain('Soon a secret');
    await stage.say('lena', `restrict INC-${incident.id} to Lena Fischer`);
    await keepHandovers(stage.floor, stage.crew);
    await stage.tell();
    for (const place of ['C0SOC', 'D0OLIVIA'])
      expect(JSON.stringify(stage.pagesIn(place))).not.toContain('Soon a secret');
    await stage.say('lena', `handover withdraw ${number}`);
  });

  it('sends whoever ends a shift the draft a quarter of an hour before, once', async () => {
    const turn = Date.parse('2026-11-21T22:00:00.000Z');
    const onCall: OnCall = {
      rotas: () => ['night'],
      on: async (_, at) => [at.getTime() < turn ? olivia : adam],
      rotaFor: () => 'night',
    };
    const stage = setPageStage(store, { onCall });
    const incident = await stage.incident({ title: 'Left for the night' }, has(olivia));
    const duty = shiftEnds(stage.floor, stage.crew);
    stage.clock.now = turn - 15 * 60_000;
    const due = new Date(stage.clock.now);
    await duty.run(new Date(due.getTime() - 5 * 60_000), AbortSignal.timeout(1_000));
    await stage.tell();
    expect(stage.pagesIn('D0OLIVIA')).toEqual([]);
    // It may run twice for one time.
    await duty.run(due, AbortSignal.timeout(1_000));
    await duty.run(due, AbortSignal.timeout(1_000));
    await stage.tell();
    const [page, ...others] = stage.pagesIn('D0OLIVIA');
    expect(others).toEqual([]);
    expect(page?.subtitle).toContain('Your shift of night ends soon');
    expect(JSON.stringify(page)).toContain(`INC-${incident.id}`);
    expect(page?.facts).toContainEqual({ label: 'To', value: 'Adam Keller · not signed yet' });
  });

  it('is one draft where somebody leaves two rotas at the same time, with what nobody has of both', async () => {
    const turn = Date.parse('2026-11-22T22:00:00.000Z');
    const onCall: OnCall = {
      rotas: () => ['soc', 'cloud'],
      on: async (_, at) => [at.getTime() < turn ? lena : adam],
      rotaFor: ({ title }) => (title.includes('cloud') ? 'cloud' : 'soc'),
    };
    const stage = setPageStage(store, { onCall });
    const both = [
      await stage.incident({ title: 'A shell', severity: 'high' }),
      await stage.incident({ title: 'In the cloud', severity: 'high' }),
    ];
    stage.clock.now = turn - 15 * 60_000;
    await shiftEnds(stage.floor, stage.crew).run(new Date(stage.clock.now), AbortSignal.timeout(1_000));
    await stage.tell();
    const [page, ...others] = stage.pagesIn('D0LENA');
    expect(others).toEqual([]);
    for (const { id } of both) expect(JSON.stringify(page)).toContain(`INC-${id}`);
  });
});
