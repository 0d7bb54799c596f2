import { describe, expect, test } from 'vitest';
import type { Spot } from '../../../src/channels/channel.ts';
import { drawDialog } from '../../../src/channels/slack/dialog.ts';
import { viewFaults } from '../../../src/channels/slack/limits.ts';
import { readSubject } from '../../../src/channels/slack/subject.ts';
import type { FieldView, ReplyView } from '../../../src/channels/views.ts';
import { Refused } from '../../../src/errors.ts';
import { checkView } from '../../../src/sandbox/slack/check-view.ts';
import { glances, QUERY, queryView } from './queries.ts';
import { queryDialog, ROOM, type Stage, setStage } from './stage.ts';

async function queryIn(stage: Stage, more: Parameters<typeof queryView>[0] = {}) {
  const root = await stage.control('mention', { as: 'olivia', channel: ROOM, text: 'what happened?' });
  const spot: Spot = { conversation: ROOM, thread: String(root.ts) };
  const ref = await stage.slack.channel.postQuery(spot, queryView(more), 'mark');
  return { channel: ref.conversation, ts: ref.message, thread: String(root.ts) };
}

const told = (stage: Stage) =>
  stage.standIn.state().ephemerals.map(({ user, text, thread_ts }) => ({ user, text, thread_ts }));

describe('a button of a query', () => {
  test('acts for the one who pressed it', async () => {
    await using stage = await setStage();
    const { channel, ts } = await queryIn(stage);
    const answer = await stage.control('press', { as: 'olivia', channel, ts, action_id: 'query:next' });
    expect(answer.status).toBe(200);
    expect(stage.asked).toMatchObject([
      { what: 'pressQuery', user: { id: 'U0OLIVIA' }, verb: 'next', query: QUERY, argument: '' },
    ]);
    expect(told(stage)).toEqual([]);
  });

  test('beside a glance says which one', async () => {
    await using stage = await setStage();
    const { channel, ts } = await queryIn(stage, { sections: glances });
    const block_id = 'glance-2:3';
    await stage.control('press', { as: 'olivia', channel, ts, action_id: 'query:more', block_id });
    expect(stage.asked).toMatchObject([{ what: 'pressQuery', verb: 'more', query: QUERY, argument: '1' }]);
  });

  test('that is refused is told so to the presser alone, in the thread where they pressed', async () => {
    await using stage = await setStage();
    stage.desk.pressQuery = async () => {
      throw new Refused('Only Olivia Marsh may cancel it. <!channel>');
    };
    const { channel, ts, thread } = await queryIn(stage);
    await stage.control('press', { as: 'priya', channel, ts, action_id: 'query:rerun' });
    const text = 'Only Olivia Marsh may cancel it. &lt;!channel&gt;';
    await expect.poll(() => told(stage)).toEqual([{ user: 'U0PRIYA', text, thread_ts: thread }]);
  });

  test('that needs something first opens a dialog, and what it comes to is told in the thread', async () => {
    await using stage = await setStage();
    const { channel, ts, thread } = await queryIn(stage);
    const answer = await stage.control('press', { as: 'olivia', channel, ts, action_id: 'query:pin' });
    expect(answer).toMatchObject({ status: 200, view: { title: { text: 'Pin as evidence' } } });
    expect(stage.asked).toMatchObject([{ what: 'openQuery', verb: 'pin', query: QUERY }]);
    const view_id = stage.standIn.state().views.at(-1)?.id ?? '';
    const values = { hunt: { hunt: null }, incident: { text: 'INC-1042' } };
    expect((await stage.control('submit', { as: 'olivia', view_id, values })).status).toBe(200);
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'submitQuery',
      verb: 'pin',
      query: QUERY,
      fields: { incident: 'INC-1042', hunt: '' },
    });
    await expect
      .poll(() => told(stage))
      .toEqual([{ user: 'U0OLIVIA', text: 'Pinned to INC-1042.', thread_ts: thread }]);
  });

  test('opens a dialog that says beside the field what is to be mended', async () => {
    await using stage = await setStage();
    stage.desk.submitQuery = async () => ({ faults: { incident: 'There is no INC-9.' } });
    const { channel, ts } = await queryIn(stage);
    await stage.control('press', { as: 'olivia', channel, ts, action_id: 'query:pin' });
    const view_id = stage.standIn.state().views.at(-1)?.id ?? '';
    const values = { incident: { text: 'INC-9' } };
    const { body } = await stage.control('submit', { as: 'olivia', view_id, values });
    expect(body).toEqual({ response_action: 'errors', errors: { incident: 'There is no INC-9.' } });
  });

  test.each([
    ['query:drop', `${QUERY}:`],
    ['query:next', 'nobody:'],
    ['query:next', 'none'],
  ])('that no query offers (%s, %s) is refused at the door', async (action_id, value) => {
    await using stage = await setStage();
    const { channel, ts } = await queryIn(stage);
    const answer = await stage.control('forge', {
      kind: 'press',
      as: 'mallory',
      channel,
      ts,
      action_id,
      value,
    });
    expect(answer.status).toBe(400);
    expect(stage.asked).toEqual([]);
  });
});

describe('a field in which one looks for a hunt', () => {
  test('offers what was suggested before anything is typed, then what fits the words', async () => {
    await using stage = await setStage();
    const { channel, ts } = await queryIn(stage);
    await stage.control('press', { as: 'olivia', channel, ts, action_id: 'query:pin' });
    const view_id = stage.standIn.state().views.at(-1)?.id ?? '';
    const search = (value: string) =>
      stage.control('suggest', { as: 'olivia', view_id, block_id: 'hunt', action_id: 'hunt', value });
    expect((await search('')).options).toMatchObject([{ value: 'hunt-travel' }, { value: 'hunt-spray' }]);
    expect((await search('spray')).options).toMatchObject([{ value: 'hunt-spray' }]);
    expect(stage.asked.at(-1)).toMatchObject({ what: 'suggest', text: 'spray', list: 'hunts' });
  });
});

describe('a dialog about a query', () => {
  test('carries ids and suggestions only, as many as Slack takes', () => {
    const one = queryDialog(QUERY, 'narrow');
    const suggested = Array.from({ length: 60 }, (_, n) => ({
      value: `${n}`.repeat(75),
      label: '"<漢'.repeat(25),
    }));
    const fields: FieldView[] = [{ kind: 'hunt', id: 'hunt', label: 'Hunt', required: true, suggested }];
    const modal = drawDialog({ ...one, fields }, ROOM, '1.2');
    expect([...viewFaults(modal), ...checkView(modal)]).toEqual([]);
    const subject = readSubject(modal.private_metadata ?? '');
    expect(subject).toMatchObject({ query: QUERY, verb: 'narrow', conversation: ROOM, thread: '1.2' });
    expect(Object.keys(subject)).toEqual(['query', 'verb', 'conversation', 'thread', 'suggested']);
    expect(subject.suggested?.[0]).toEqual([suggested[0]?.value, suggested[0]?.label]);
  });
});

describe('Run beside a hunt', () => {
  const hunts: ReplyView = {
    kind: 'hunts',
    title: 'Hunts',
    rows: [{ id: 'hunt-spray', name: 'Password spray', about: '', tags: '', usage: '', isReady: true }],
    more: 0,
  };

  test('runs it in the thread where it was offered, and its message is the answer', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: hunts, private: false });
    const { ts: root } = await stage.control('mention', {
      as: 'olivia',
      channel: ROOM,
      text: '@Watchfloor hunts',
    });
    await expect.poll(() => stage.messages()).toHaveLength(2);
    const offered = stage.messages()[1]?.ts;
    await stage.control('press', { as: 'olivia', channel: ROOM, ts: offered, action_id: 'hunt:run' });
    const place = { conversation: ROOM, thread: root };
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'runHunt',
      hunt: 'hunt-spray',
      conversation: ROOM,
      card: { conversation: ROOM, message: root },
      spot: place,
    });
    expect(told(stage)).toEqual([]);
  });

  test('runs it in the direct chat where it was offered to one person alone', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: hunts, private: true });
    await stage.control('command', { as: 'olivia', channel: ROOM, text: 'hunts' });
    const ts = stage.standIn.state().ephemerals[0]?.ts;
    await stage.control('press', { as: 'olivia', channel: ROOM, ts, action_id: 'hunt:run' });
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'runHunt',
      conversation: ROOM,
      spot: { conversation: 'D0OLIVIA', thread: undefined },
    });
  });
});
