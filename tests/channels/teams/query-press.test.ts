import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/errors.ts';
import { type Company, createCompany, openly, SOC } from './company.ts';
import { findAll } from './find-all.ts';
import { chartView, huntsReply, narrowDialog, queryId, queryView, waitingView } from './query-views.ts';
import { cardView, closeDialog } from './views.ts';

let company: Company;
/** Where the query stands: in the thread under a card. */
let card: { conversation: string; message: string };
let query: { conversation: string; message: string };

beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());
beforeEach(async () => {
  company.rest();
  const { channel } = company.teams;
  card = await channel.post(SOC, cardView(), 'card');
  query = await channel.postQuery({ conversation: SOC, thread: card.message }, queryView(), 'query');
  company.asked.length = 0;
});

const shown = () => company.messages().find(({ id }) => id === query.message);
const about = { query: queryId, argument: '' };
const press = (verb: string, data: object = about) =>
  company.act('press', { as: 'olivia', conversation: SOC, activity: query.message, verb, data });

describe('the message of a query', () => {
  it('stands in the thread it was asked in, and is edited from its place in line to its answer', async () => {
    const { channel } = company.teams;
    const ref = await channel.postQuery(
      { conversation: SOC, thread: card.message },
      waitingView(),
      'query-1',
    );
    expect(ref).toEqual({ conversation: `${SOC};messageid=${card.message}`, message: expect.any(String) });
    await channel.updateQuery(ref, queryView());
    const under = company.messages().filter(({ id }) => id === ref.message);
    expect(under).toMatchObject([{ root: card.message, posts: 2, summary: queryView().fallback }]);
  });

  it('is a thread of its own where none is named, and one of the stream in a direct chat', async () => {
    const { channel } = company.teams;
    const own = await channel.postQuery({ conversation: SOC, thread: undefined }, waitingView(), 'query-2');
    await channel.updateQuery(own, queryView());
    expect(company.messages().find(({ id }) => id === own.message)).toMatchObject({ posts: 2 });
    expect(company.messages().find(({ id }) => id === own.message)?.root).toBeUndefined();
    const direct = await channel.postQuery(
      { conversation: 'a:1olivia', thread: undefined },
      chartView(),
      'query-3',
    );
    await channel.updateQuery(direct, queryView());
    expect(company.messages('a:1olivia').at(-1)).toMatchObject({ id: direct.message, posts: 2 });
  });

  it('is said to be gone when a person deleted it', async () => {
    const gone = { ...query, message: '1700000000000' };
    await expect(company.teams.channel.updateQuery(gone, queryView())).rejects.toMatchObject({
      reason: 'not-found',
    });
  });
});

describe('a button of a query', () => {
  it('shows the presser the query as it is now', async () => {
    company.desk.pressQuery = async () => ({ view: chartView(), told: 'Shown as a chart.' });
    const { body } = await press('watchfloor/query/chart');
    expect(body).toMatchObject({ type: 'application/vnd.microsoft.card.adaptive' });
    expect(JSON.stringify(body.value)).toContain('Shown as a chart.');
    expect(findAll(body.value, 'Chart.Line')).toHaveLength(1);
    expect(company.asked).toMatchObject([{ what: 'pressQuery', with: ['chart', queryId, ''] }]);
    expect(shown()).toMatchObject({ posts: 1 });
  });

  it('names the part that more is wanted of', async () => {
    company.desk.pressQuery = async () => ({ view: undefined, told: 'The rows follow in this thread.' });
    const { body } = await press('watchfloor/query/more', { query: queryId, argument: '3' });
    expect(body.value).toBe('The rows follow in this thread.');
    expect(company.asked).toMatchObject([{ what: 'pressQuery', with: ['more', queryId, '3'] }]);
  });

  it('tells a refusal to the presser alone', async () => {
    company.desk.pressQuery = async () => {
      throw new Refused('Only Olivia Marsh or a lead cancels this query.');
    };
    expect((await press('watchfloor/query/cancel')).body.value).toBe(
      'Only Olivia Marsh or a lead cancels this query.',
    );
    expect(shown()).toMatchObject({ posts: 1 });
  });

  it('is asked of nobody where it is not one of ours', async () => {
    await press('watchfloor/query/erase');
    await press('watchfloor/query/next', { query: 'x', argument: '' });
    await press('watchfloor/query/next', { query: queryId, argument: 'x'.repeat(201) });
    await press('watchfloor/query/next', { incident: 1042, version: 1 });
    expect(company.asked).toEqual([]);
    expect(company.standIn.state().toasts.at(-1)?.text).toContain('not one that Watchfloor knows');
  });

  it('acts the same from a client without Universal Actions, and says only what there is to say', async () => {
    const before = company.messages().length;
    const value = { verb: 'query/next', ...about };
    company.desk.pressQuery = async () => ({ view: queryView(), told: '' });
    await company.send(company.message({ text: undefined, value }));
    expect(company.messages()).toHaveLength(before);
    company.clock.now += 1;
    company.desk.pressQuery = async () => ({ view: undefined, told: 'The file is in your direct chat.' });
    await company.send(company.message({ text: undefined, value: { ...value, verb: 'query/csv' } }));
    expect(company.messages().at(-1)?.text).toBe('The file is in your direct chat.');
    expect(company.asked.map((each) => each.with)).toEqual([
      ['next', queryId, ''],
      ['csv', queryId, ''],
    ]);
  });
});

describe('a dialog of a query', () => {
  const open = () =>
    company.act('open', {
      as: 'olivia',
      conversation: SOC,
      activity: query.message,
      data: { verb: 'query/narrow', query: queryId },
    });
  const submit = (fields: object) =>
    company.act('submit', {
      as: 'olivia',
      conversation: SOC,
      data: { verb: 'query/narrow', query: queryId, ...fields },
    });
  const dialog = () => company.standIn.state().dialogs.at(-1);
  beforeEach(() => {
    company.desk.openQuery = async () => narrowDialog();
  });

  it('opens, says what to mend, keeps what was typed, and closes', async () => {
    await open();
    expect(dialog()).toMatchObject({ title: 'Narrow the query' });
    company.desk.submitQuery = async () => ({ faults: { text: 'wher is no operator.' } });
    await submit({ text: 'SigninLogs\n| wher x' });
    expect(JSON.stringify(dialog()?.card)).toContain('KQL: wher is no operator.');
    expect(findAll(dialog()?.card, 'Input.Text')).toMatchObject([{ value: 'SigninLogs\n| wher x' }]);
    company.desk.submitQuery = async () => ({ view: waitingView(), told: '' });
    await submit({ text: 'SigninLogs\n| where x' });
    expect(dialog()).toBeUndefined();
    expect(company.asked.filter(({ what }) => what === 'submitQuery').map((each) => each.with)).toEqual([
      ['narrow', queryId, { text: 'SigninLogs\n| wher x' }],
      ['narrow', queryId, { text: 'SigninLogs\n| where x' }],
    ]);
  });

  it('may have a field that is called like a part of an incident’s form, and the other way about', async () => {
    await open();
    company.desk.submitQuery = async () => ({ view: undefined, told: 'Pinned to INC-1042.' });
    await submit({ incident: 'INC-1042' });
    company.desk.submit = async () => ({ card: cardView(), told: 'It runs.', changed: false });
    company.desk.open = async () => ({ ...closeDialog(), verb: 'investigate' });
    const incident = { verb: 'investigate', incident: 1042, version: 1 };
    await company.act('open', { as: 'olivia', conversation: SOC, activity: card.message, data: incident });
    const typed = { as: 'olivia', conversation: SOC, data: { ...incident, query: 'SigninLogs | take 1' } };
    await company.act('submit', typed);
    expect(company.asked.filter(({ what }) => /^submit/.test(what)).map((each) => each.with)).toEqual([
      ['narrow', queryId, { incident: 'INC-1042' }],
      ['investigate', 1042, 1, { query: 'SigninLogs | take 1' }],
    ]);
  });

  it('says what came of it where nothing else does', async () => {
    await open();
    company.desk.submitQuery = async () => ({ view: undefined, told: 'Pinned to INC-1042.' });
    expect((await submit({})).body).toEqual({ task: { type: 'message', value: 'Pinned to INC-1042.' } });
  });

  it('finds hunts while one types', async () => {
    await open();
    company.desk.suggest = async (_user, text, list) =>
      list === 'hunts' ? [{ value: 'hunt-1', label: `${text}word spray`, description: 'T1110' }] : [];
    const search = { as: 'olivia', conversation: SOC, dataset: 'watchfloor/hunts', value: 'Pass' };
    const { body } = await company.act('search', search);
    expect(body.value).toEqual({ results: [{ title: 'Password spray · T1110', value: 'hunt-1' }] });
    await company.act('search', { ...search, dataset: 'watchfloor/secrets' });
    expect(company.asked.filter(({ what }) => what === 'suggest')).toHaveLength(1);
  });
});

describe('hunts that are offered', () => {
  const run = async () => {
    const offered = company.messages().at(-1);
    return company.act('press', {
      as: 'adam',
      conversation: SOC,
      activity: offered?.id,
      verb: 'watchfloor/hunt',
      data: { hunt: 'hunt-1' },
    });
  };
  beforeEach(async () => {
    company.desk.say = async () => openly(huntsReply());
    await company.act('say', {
      as: 'adam',
      conversation: SOC,
      text: '@Watchfloor hunt suggest',
      replyTo: card.message,
    });
    company.asked.length = 0;
  });

  it('run where they were offered, and the presser is told that they do', async () => {
    company.desk.runHunt = async () => ({ view: { kind: 'none' }, private: false });
    const before = company.messages().length;
    expect((await run()).body.value).toBe('It runs. The answer follows here.');
    expect(company.asked).toMatchObject([
      {
        what: 'runHunt',
        with: [
          'hunt-1',
          SOC,
          { conversation: SOC, message: card.message },
          { conversation: SOC, thread: card.message },
        ],
      },
    ]);
    expect(company.messages()).toHaveLength(before);
  });

  it('say why they do not, to whoever pressed', async () => {
    company.desk.runHunt = async () => {
      throw new Refused('You have four queries in line. Wait, or say cancel.');
    };
    expect((await run()).body.value).toBe('You have four queries in line. Wait, or say cancel.');
  });

  it('run from a client without Universal Actions, too', async () => {
    company.desk.runHunt = async () => ({ view: { kind: 'none' }, private: false });
    await company.send(company.message({ text: undefined, value: { verb: 'hunt', hunt: 'hunt-1' } }));
    expect(company.asked).toMatchObject([
      { what: 'runHunt', with: ['hunt-1', SOC, undefined, { conversation: SOC }] },
    ]);
  });
});

describe('where an answer goes that follows', () => {
  const said = () => company.asked.filter(({ what }) => what === 'say').map((each) => each.with);
  beforeEach(() => {
    company.desk.say = async () => ({ view: { kind: 'none' }, private: false });
  });

  it('is the thread that the words begin or stand in, and nothing is said before it', async () => {
    const before = company.messages().length;
    await company.act('say', { as: 'olivia', conversation: SOC, text: '@Watchfloor query SigninLogs' });
    const root = company.messages().at(-1)?.id;
    await company.act('say', {
      as: 'olivia',
      conversation: SOC,
      text: '@Watchfloor ip 10.0.0.4',
      replyTo: card.message,
    });
    expect(said().map(([, , , spot]) => spot)).toEqual([
      { conversation: SOC, thread: root },
      { conversation: SOC, thread: card.message },
    ]);
    expect(company.messages()).toHaveLength(before + 2);
  });

  it('is the chat itself where there are no threads', async () => {
    await company.act('say', { as: 'priya', conversation: 'a:1priya', text: 'query SigninLogs' });
    expect(said()).toEqual([
      ['query SigninLogs', 'a:1priya', undefined, { conversation: 'a:1priya', thread: undefined }],
    ]);
  });
});
