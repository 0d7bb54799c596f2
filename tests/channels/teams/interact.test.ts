import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/errors.ts';
import { type Company, createCompany, openly, SOC } from './company.ts';
import { findAll } from './find-all.ts';
import { cardView, closeDialog, closedView, incidentsReply, logView, takenView } from './views.ts';

const about = { incident: 1042, version: 1 };
let company: Company;
/** The card everybody sees. */
let card: { conversation: string; message: string };

beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());
beforeEach(async () => {
  company.rest();
  card = await company.teams.channel.post(SOC, cardView(), 'card');
  company.asked.length = 0;
});

const shown = () => company.messages().find(({ id }) => id === card.message);
const press = (as: string, verb = 'watchfloor/take', data: object = about) =>
  company.act('press', { as, conversation: SOC, activity: card.message, verb, data });

describe('a button that acts at once', () => {
  it('shows the presser the new card, and nobody else anything', async () => {
    company.desk.press = async ({ name }) => ({ card: takenView(name), told: '', changed: true });
    const { status, body } = await press('olivia');
    expect(status).toBe(200);
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(JSON.stringify(body.value)).toContain('Olivia Marsh has it');
    expect(shown()).toMatchObject({ posts: 1, edited: false });
    expect(company.asked).toMatchObject([
      {
        what: 'press',
        user: { channel: 'teams', id: '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1', name: 'Olivia Marsh' },
        with: ['take', 1042, 1],
      },
    ]);
  });

  it('keeps what is told to one of two people from the other', async () => {
    company.desk.press = async ({ name }) => ({
      card: takenView('Olivia Marsh'),
      told: `A word for ${name}.`,
      changed: true,
    });
    await press('olivia');
    await press('adam');
    const { personal, posts } = shown() ?? {};
    expect(posts).toBe(1);
    expect(JSON.stringify(personal?.olivia)).toContain('A word for Olivia Marsh.');
    expect(JSON.stringify(personal?.olivia)).not.toContain('Adam');
    expect(JSON.stringify(personal?.adam)).toContain('A word for Adam Keller.');
    await company.teams.channel.update(card, takenView('Olivia Marsh'));
    expect(JSON.stringify(shown())).not.toContain('A word for');
  });

  it('tells the presser alone why nothing changed, and changes no card', async () => {
    company.desk.press = async () => ({
      card: cardView(),
      told: 'Olivia Marsh already has it.',
      changed: false,
    });
    expect((await press('adam')).body).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'Olivia Marsh already has it.',
    });
    expect(shown()).toMatchObject({ posts: 1 });
    expect(shown()?.personal?.adam).toBeUndefined();
  });

  it('tells a refusal to the presser alone', async () => {
    company.desk.press = async () => {
      throw new Refused('Guests may look and nothing else. Ask Olivia Marsh, who is on call.');
    };
    const { body } = await press('guest');
    expect(body.value).toBe('Guests may look and nothing else. Ask Olivia Marsh, who is on call.');
    expect(shown()).toMatchObject({ posts: 1 });
  });

  it('shows a neutral sentence for a fault of ours, never the fault', async () => {
    company.desk.press = async () => {
      throw new Error('connect ECONNREFUSED postgres://watchfloor:secret@db');
    };
    const { status, body } = await press('olivia');
    expect(status).toBe(200);
    expect(body.value).toContain('the fault is on our side');
    expect(JSON.stringify(body)).not.toMatch(/postgres|secret/);
  });

  it('answers cards that are not ours without asking anybody', async () => {
    await press('olivia', 'watchfloor/erase');
    await press('olivia', 'watchfloor/take', { incident: '1042; drop table', version: 1 });
    expect(company.asked).toEqual([]);
    expect(company.standIn.state().toasts.at(-1)).toMatchObject({
      person: 'olivia',
      text: expect.stringContaining('not one that Watchfloor knows'),
    });
  });
});

describe('the same button in a client without Universal Actions', () => {
  const send = async (value: object) => {
    company.rest();
    await company.send(company.message({ text: undefined, value }));
  };
  const answers = () => company.messages().filter(({ id }) => id !== card.message);
  let before: number;
  beforeEach(() => {
    before = answers().length;
  });

  it('acts, and leaves it to the card to show it', async () => {
    company.desk.press = async ({ name }) => ({ card: takenView(name), told: 'It is yours.', changed: true });
    await send({ verb: 'take', ...about });
    expect(company.asked).toMatchObject([{ what: 'press', with: ['take', 1042, 1] }]);
    expect(answers()).toHaveLength(before);
  });

  it('answers where nothing changed, and alone where it is refused', async () => {
    company.desk.press = async () => ({ card: cardView(), told: 'Adam Keller has it.', changed: false });
    await send({ verb: 'take', ...about });
    company.desk.press = async () => {
      throw new Refused('Guests may look and nothing else.');
    };
    await send({ verb: 'take', ...about });
    const said = answers().slice(before);
    expect(said.map(({ text }) => text)).toEqual(['Adam Keller has it.', 'I have answered you privately.']);
    expect(company.messages('a:1olivia').at(-1)?.text).toBe('Guests may look and nothing else.');
  });

  it('asks nobody about what is not of our cards', async () => {
    await send({ verb: 'erase', ...about });
    await send({ verb: 'take' });
    expect(company.asked).toEqual([]);
    expect(
      answers()
        .slice(before)
        .map(({ text }) => text),
    ).toEqual(Array(2).fill('This card is not one that Watchfloor knows. Open a newer one.'));
  });
});

describe('a dialog', () => {
  const open = (as: string) =>
    company.act('open', { as, conversation: SOC, activity: card.message, data: { verb: 'close', ...about } });
  const submit = (as: string, fields: object) =>
    company.act('submit', {
      as,
      conversation: SOC,
      data: { verb: 'close', incident: 1042, version: 2, ...fields },
    });
  const dialog = () => company.standIn.state().dialogs.at(-1);

  beforeEach(() => {
    company.desk.open = async () => closeDialog();
    company.desk.suggest = async (_user, query) =>
      [{ value: '00000004-5a1e-4c0d-9b7a-3f6e2d81c0a4', label: 'Lena Fischer' }].filter(({ label }) =>
        label.startsWith(query),
      );
  });

  it('opens with every field, nothing chosen for the person', async () => {
    await open('olivia');
    const drawn = JSON.stringify(dialog()?.card);
    expect(dialog()).toMatchObject({ person: 'olivia', title: 'Close INC-1042' });
    expect(drawn).toContain('True positive · It was what the alert says');
    expect(drawn).toContain('"choices.data":{"type":"Data.Query","dataset":"watchfloor/people"}');
    expect(drawn).toContain('Lena Fischer');
    expect(drawn).not.toContain('"value":"true-positive"}],"value"');
  });

  it('shows what to mend above the fields and keeps what was typed, then closes', async () => {
    await open('olivia');
    company.desk.submit = async () => ({ faults: { comment: 'Say what was found.' } });
    const typed = {
      classification: 'true-positive',
      reviewer: '00000004-5a1e-4c0d-9b7a-3f6e2d81c0a4',
      comment: 'tbd',
    };
    await submit('olivia', typed);
    const again = JSON.stringify(dialog()?.card);
    expect(again).toContain('Comment: Say what was found.');
    expect(again).toContain('"value":"tbd"');
    expect(again).toMatch(
      /"value":"00000004-5a1e-4c0d-9b7a-3f6e2d81c0a4"\}\],"choices.data".*?\},"value":"00000004/,
    );

    company.desk.submit = async () => ({ card: closedView(), told: '', changed: true });
    await submit('olivia', { ...typed, comment: 'A real shell.' });
    expect(dialog()).toBeUndefined();
    expect(company.asked.filter(({ what }) => what === 'submit').map((each) => each.with)).toEqual([
      ['close', 1042, 2, typed],
      ['close', 1042, 2, { ...typed, comment: 'A real shell.' }],
    ]);
  });

  it('keeps a person whom only typing finds', async () => {
    const crowd = Array.from({ length: 400 }, (_, n) => ({ value: `id-${n}`, label: `Person ${n}` }));
    company.desk.suggest = async (_user, query) => crowd.filter(({ label }) => label.startsWith(query));
    await open('olivia');
    expect(JSON.stringify(dialog()?.card)).not.toContain('id-399');
    company.desk.submit = async () => ({ faults: { comment: 'Say what was found.' } });
    await submit('olivia', { reviewer: 'id-399', comment: '' });
    expect(findAll(dialog()?.card, 'Input.ChoiceSet')[1]).toMatchObject({
      value: 'id-399',
      choices: expect.arrayContaining([{ title: 'Person 399', value: 'id-399' }]),
    });
  });

  it('shows nobody rather than another in the place of somebody who is gone', async () => {
    const view = closeDialog();
    const fields = view.fields.map((field) =>
      field.kind === 'person' ? { ...field, chosen: { value: 'adam', label: 'Adam Keller' } } : field,
    );
    company.desk.open = async () => ({ ...view, fields });
    await open('olivia');
    expect(findAll(dialog()?.card, 'Input.ChoiceSet')[1]).toMatchObject({ value: 'adam' });
    company.desk.submit = async () => ({ faults: { reviewer: 'Choose somebody from the list.' } });
    await submit('olivia', { reviewer: 'gone' });
    expect(findAll(dialog()?.card, 'Input.ChoiceSet')[1]).not.toHaveProperty('value');
  });

  it('says in the dialog why it does not open or does not go through', async () => {
    company.desk.open = async () => {
      throw new Refused('Only responders close incidents. Ask Lena Fischer.');
    };
    const { body } = await open('guest');
    expect(body).toEqual({
      task: { type: 'message', value: 'Only responders close incidents. Ask Lena Fischer.' },
    });
    company.desk.open = async () => closeDialog();
    await open('olivia');
    company.desk.submit = async () => ({
      card: takenView('Adam Keller'),
      told: 'Adam Keller was first.',
      changed: false,
    });
    expect((await submit('olivia', {})).body).toEqual({
      task: { type: 'message', value: 'Adam Keller was first.' },
    });
  });

  it('finds people while one types', async () => {
    await open('olivia');
    const { body } = await company.act('search', {
      as: 'olivia',
      conversation: SOC,
      dataset: 'watchfloor/people',
      value: 'Len',
    });
    expect(body).toMatchObject({
      type: 'application/vnd.microsoft.search.searchResponse',
      value: { results: [{ title: 'Lena Fischer', value: '00000004-5a1e-4c0d-9b7a-3f6e2d81c0a4' }] },
    });
  });
});

describe('words', () => {
  const said = () => company.asked.filter(({ what }) => what === 'say').map((each) => each.with.slice(0, 3));

  it('answers a mention in the channel in its thread', async () => {
    company.desk.say = async () => openly(incidentsReply());
    await company.act('say', { as: 'olivia', conversation: SOC, text: '@Watchfloor list high & new' });
    expect(said()).toEqual([['list high & new', SOC, undefined]]);
    const answer = company.messages().at(-1);
    expect(answer?.root).toBeDefined();
    expect(answer?.summary).toContain('INC-1042 high new');
  });

  it('knows under which card something was written', async () => {
    company.desk.say = async () => openly({ kind: 'text', text: 'Closed **it** <at>all</at>.' });
    const log = await company.teams.channel.postLog(card, logView('Opened'), 'log');
    expect(log.conversation).toBe(`${SOC};messageid=${card.message}`);
    await company.act('say', {
      as: 'adam',
      conversation: SOC,
      text: '@Watchfloor close',
      replyTo: log.message,
    });
    expect(said()).toEqual([['close', SOC, { conversation: SOC, message: card.message }]]);
    const answer = company.messages().at(-1);
    expect(answer).toMatchObject({ root: card.message, textFormat: 'plain' });
    expect(answer?.text).not.toContain('<at>');
  });

  it('answers in a direct chat', async () => {
    company.desk.say = async () => openly({ kind: 'incident', card: cardView() });
    await company.act('say', { as: 'priya', conversation: 'a:1priya', text: 'show INC-1042' });
    expect(said()).toEqual([['show INC-1042', 'a:1priya', undefined]]);
    expect(company.messages('a:1priya').at(-1)?.attachments).toHaveLength(1);
  });

  it('takes out the mention of the bot only, and reads what Teams escaped', async () => {
    company.desk.say = async () => openly({ kind: 'text', text: 'Done.' });
    const bot = { id: '28:e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34' };
    await company.send(
      company.message({
        text: '<at>Watchfloor</at>&nbsp;assign INC-1042<br>&nbsp; <at>Adam Keller</at> &lt;b&gt; &amp;lt; &#39;x&#x27;',
        entities: [
          { type: 'mention', mentioned: bot, text: '<at>Watchfloor</at>' },
          { type: 'mention', mentioned: { id: '29:1adam-contoso' }, text: '<at>Adam Keller</at>' },
          { type: 'clientInfo' },
        ],
      }),
    );
    expect(said()).toEqual([["assign INC-1042\n Adam Keller <b> &lt; 'x'", SOC, undefined]]);
  });

  it('says nothing to what carries no words', async () => {
    const before = company.messages().length;
    await company.send(company.message({ text: undefined, attachments: [{ contentType: 'image/png' }] }));
    await company.send(company.message({ type: 'messageReaction', text: undefined }));
    expect(company.messages()).toHaveLength(before);
  });
});
