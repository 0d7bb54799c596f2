import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/errors.ts';
import { type Company, createCompany, SOC } from './company.ts';
import { findAll } from './find-all.ts';
import { actDialog, actPage, refuseDialog, runId, runView, standingView } from './run-views.ts';
import { cardView } from './views.ts';

let company: Company;
/** Where the run stands: in the thread under a card. */
let card: { conversation: string; message: string };
let run: { conversation: string; message: string };

beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());
beforeEach(async () => {
  company.rest();
  const { channel } = company.teams;
  card = await channel.post(SOC, cardView(), 'card');
  run = await channel.postRun({ conversation: SOC, thread: card.message }, runView(), 'run', true);
  company.asked.length = 0;
});

const shown = () => company.messages().find(({ id }) => id === run.message);
const about = { run: runId, revision: 3 };
const press = (verb: string, data: object = about) =>
  company.act('press', { as: 'lena', conversation: SOC, activity: run.message, verb, data });
const dialog = () => company.standIn.state().dialogs.at(-1);
const submitted = () =>
  company.asked.filter(({ what }) => what === 'submit' || what === 'submitRun').map((each) => each.with);

describe('the message of a run', () => {
  it('stands in the thread of its incident, and is edited from its request to its end', async () => {
    expect(run).toEqual({ conversation: `${SOC};messageid=${card.message}`, message: expect.any(String) });
    await company.teams.channel.updateRun(run, standingView());
    const under = company.messages().filter(({ root }) => root === card.message);
    expect(under).toMatchObject([{ id: run.message, posts: 2, summary: standingView().fallback }]);
  });

  it('is the same whether somebody has to decide or not', async () => {
    const spot = { conversation: SOC, thread: card.message };
    const quiet = await company.teams.channel.postRun(spot, runView(), 'run-2', false);
    const written = company.messages().find(({ id }) => id === quiet.message);
    expect(written).toMatchObject({ root: card.message, attachments: shown()?.attachments });
  });

  it('is said to be gone when a person deleted it', async () => {
    const gone = { ...run, message: '1700000000000' };
    await expect(company.teams.channel.updateRun(gone, runView())).rejects.toMatchObject({
      reason: 'not-found',
    });
  });
});

describe('a button of a run', () => {
  it('shows the presser the run as it is now, and everybody else sees it as it was', async () => {
    company.desk.pressRun = async () => ({ view: standingView(), told: 'You have approved it.' });
    const { body } = await press('watchfloor/run/approve');
    expect(body).toMatchObject({ type: 'application/vnd.microsoft.card.adaptive' });
    expect(JSON.stringify(body.value)).toContain('You have approved it.');
    expect(JSON.stringify(body.value)).toContain(standingView().headline);
    expect(company.asked).toMatchObject([{ what: 'pressRun', with: ['approve', runId, 3] }]);
    expect(shown()).toMatchObject({ posts: 1 });
  });

  it('tells what came of it where the run itself does not show it', async () => {
    company.desk.pressRun = async () => ({ view: undefined, told: 'One more has to approve it.' });
    expect((await press('watchfloor/run/approve')).body.value).toBe('One more has to approve it.');
  });

  it('tells a refusal to the presser alone', async () => {
    company.desk.pressRun = async () => {
      throw new Refused('You asked for it yourself. Ask another lead.');
    };
    expect((await press('watchfloor/run/approve')).body.value).toBe(
      'You asked for it yourself. Ask another lead.',
    );
    expect(shown()).toMatchObject({ posts: 1 });
  });

  it.each([
    ['a verb that is none', 'watchfloor/run/erase', about],
    ['a run that is none', 'watchfloor/run/approve', { run: 'RUN-7', revision: 3 }],
    ['no revision', 'watchfloor/run/approve', { run: runId }],
    ['an incident', 'watchfloor/run/cancel', { incident: 1042, version: 1 }],
  ])('that carries %s is asked of nobody', async (_what, verb, data) => {
    const { body } = await press(verb, data);
    expect(body.value).toContain('not one that Watchfloor knows');
    expect(company.asked).toEqual([]);
  });

  it('acts the same from a client without Universal Actions, and says only what there is to say', async () => {
    const before = company.messages().length;
    const value = { verb: 'run/undo', ...about };
    company.desk.pressRun = async () => ({ view: standingView(), told: '' });
    await company.send(company.message({ text: undefined, value }));
    expect(company.messages()).toHaveLength(before);
    company.clock.now += 1;
    company.desk.pressRun = async () => ({ view: undefined, told: 'It is released already.' });
    await company.send(company.message({ text: undefined, value }));
    expect(company.messages().at(-1)?.text).toBe('It is released already.');
    expect(company.asked.map((each) => each.with)).toEqual([
      ['undo', runId, 3],
      ['undo', runId, 3],
    ]);
  });
});

describe('a dialog of a run', () => {
  const data = { verb: 'run/refuse', ...about };
  const open = () => company.act('open', { as: 'lena', conversation: SOC, activity: run.message, data });
  const submit = (fields: object) =>
    company.act('submit', { as: 'lena', conversation: SOC, data: { ...data, ...fields } });
  beforeEach(() => {
    company.desk.openRun = async () => refuseDialog();
  });

  it('opens, says what to mend, keeps what was typed, and closes', async () => {
    await open();
    expect(dialog()).toMatchObject({ title: 'Refuse RUN-7' });
    expect(JSON.stringify(dialog()?.card)).toContain('Adam Keller is told why.');
    company.desk.submitRun = async () => ({ faults: { reason: 'Say a little more.' } });
    await submit({ reason: 'no' });
    expect(JSON.stringify(dialog()?.card)).toContain('Why: Say a little more.');
    expect(findAll(dialog()?.card, 'Input.Text')).toMatchObject([{ value: 'no' }]);
    company.desk.submitRun = async () => ({ view: runView(), told: '' });
    await submit({ reason: 'Payments run until midnight.' });
    expect(dialog()).toBeUndefined();
    expect(submitted()).toEqual([
      ['refuse', runId, 3, { reason: 'no' }],
      ['refuse', runId, 3, { reason: 'Payments run until midnight.' }],
    ]);
  });

  it('says what came of it where nothing else does', async () => {
    await open();
    company.desk.submitRun = async () => ({ view: undefined, told: 'Adam Keller has cancelled it.' });
    expect((await submit({ reason: 'x' })).body).toEqual({
      task: { type: 'message', value: 'Adam Keller has cancelled it.' },
    });
  });

  it('says why it does not open', async () => {
    company.desk.openRun = async () => {
      throw new Refused('It has begun already.');
    };
    expect((await open()).body).toEqual({ task: { type: 'message', value: 'It has begun already.' } });
  });
});

describe('a form of several pages', () => {
  const first = { verb: 'act', incident: 1042, version: 1 };
  const next = { ...first, carried: { play: 'isolate-machine' } };
  const submit = (data: object) => company.act('submit', { as: 'adam', conversation: SOC, data });
  beforeEach(async () => {
    company.desk.open = async () => actDialog();
    company.desk.submit = async () => ({ page: actPage() });
    await company.act('open', { as: 'adam', conversation: SOC, activity: card.message, data: first });
    await submit({ ...first, play: 'isolate-machine' });
  });

  it('goes on in the place of the page that was filled, and remembers what was chosen there', async () => {
    expect(findAll(dialog()?.card, 'Input.Text')).toMatchObject([{ id: 'minutes', value: '240' }, {}]);
    expect(findAll(dialog()?.card, 'Action.Submit')).toMatchObject([{ title: 'Ask for it', data: next }]);
    company.desk.submit = async () => ({ card: cardView(), told: '', changed: true });
    await submit({ ...next, minutes: '60', reason: 'A real shell.' });
    expect(dialog()).toBeUndefined();
    expect(submitted()).toEqual([
      ['act', 1042, 1, { play: 'isolate-machine' }],
      ['act', 1042, 1, { play: 'isolate-machine', minutes: '60', reason: 'A real shell.' }],
    ]);
  });

  it('takes what is filled in over what was chosen before', async () => {
    company.desk.submit = async () => ({ card: cardView(), told: '', changed: true });
    await submit({ ...next, play: 'block-ip' });
    expect(submitted().at(-1)).toEqual(['act', 1042, 1, { play: 'block-ip' }]);
  });

  it('says on that very page what is to be mended there', async () => {
    company.desk.submit = async () => ({ faults: { minutes: 'At most 1,440.' }, form: actPage() });
    await submit({ ...next, minutes: '9999', reason: 'A real shell.' });
    const drawn = JSON.stringify(dialog()?.card);
    expect(drawn).toContain('For how many minutes: At most 1,440.');
    expect(findAll(dialog()?.card, 'Input.Text')).toMatchObject([
      { value: '9999' },
      { value: 'A real shell.' },
    ]);
    expect(findAll(dialog()?.card, 'Action.Submit')).toMatchObject([{ data: next }]);
  });

  it.each([
    ['no list', 'isolate-machine'],
    ['no texts', { play: { $gt: '' } }],
    ['no end', { play: 'x'.repeat(501) }],
  ])('carries nothing that is %s', async (_what, carried) => {
    const { body } = await submit({ ...first, carried });
    expect(JSON.stringify(body)).toContain('not one that Watchfloor knows');
    expect(submitted()).toHaveLength(1);
  });
});
