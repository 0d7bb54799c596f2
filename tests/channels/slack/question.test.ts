// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
import { describe, expect, test } from 'vitest';
import { messageFaults } from '../../../src/channels/slack/limits.ts';
import { drawQuestion } from '../../../src/channels/slack/question.ts';
import { Denied } from '../../../src/errors.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { everywhere, questionView, refused, toManager } from '../questions.ts';
import { expectNoMarkup } from './no-markup.ts';
import { setStage } from './stage.ts';

const DIRECT = 'D0ADAM';
const view = questionView();
const hostile = '<!channel> *bold* <https://evil.example|click> `${1+1}` \u202e :tada: @here';

describe('a question in Slack', () => {
  test.each([
    ['open', questionView({ note: 'Were you at work then?' })],
    ['to-manager', questionView(toManager)],
    ['settled', questionView({}, refused)],
  ])('%s is drawn like this', async (name, drawn) => {
    const json = `${JSON.stringify(drawQuestion(drawn), null, 2)}\n`;
    await expect(json).toMatchFileSnapshot(`../golden/slack-question-${name}.json`);
  });

  test('carries its id and no authority, and takes a note that need not be given', () => {
    const { blocks } = drawQuestion(view);
    expect(blocks.find(({ type }) => type === 'input')).toMatchObject({ optional: true });
    expect(blocks.find(({ type }) => type === 'actions')).toMatchObject({
      elements: [
        { action_id: 'question:yes', value: `${view.id}:yes`, style: 'primary' },
        { action_id: 'question:no', value: `${view.id}:no`, style: 'danger' },
        { action_id: 'question:not-sure', value: `${view.id}:not-sure` },
      ],
    });
  });

  test('that is settled has nothing to press or to type', () => {
    const types = drawQuestion(questionView({}, refused)).blocks.map(({ type }) => type);
    expect(types).toEqual(['rich_text', 'rich_text', 'rich_text']);
  });

  test.each([hostile, 'long '.repeat(2_000), '', '🛡️'.repeat(3_000)])(
    'holds whatever attackers wrote as plain text that Slack takes',
    (text) => {
      for (const outcome of [undefined, refused]) {
        const drawn = drawQuestion(questionView(everywhere(text), outcome));
        expect(messageFaults(drawn)).toEqual([]);
        expect(checkBlocks(drawn.blocks, 'message')).toEqual([]);
        expectNoMarkup(drawn);
      }
    },
  );

  test('is posted with a mark to be found by, and edited in place', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    const conversation = await channel.direct('U0ADAM');
    const ref = await channel.postQuestion(conversation, view, view.id);
    expect(await channel.find?.(conversation, view.id, undefined)).toEqual(ref);
    await channel.updateQuestion(ref, questionView({}, refused));
    const [message] = stage.messages(DIRECT);
    expect(JSON.stringify(message)).toContain('You said: no, that was not me.');
    expect(stage.messages(DIRECT)).toHaveLength(1);
  });
});

describe('an answer in Slack', () => {
  async function stageWithQuestion() {
    const stage = await setStage();
    const ref = await stage.slack.channel.postQuestion(DIRECT, view, view.id);
    const given: unknown[] = [];
    stage.desk.answer = async (user, ...rest) => {
      given.push([user.id, ...rest]);
      return { told: 'Thank you.', view };
    };
    const press = (as: string, action_id: string, more: object = {}) =>
      stage.control('press', { as, channel: DIRECT, ts: ref.message, action_id, ...more });
    const told = () => stage.standIn.state().ephemerals.map(({ text }) => text);
    return {
      stage,
      given,
      press,
      told,
      async [Symbol.asyncDispose]() {
        await stage[Symbol.asyncDispose]();
      },
    };
  }

  test('reaches the desk with its note, and is thanked for in private', async () => {
    await using set = await stageWithQuestion();
    await set.press('adam', 'question:no', { values: { [`note:${view.id}`]: { note: 'I was asleep' } } });
    expect(set.given).toEqual([['U0ADAM', view.id, 'no', 'I was asleep']]);
    await expect.poll(set.told).toEqual(['Thank you.']);
  });

  test('that needs a fresh sign-in comes with the way to it', async () => {
    await using set = await stageWithQuestion();
    const signIn = 'https://watchfloor.contoso.com/sign-in/7Qk';
    set.stage.desk.answer = async () => ({ told: 'Sign in once more.', view, signIn });
    await set.press('adam', 'question:yes');
    await expect.poll(() => JSON.stringify(set.stage.standIn.state().ephemerals)).toContain(signIn);
  });

  test('that is refused is told so in private', async () => {
    await using set = await stageWithQuestion();
    set.stage.desk.answer = async () => {
      throw new Denied('not-asked', 'Only Adam Keller may answer this.');
    };
    await set.press('adam', 'question:yes');
    await expect.poll(set.told).toEqual(['Only Adam Keller may answer this.']);
  });

  test.each([
    ['an id that is none', 'INC-1042:yes'],
    ['an answer that is none', `${view.id}:maybe`],
    ['nothing', ''],
    ['SQL', `${view.id}' or 1=1:yes`],
  ])('whose button carries %s never reaches the desk', async (_what, value) => {
    await using set = await stageWithQuestion();
    const payload = {
      type: 'block_actions',
      api_app_id: 'A0WATCHFLOOR',
      team: { id: 'T0CONTOSO' },
      user: { id: 'U0ADAM', team_id: 'T0CONTOSO' },
      trigger_id: '1.2.3',
      container: { channel_id: DIRECT },
      actions: [{ type: 'button', action_id: 'question:yes', block_id: 'answers', value }],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const { status } = await set.stage.sign(body, { type: 'application/x-www-form-urlencoded' });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(set.given).toEqual([]);
  });
});
