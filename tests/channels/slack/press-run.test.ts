import { describe, expect, test } from 'vitest';
import type { Spot } from '../../../src/channels/channel.ts';
import { drawDialog } from '../../../src/channels/slack/dialog.ts';
import { viewFaults } from '../../../src/channels/slack/limits.ts';
import { readSubject } from '../../../src/channels/slack/subject.ts';
import type { DialogView, FieldView } from '../../../src/channels/views.ts';
import { Refused } from '../../../src/errors.ts';
import { checkView } from '../../../src/sandbox/slack/check-view.ts';
import { RUN, runDialog, runView, standing } from './runs.ts';
import { cardView, ROOM, type Stage, setStage } from './stage.ts';

async function runIn(stage: Stage, isLoud = false) {
  const root = await stage.slack.channel.post(ROOM, cardView(), 'card');
  const spot: Spot = { conversation: ROOM, thread: root.message };
  const ref = await stage.slack.channel.postRun(spot, runView(), 'mark', isLoud);
  return { ref, channel: ref.conversation, ts: ref.message, thread: root.message };
}

const told = (stage: Stage) =>
  stage.standIn.state().ephemerals.map(({ user, text, thread_ts }) => ({ user, text, thread_ts }));
const openView = (stage: Stage) => stage.standIn.state().views.at(-1)?.id ?? '';

describe('a run in a thread in Slack', () => {
  test('is posted there once and edited from then on', async () => {
    await using stage = await setStage();
    const { ref, thread } = await runIn(stage);
    await stage.slack.channel.updateRun(ref, standing);
    expect(stage.messages()).toMatchObject([{}, { ts: ref.message, thread_ts: thread, posts: 2 }]);
    expect(stage.messages()[1]?.subtype).toBeUndefined();
  });

  test('that somebody has to decide is seen in the room as well, and stays so when it is edited', async () => {
    await using stage = await setStage();
    const { ref, thread } = await runIn(stage, true);
    await stage.slack.channel.updateRun(ref, standing);
    const [, shown] = stage.messages();
    expect(shown).toMatchObject({ subtype: 'thread_broadcast', thread_ts: thread, posts: 2 });
    expect(JSON.stringify(shown)).toContain('isolated');
    expect(stage.standIn.state().notes).toEqual([]);
  });

  test('is an ordinary message where there is no thread, loud or not', async () => {
    await using stage = await setStage();
    const spot = { conversation: 'D0OLIVIA', thread: undefined };
    await stage.slack.channel.postRun(spot, runView(), 'mark', true);
    expect(stage.messages('D0OLIVIA')[0]?.subtype).toBeUndefined();
  });

  test('whose answer was lost is found again by its mark', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    const card = await channel.post(ROOM, cardView(), 'card');
    stage.faults.set('slack', { kind: 'lost-answer', count: 1 });
    const spot = { conversation: ROOM, thread: card.message };
    await expect(channel.postRun(spot, runView(), 'run-7', true)).rejects.toMatchObject({
      reason: 'unavailable',
    });
    stage.faults.set('slack', { kind: 'none' });
    const found = await channel.find?.(ROOM, 'run-7', card);
    expect(found).toEqual({ conversation: ROOM, message: stage.messages().at(-1)?.ts });
  });
});

describe('a button of a run', () => {
  test('acts for the one who pressed it, at the revision that they saw', async () => {
    await using stage = await setStage();
    const { channel, ts } = await runIn(stage);
    const answer = await stage.control('press', { as: 'lena', channel, ts, action_id: 'run:approve' });
    expect(answer.status).toBe(200);
    expect(stage.asked).toMatchObject([
      { what: 'pressRun', user: { id: 'U0LENA' }, verb: 'approve', run: RUN, revision: 3 },
    ]);
    expect(told(stage)).toEqual([]);
  });

  test.each([
    ['in the thread where they pressed', false],
    ['in the room where a run is seen that somebody has to decide', true],
  ])('that is refused is told so to the presser alone, %s', async (_where, isLoud) => {
    await using stage = await setStage();
    stage.desk.pressRun = async () => {
      throw new Refused('A lead has to approve it. Ask Lena Fischer. <!channel>');
    };
    const { channel, ts, thread } = await runIn(stage, isLoud);
    await stage.control('press', { as: 'adam', channel, ts, action_id: 'run:approve' });
    const text = 'A lead has to approve it. Ask Lena Fischer. &lt;!channel&gt;';
    const thread_ts = isLoud ? undefined : thread;
    await expect.poll(() => told(stage)).toEqual([{ user: 'U0ADAM', text, thread_ts }]);
  });

  test('that asks first opens a dialog, and what it comes to is told where it was pressed', async () => {
    await using stage = await setStage();
    const { channel, ts, thread } = await runIn(stage);
    const answer = await stage.control('press', { as: 'lena', channel, ts, action_id: 'run:refuse' });
    expect(answer).toMatchObject({ status: 200, view: { title: { text: 'Refuse RUN-7' } } });
    const values = { note: { text: 'Payments run until noon.' } };
    await stage.control('submit', { as: 'lena', view_id: openView(stage), values });
    expect(stage.asked).toMatchObject([
      { what: 'openRun', verb: 'refuse', run: RUN, revision: 3 },
      {
        what: 'submitRun',
        user: { id: 'U0LENA' },
        verb: 'refuse',
        run: RUN,
        revision: 3,
        fields: { note: 'Payments run until noon.', minutes: '60' },
      },
    ]);
    await expect
      .poll(() => told(stage))
      .toEqual([{ user: 'U0LENA', text: 'RUN-7 is refused.', thread_ts: thread }]);
    expect(stage.standIn.state().views).toEqual([]);
  });

  test('opens a dialog that says beside the field what is to be mended', async () => {
    await using stage = await setStage();
    stage.desk.submitRun = async () => ({ faults: { note: 'Say why.', effect: 'And mend this.' } });
    const { channel, ts } = await runIn(stage);
    await stage.control('press', { as: 'lena', channel, ts, action_id: 'run:refuse' });
    const values = { note: { text: '.' } };
    const { body } = await stage.control('submit', { as: 'lena', view_id: openView(stage), values });
    // Nothing can be said beside what is only read.
    expect(body).toEqual({ response_action: 'errors', errors: { note: 'Say why. And mend this.' } });
  });

  test.each([
    ['run:delete', `${RUN}:3`],
    ['run:approve', 'nobody:3'],
    ['run:approve', RUN],
    ['run:approve', `${RUN}:-1`],
  ])('that no run offers (%s, %s) is refused at the door', async (action_id, value) => {
    await using stage = await setStage();
    const { channel, ts } = await runIn(stage);
    const forged = { kind: 'press', as: 'mallory', channel, ts, action_id, value };
    expect((await stage.control('forge', forged)).status).toBe(400);
    expect(stage.asked).toEqual([]);
  });
});

const chosen: Record<string, string> = { play: 'isolate-machine', target: '0', minutes: '240' };

/** What a playbook asks further, once it is chosen. */
const secondPage = (more: Partial<DialogView> = {}): DialogView => ({
  incident: 42,
  version: 3,
  verb: 'act',
  title: 'Isolate a machine',
  about: 'INC-1042 Reverse shell on vm-pay-web-01',
  submit: 'Ask for it',
  carried: chosen,
  fields: [
    { kind: 'says', id: 'effect', label: 'What it does', text: 'Cuts it off. *not bold* <!channel>' },
    {
      kind: 'text',
      id: 'minutes',
      label: 'For (minutes)',
      required: true,
      maxLength: 4,
      placeholder: '',
      filled: '60',
    },
    { kind: 'text', id: 'reason', label: 'Why', required: false, maxLength: 500, placeholder: '' },
  ],
  ...more,
});

async function openAct(stage: Stage): Promise<string> {
  const act = { verb: 'act', label: 'Act', primary: false, dialog: true } as const;
  const ref = await stage.slack.channel.post(ROOM, cardView({ buttons: [act] }), 'mark');
  const card = { channel: ref.conversation, ts: ref.message };
  await stage.control('press', { as: 'adam', ...card, action_id: 'incident:act' });
  expect(stage.asked.at(-1)).toMatchObject({ what: 'open', verb: 'act', incident: 42, version: 3 });
  return openView(stage);
}

describe('a form that goes on', () => {
  const first = { classification: { choice: 'true-positive' }, comment: { text: 'x' } };

  test('draws its next page in place of the first, and carries what was chosen', async () => {
    await using stage = await setStage();
    const view_id = await openAct(stage);
    const { submit } = stage.desk;
    stage.desk.submit = async () => ({ page: secondPage() });
    const { body } = await stage.control('submit', { as: 'adam', view_id, values: first });
    expect(body).toMatchObject({ response_action: 'update', view: { title: { text: 'Isolate a machine' } } });
    expect(stage.standIn.state().notes).toEqual([]);
    expect(stage.standIn.state().views).toMatchObject([{ id: view_id }]);

    stage.desk.submit = submit;
    await stage.control('submit', { as: 'adam', view_id, values: { reason: { text: 'Shell.' } } });
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'submit',
      verb: 'act',
      incident: 42,
      version: 3,
      // What is filled here wins over what was carried.
      fields: { play: 'isolate-machine', target: '0', minutes: '60', reason: 'Shell.' },
    });
    expect(stage.standIn.state().views).toEqual([]);
  });

  test('shows what is only read as words that nobody parses', () => {
    const modal = drawDialog(secondPage(), ROOM);
    expect([...viewFaults(modal), ...checkView(modal)]).toEqual([]);
    expect(modal.blocks[1]).toMatchObject({
      type: 'rich_text',
      elements: [
        { elements: [{ text: 'What it does' }, {}, { text: 'Cuts it off. *not bold* <!channel>' }] },
      ],
    });
    expect(modal.blocks[2]).toMatchObject({ element: { initial_value: '60', multiline: false } });
  });

  test('says neutrally that it did not work where Slack would refuse the page, and logs why', async () => {
    await using stage = await setStage();
    const view_id = await openAct(stage);
    stage.desk.submit = async () => ({ page: secondPage({ carried: { play: 'x'.repeat(3_000) } }) });
    const { body } = await stage.control('submit', { as: 'adam', view_id, values: first });
    expect(body).toMatchObject({ response_action: 'errors' });
    expect(JSON.stringify(body)).toContain('That did not work');
    expect(stage.logged.join()).toContain('private_metadata');
  });

  test('finds room for what is carried beside what is suggested', () => {
    const suggested = Array.from({ length: 60 }, (_, n) => ({ value: `${n}`.repeat(75), label: 'a hunt' }));
    const fields: FieldView[] = [{ kind: 'hunt', id: 'hunt', label: 'Hunt', required: true, suggested }];
    const carried = { reason: '"'.repeat(500) };
    const modal = drawDialog(secondPage({ fields, carried }), ROOM);
    expect([...viewFaults(modal), ...checkView(modal)]).toEqual([]);
    expect(readSubject(modal.private_metadata ?? '')).toMatchObject({ carried });
  });
});

describe('a dialog about a run', () => {
  test('carries ids only', () => {
    const modal = drawDialog(runDialog(RUN, 3, 'refuse'), ROOM, '1.2');
    expect([...viewFaults(modal), ...checkView(modal)]).toEqual([]);
    expect(JSON.parse(modal.private_metadata ?? '')).toEqual({
      run: RUN,
      revision: 3,
      verb: 'refuse',
      conversation: ROOM,
      thread: '1.2',
    });
  });
});
