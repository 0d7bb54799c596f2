import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ref, WordsFormView } from '../../../src/channels/channel.ts';
import { Refused } from '../../../src/errors.ts';
import { pageView } from '../pages.ts';
import { type Company, createCompany, openly, SOC } from './company.ts';
import { findAll } from './find-all.ts';

let company: Company;
let page: Ref;
beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());
beforeEach(async () => {
  company.rest();
  page = await company.teams.channel.postPage(
    { conversation: SOC, thread: undefined },
    pageView(),
    'page',
    [],
  );
  company.asked.length = 0;
});

const press = (data: object = { say: 'take INC-1042' }, where: object = {}) =>
  company.act('press', {
    as: 'olivia',
    conversation: SOC,
    activity: page.message,
    verb: 'watchfloor/say',
    data,
    ...where,
  });
const under = () => company.messages().filter(({ root }) => root === page.message);
const spot = () => ({ conversation: SOC, thread: page.message });

describe('a button of words in Teams', () => {
  it('is answered under its message, as if its words were typed there', async () => {
    company.desk.say = async () => openly({ kind: 'text', text: 'INC-1042 is yours.' });
    const { body } = await press();
    expect(body.value).toBe('The answer follows here.');
    const card = { conversation: SOC, message: page.message };
    expect(company.asked).toMatchObject([{ what: 'say', with: ['take INC-1042', SOC, card, spot()] }]);
    expect(under()).toMatchObject([{ text: 'INC-1042 is yours.' }]);
  });

  it('tells what is private, and why they are refused, to the presser alone', async () => {
    company.desk.say = async () => ({ view: { kind: 'text', text: 'For you.' }, private: true });
    expect((await press()).body.value).toBe('For you.');
    company.desk.say = async () => ({ view: { kind: 'page', page: pageView() }, private: true });
    expect((await press()).body.value).toBe('I have answered in our own chat.');
    expect(company.messages('a:1olivia').at(-1)).toMatchObject({ summary: pageView().fallback });
    company.desk.say = async () => {
      throw new Refused('Ask a lead.');
    };
    expect((await press()).body.value).toBe('Ask a lead.');
    expect(under()).toEqual([]);
  });

  it('is answered in a direct chat where it stands in one', async () => {
    const conversation = 'a:1olivia';
    const { message } = await company.teams.channel.postPage(
      { conversation, thread: undefined },
      pageView(),
      'direct',
      [],
    );
    company.desk.say = async () => ({ view: { kind: 'text', text: 'For you.' }, private: true });
    await press({ say: 'take INC-1042' }, { conversation, activity: message });
    expect(company.messages(conversation).at(-1)?.text).toBe('For you.');
  });

  it('says the same from a client without Universal Actions', async () => {
    company.desk.say = async () => openly({ kind: 'text', text: 'INC-1042 is yours.' });
    await company.send(company.message({ text: undefined, value: { verb: 'say', say: 'take INC-1042' } }));
    expect(company.asked).toMatchObject([{ what: 'say', with: ['take INC-1042', SOC, undefined, {}] }]);
    expect(company.messages().at(-1)?.text).toBe('INC-1042 is yours.');
  });

  it.each([
    ['no words', {}],
    ['too many words', { say: 'x'.repeat(151) }],
    ['words that are none', { say: { kind: 'take' } }],
  ])('that carries %s is asked of nobody', async (_what, data) => {
    expect((await press(data)).body.value).toContain('not one that Watchfloor knows');
    expect(company.asked).toEqual([]);
  });
});

describe('a button of words that asks first in Teams', () => {
  const data = { verb: 'say/form', say: 'silence INC-1042' };
  const form: WordsFormView = {
    words: 'silence INC-1042',
    title: 'Silence',
    about: 'INC-1042 Reverse shell',
    submit: 'Silence it',
    fields: [
      {
        kind: 'text',
        id: 'reason',
        label: 'Why',
        required: true,
        maxLength: 500,
        placeholder: '',
        filled: '',
      },
    ],
  };
  const open = () => company.act('open', { as: 'olivia', conversation: SOC, activity: page.message, data });
  const submit = () =>
    company.act('submit', { as: 'olivia', conversation: SOC, data: { ...data, reason: 'Patching' } });
  const dialog = () => company.standIn.state().dialogs.at(-1);
  beforeEach(() => {
    company.desk.openForm = async () => form;
  });

  it('opens the form, says what to mend with all that was typed, and is answered under its message', async () => {
    await open();
    expect(dialog()).toMatchObject({ title: 'Silence' });
    expect(findAll(dialog()?.card, 'Action.Submit')).toMatchObject([{ data }]);
    company.desk.submitForm = async () => ({ faults: { reason: 'Say more.' } });
    await submit();
    expect(JSON.stringify(dialog()?.card)).toContain('Why: Say more.');
    expect(findAll(dialog()?.card, 'Input.Text')).toMatchObject([{ value: 'Patching' }]);
    company.desk.submitForm = async () => openly({ kind: 'text', text: 'Silenced.' });
    await submit();
    expect(dialog()).toBeUndefined();
    expect(company.asked.at(-1)).toMatchObject({
      what: 'submitForm',
      with: ['silence INC-1042', { reason: 'Patching' }, SOC, spot()],
    });
    expect(under()).toMatchObject([{ text: 'Silenced.' }]);
  });

  it('tells what is private, and a refusal, in the form', async () => {
    await open();
    company.desk.submitForm = async () => ({ view: { kind: 'text', text: 'For you.' }, private: true });
    expect((await submit()).body.task).toMatchObject({ type: 'message', value: 'For you.' });
    company.desk.openForm = async () => {
      throw new Refused('"take" has no form.');
    };
    expect((await open()).body.task).toMatchObject({ type: 'message', value: '"take" has no form.' });
    expect(under()).toEqual([]);
  });
});
