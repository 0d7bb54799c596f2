import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawQuestion } from '../../../src/channels/teams/draw-question.ts';
import { Denied } from '../../../src/errors.ts';
import { questionView, refused, toManager } from '../questions.ts';
import { findCardFaults } from './card-faults.ts';
import { type Company, createCompany } from './company.ts';
import { findAll } from './find-all.ts';

const view = questionView();
const settled = questionView({}, refused);

describe('a question in Teams', () => {
  it.each([
    ['open', questionView({ note: 'Were you at work then?' })],
    ['to-manager', questionView(toManager)],
    ['settled', settled],
  ])('%s is drawn like this', async (name, drawn) => {
    const card = drawQuestion(drawn);
    expect(findCardFaults(card)).toEqual([]);
    await expect(`${JSON.stringify(card, null, 2)}\n`).toMatchFileSnapshot(
      `../golden/teams-question-${name}.json`,
    );
  });

  it('carries its id and no authority, also in clients without Action.Execute', () => {
    const [actions] = findAll(drawQuestion(view), 'ActionSet');
    expect(actions?.actions).toMatchObject(
      ['yes', 'no', 'not-sure'].map((answer) => ({
        type: 'Action.Execute',
        verb: 'watchfloor/answer',
        data: { question: view.id, answer },
        fallback: { type: 'Action.Submit', data: { verb: 'answer', question: view.id, answer } },
      })),
    );
    expect(findAll(drawQuestion(view), 'Input.Text')).toMatchObject([{ id: 'note', maxLength: 500 }]);
  });

  it('that is settled has nothing to press or to type', () => {
    expect(findAll(drawQuestion(settled), 'ActionSet')).toEqual([]);
    expect(findAll(drawQuestion(settled), 'Input.Text')).toEqual([]);
  });

  it('leads to our own page and to no other kind of address', () => {
    const linkOf = (signIn: string) =>
      JSON.stringify(findAll(drawQuestion(view, { text: 'Sign in.', signIn }), 'ActionSet')[0]?.actions);
    expect(linkOf('https://watchfloor.contoso.com/sign-in/7Qk')).toContain('Action.OpenUrl');
    expect(linkOf('http://127.0.0.1:3978/sign-in/7Qk')).toContain('Action.OpenUrl');
    for (const address of ['javascript:alert(1)', 'http://evil.example/', ''])
      expect(linkOf(address)).not.toContain('Action.OpenUrl');
  });
});

describe('an answer in Teams', () => {
  let company: Company;
  let conversation: string;
  let activity: string;

  beforeAll(async () => {
    company = await createCompany();
  });
  afterAll(() => company.stop());
  beforeEach(async () => {
    company.rest();
    conversation = await company.teams.channel.direct('00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2');
    activity = (await company.teams.channel.postQuestion(conversation, view, view.id)).message;
    company.asked.length = 0;
    company.desk.answer = async () => ({ told: 'Thank you.', view: settled });
  });
  const press = (data: object, verb = 'watchfloor/answer') =>
    company.act('press', { as: 'adam', conversation, activity, verb, data });

  it('reaches the desk with its note, and shows the question as it is then', async () => {
    const { status, body } = await press({ question: view.id, answer: 'no', note: 'I was asleep' });
    expect(status).toBe(200);
    expect(company.asked).toMatchObject([{ what: 'answer', with: [view.id, 'no', 'I was asleep'] }]);
    expect(JSON.stringify(body.value)).toContain('You said: no, that was not me.');
    expect(JSON.stringify(body.value)).toContain('Thank you.');
  });

  it('is the same by message, from a client without Action.Execute', async () => {
    const value = { verb: 'answer', question: view.id, answer: 'yes', note: '' };
    const from = {
      id: '29:1adam-contoso',
      name: 'Adam Keller',
      aadObjectId: '00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2',
    };
    await company.send(company.message({ text: undefined, value, from, conversation: { id: conversation } }));
    expect(company.asked).toMatchObject([{ what: 'answer', with: [view.id, 'yes', ''] }]);
    await expect.poll(() => company.messages(conversation).at(-1)?.text).toBe('Thank you.');
  });

  it('that is refused is told so to whoever pressed', async () => {
    company.desk.answer = async () => {
      throw new Denied('not-asked', 'Only Adam Keller may answer this.');
    };
    const { body } = await press({ question: view.id, answer: 'yes' });
    expect(body.value).toBe('Only Adam Keller may answer this.');
  });

  it.each([
    ['an id that is none', { question: 'INC-1042', answer: 'yes' }],
    ['an answer that is none', { question: view.id, answer: 'close' }],
    ['a note that is no text', { question: view.id, answer: 'yes', note: { $gt: '' } }],
    ['a note without end', { question: view.id, answer: 'yes', note: 'x'.repeat(100_000) }],
    ['nothing', {}],
  ])('whose button carries %s never reaches the desk', async (_what, data) => {
    const { body } = await press(data);
    expect(body.value).toContain('not one that Watchfloor knows');
    expect(company.asked).toEqual([]);
  });
});
