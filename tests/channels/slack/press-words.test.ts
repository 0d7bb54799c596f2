import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/errors.ts';
import { pageView } from '../pages.ts';
import { ROOM, type Stage, setStage } from './stage.ts';

let stage: Stage;
let page: { channel: string; ts: string };
beforeEach(async () => {
  stage = await setStage();
  const { conversation, message } = await stage.slack.channel.postPage(
    { conversation: ROOM, thread: undefined },
    pageView(),
    'page',
    [],
  );
  page = { channel: conversation, ts: message };
});
afterEach(() => stage[Symbol.asyncDispose]());

const press = (action_id: string, at: object = page) =>
  stage.control('press', { as: 'adam', ...at, action_id });
const told = () => stage.standIn.state().ephemerals.map(({ user, text }) => ({ user, text }));
const openView = () => stage.standIn.state().views.at(-1)?.id ?? '';

describe('a button of words in Slack', () => {
  it('is answered in the thread of its message, as if its words were typed there', async () => {
    await press('say:1');
    expect(stage.asked).toMatchObject([
      {
        what: 'say',
        user: { id: 'U0ADAM' },
        text: 'take INC-1042',
        conversation: ROOM,
        card: undefined,
        spot: { conversation: ROOM, thread: page.ts },
      },
    ]);
    expect(stage.messages().at(-1)).toMatchObject({ thread_ts: page.ts, text: 'You said take INC-1042' });
    expect(told()).toEqual([]);
  });

  it('in a thread is said in it, under its first message', async () => {
    const spot = { conversation: ROOM, thread: page.ts };
    const { message } = await stage.slack.channel.postPage(spot, pageView(), 'under', []);
    await press('say:1', { channel: ROOM, ts: message });
    expect(stage.asked.at(-1)).toMatchObject({ card: { conversation: ROOM, message: page.ts }, spot });
  });

  it('tells what is private, and why they are refused, to the presser alone', async () => {
    stage.desk.say = async () => ({ view: { kind: 'text', text: 'For you.' }, private: true });
    await press('say:1');
    stage.desk.say = async () => {
      throw new Refused('Ask a lead.');
    };
    await press('say:1');
    expect(told()).toEqual([
      { user: 'U0ADAM', text: 'For you.' },
      { user: 'U0ADAM', text: 'Ask a lead.' },
    ]);
    expect(stage.messages()).toHaveLength(1);
  });

  it('that only one person sees is answered to them alone', async () => {
    stage.desk.say = async () => ({ view: { kind: 'page', page: pageView() }, private: true });
    await press('say:1');
    const shown = stage.standIn.state().ephemerals.at(-1);
    stage.desk.say = async (user, text, conversation, card, spot) => {
      stage.asked.push({ what: 'say', user, text, conversation, card, spot });
      return { view: { kind: 'text', text: 'Taken.' }, private: false };
    };
    await press('say:1', { channel: ROOM, ts: shown?.ts });
    expect(stage.asked.at(-1)).toMatchObject({ text: 'take INC-1042', spot: undefined });
    expect(told().at(-1)).toEqual({ user: 'U0ADAM', text: 'Taken.' });
    expect(stage.messages()).toHaveLength(1);
  });
});

describe('a button of words that asks first in Slack', () => {
  it('opens the form of its words, and is answered where it stands', async () => {
    await press('form:2');
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'openForm',
      text: 'silence INC-1042',
      conversation: ROOM,
    });
    const view = stage.standIn.state().views.at(-1)?.view as { private_metadata: string };
    expect(JSON.parse(view.private_metadata)).toMatchObject({
      words: 'silence INC-1042',
      conversation: ROOM,
      thread: page.ts,
    });
    await stage.control('submit', {
      as: 'adam',
      view_id: openView(),
      values: { incident: { text: 'INC-1042' } },
    });
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'submitForm',
      text: 'silence INC-1042',
      fields: { incident: 'INC-1042' },
      conversation: ROOM,
      spot: { conversation: ROOM, thread: page.ts },
    });
    expect(stage.messages().at(-1)).toMatchObject({ thread_ts: page.ts, text: 'Done: silence INC-1042' });
    expect(stage.standIn.state().views).toEqual([]);
  });

  it('says beside the field what is to be mended, and refuses in the form', async () => {
    await press('form:2');
    stage.desk.submitForm = async () => ({ faults: { incident: 'There is none.' } });
    const values = { incident: { text: 'INC-1' } };
    const { body } = await stage.control('submit', { as: 'adam', view_id: openView(), values });
    expect(body).toEqual({ response_action: 'errors', errors: { incident: 'There is none.' } });
    stage.desk.submitForm = async () => {
      throw new Refused('Ask a lead.');
    };
    const refused = await stage.control('submit', { as: 'adam', view_id: openView(), values });
    expect(JSON.stringify(refused.body)).toContain('Ask a lead.');
    expect(stage.messages()).toHaveLength(1);
  });

  it('says why it opens none', async () => {
    stage.desk.openForm = async () => {
      throw new Refused('"take" has no form.');
    };
    await press('form:2');
    expect(told()).toEqual([{ user: 'U0ADAM', text: '"take" has no form.' }]);
  });
});
