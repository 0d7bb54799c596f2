import { describe, expect, test } from 'vitest';
import { sendIllustrated } from '../../../src/channels/slack/illustrate.ts';
import { message } from '../../../src/channels/slack/message.ts';
import type { ReplyView } from '../../../src/channels/views.ts';
import { FarSideError } from '../../../src/errors.ts';
import { detailsView } from '../details.ts';
import { cardView, ROOM, type Stage, setStage } from './stage.ts';

const known: ReplyView = { kind: 'details', details: detailsView() };
const asked = async (stage: Stage, reply: ReplyView) => {
  stage.desk.press = async () => ({ card: cardView(), told: '', changed: false, reply });
  const ref = await stage.slack.channel.post(ROOM, cardView(), 'mark');
  await stage.control('press', { as: 'olivia', channel: ROOM, ts: ref.message, action_id: 'incident:take' });
};
const told = (stage: Stage) => stage.standIn.state().ephemerals;
const picture = message('A map.', []);
const words = message('The same in words.', []);

describe('an answer with a map', () => {
  test('comes with the picture to whoever asked, and to nobody else', async () => {
    await using stage = await setStage();
    await asked(stage, known);
    await expect.poll(() => told(stage).length, { timeout: 5_000 }).toBe(1);
    const [answer] = told(stage);
    expect(answer?.user).toBe('U0OLIVIA');
    const image = answer?.blocks?.find(({ type }) => type === 'image');
    expect(image).toMatchObject({ slack_file: { id: expect.stringMatching(/^F/) } });
    expect(stage.messages().flatMap(({ files = [] }) => files)).toEqual([]);
  });

  test('is uploaded once, however often it is asked for', async () => {
    await using stage = await setStage();
    await asked(stage, known);
    await asked(stage, known);
    await expect.poll(() => told(stage).length, { timeout: 5_000 }).toBe(2);
    const files = told(stage).map(
      ({ blocks = [] }) => blocks.find(({ type }) => type === 'image')?.slack_file,
    );
    expect(files[1]).toEqual(files[0]);
  });

  test('comes after the receipt of a command, which Slack could not refuse', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: known, private: true });
    await stage.control('command', { as: 'olivia', channel: ROOM, text: 'details INC-1042' });
    await expect.poll(() => told(stage).length, { timeout: 5_000 }).toBe(1);
    expect(JSON.stringify(told(stage)[0]?.blocks)).toContain('slack_file');
  });

  test('stands in the thread of whoever asked aloud', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: known, private: false });
    await stage.control('mention', { as: 'olivia', channel: ROOM, text: '@Watchfloor details INC-1042' });
    await expect
      .poll(() => JSON.stringify(stage.messages().at(-1)?.blocks ?? ''), { timeout: 5_000 })
      .toContain('slack_file');
  });

  test('comes in words where Slack takes no file', async () => {
    await using stage = await setStage();
    stage.desk.press = async () => {
      stage.faults.set('slack', { kind: 'failing', count: 1 });
      return { card: cardView(), told: '', changed: false, reply: known };
    };
    const ref = await stage.slack.channel.post(ROOM, cardView(), 'mark');
    await stage.control('press', {
      as: 'olivia',
      channel: ROOM,
      ts: ref.message,
      action_id: 'incident:take',
    });
    await expect.poll(() => told(stage).length, { timeout: 5_000 }).toBe(1);
    const shown = JSON.stringify(told(stage)[0]?.blocks);
    expect(shown).not.toContain('slack_file');
    expect(shown).toContain('Internet → Public IP pip-pay-web-01');
  });

  test('comes in words where Slack takes no picture', async () => {
    const sent: string[] = [];
    await sendIllustrated({ message: picture, inWords: words }, async (one) => {
      sent.push(one.text);
      if (one === picture) throw new FarSideError('slack', 'rejected', 'invalid_blocks');
    });
    expect(sent).toEqual(['A map.', 'A map.', 'The same in words.']);
  });

  test('is not sent again where it may have been taken', async () => {
    const sent: string[] = [];
    const sending = sendIllustrated({ message: picture, inWords: words }, async (one) => {
      sent.push(one.text);
      throw new FarSideError('slack', 'timeout', 'Slack did not answer in time.');
    });
    await expect(sending).rejects.toMatchObject({ reason: 'timeout' });
    expect(sent).toEqual(['A map.']);
  });
});
