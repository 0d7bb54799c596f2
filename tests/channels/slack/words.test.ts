import { describe, expect, test } from 'vitest';
import { asTyped, withoutMention } from '../../../src/channels/slack/typed.ts';
import { Refused } from '../../../src/errors.ts';
import { cardView, ROOM, setStage } from './stage.ts';

describe('words in Slack', () => {
  test('typed as /soc are answered to the person alone', async () => {
    await using stage = await setStage();
    await stage.control('command', { as: 'adam', channel: ROOM, text: 'show INC-1042' });
    expect(stage.asked).toMatchObject([{ what: 'say', text: 'show INC-1042', conversation: ROOM }]);
    expect(stage.standIn.state().ephemerals).toMatchObject([
      { user: 'U0ADAM', text: 'You said show INC-1042' },
    ]);
    expect(stage.messages()).toEqual([]);
  });

  test('that are refused say why', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => {
      throw new Refused('There is no command "clsoe". Did you mean close?');
    };
    await stage.control('command', { as: 'adam', channel: ROOM, text: 'clsoe 1' });
    expect(stage.standIn.state().ephemerals).toMatchObject([
      { user: 'U0ADAM', text: 'There is no command "clsoe". Did you mean close?' },
    ]);
  });

  test('with our name in a room are answered in the thread below them', async () => {
    await using stage = await setStage();
    const { ts } = await stage.control('mention', { as: 'adam', channel: ROOM, text: '@Watchfloor list' });
    await expect.poll(() => stage.messages().length).toBe(2);
    expect(stage.messages()[1]).toMatchObject({ thread_ts: ts, text: 'You said list' });
    expect(stage.asked).toMatchObject([{ text: 'list', conversation: ROOM, card: undefined }]);
  });

  test('with our name in a room are refused to the person alone', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => {
      throw new Refused('Only responders close incidents. Ask Lena Fischer.');
    };
    await stage.control('mention', { as: 'marcus', channel: ROOM, text: '@Watchfloor close 1042' });
    await expect
      .poll(() => stage.standIn.state().ephemerals)
      .toMatchObject([{ user: 'U0MARCUS', text: 'Only responders close incidents. Ask Lena Fischer.' }]);
    expect(stage.messages()).toHaveLength(1);
  });

  test('that hit a fault of ours in a thread say so to the person alone, in that thread', async () => {
    await using stage = await setStage();
    const card = await stage.slack.channel.post(ROOM, cardView(), 'mark');
    stage.desk.say = async () => {
      throw new Error('relation "incidents" does not exist');
    };
    const thread_ts = card.message;
    await stage.control('mention', { as: 'adam', channel: ROOM, text: '@Watchfloor take', thread_ts });
    await expect
      .poll(() => stage.standIn.state().ephemerals)
      .toMatchObject([{ user: 'U0ADAM', thread_ts, text: 'That did not work. It was recorded; try again.' }]);
    expect(stage.messages()).toHaveLength(2);
  });

  test('that are refused in a direct chat are answered there', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => {
      throw new Refused('There is no command "clsoe". Did you mean close?');
    };
    await stage.control('mention', { as: 'olivia', channel: 'D0OLIVIA', text: 'clsoe 1' });
    await expect.poll(() => stage.messages('D0OLIVIA').length).toBe(2);
    expect(stage.standIn.state().ephemerals).toEqual([]);
  });

  test("in a card's thread come with that card", async () => {
    await using stage = await setStage();
    const card = await stage.slack.channel.post(ROOM, cardView(), 'mark');
    await stage.control('mention', {
      as: 'adam',
      channel: ROOM,
      text: '@Watchfloor take',
      thread_ts: card.message,
    });
    await expect.poll(() => stage.messages().length).toBe(3);
    expect(stage.asked).toMatchObject([{ text: 'take', card }]);
    expect(stage.messages()[2]).toMatchObject({ thread_ts: card.message });
  });

  test('in a direct chat are answered there', async () => {
    await using stage = await setStage();
    await stage.control('mention', { as: 'olivia', channel: 'D0OLIVIA', text: 'mine' });
    await expect.poll(() => stage.messages('D0OLIVIA').length).toBe(2);
    expect(stage.messages('D0OLIVIA')[1]).toMatchObject({ text: 'You said mine' });
    expect(stage.messages('D0OLIVIA')[1]?.thread_ts).toBeUndefined();
    expect(stage.asked).toHaveLength(1);
  });

  test('that ask for an incident get its card, buttons and all', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: { kind: 'incident', card: cardView() }, private: false });
    await stage.control('command', { as: 'adam', channel: ROOM, text: 'show 1042' });
    expect(stage.standIn.state().ephemerals).toMatchObject([{ attachments: [{ color: '#c4314b' }] }]);
    expect(stage.standIn.state().notes).toEqual([]);
  });

  test('are heard though Slack broke off the connection while we asked who typed them', async () => {
    await using stage = await setStage();
    stage.faults.set('slack', { kind: 'reset', count: 1 });
    await stage.control('command', { as: 'adam', channel: ROOM, text: 'list' });
    expect(stage.asked).toMatchObject([{ what: 'say', text: 'list' }]);
  });

  test('wait their turn when the room is busy', async () => {
    await using stage = await setStage();
    await stage.slack.start();
    await stage.control('command', { as: 'adam', channel: ROOM, text: 'warm up' });
    stage.faults.set('slack', { kind: 'throttled', ms: 1_000, count: 1 });
    await stage.control('mention', { as: 'adam', channel: ROOM, text: '@Watchfloor list' });
    await expect.poll(() => stage.messages().length, { timeout: 5_000 }).toBe(2);
  });
});

describe('what a person typed', () => {
  test('is read as typed, whatever Slack made of it', () => {
    const typed: [slack: string, person: string][] = [
      ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
      ['&amp;lt;', '&lt;'],
      ['assign <mailto:adam@contoso.com|adam@contoso.com>', 'assign adam@contoso.com'],
      ['see <https://portal.azure.com/x>', 'see https://portal.azure.com/x'],
      ['see <http://contoso.com|contoso.com>', 'see contoso.com'],
      ['see <https://evil.example|bank.example>', 'see https://evil.example'],
      ['assign <@U0ADAM|adam> and <@U0PRIYA>', 'assign <@U0ADAM> and <@U0PRIYA>'],
      ['in <#C0SOC|soc-alerts>', 'in #soc-alerts'],
      ['<!here> look', '@here look'],
    ];
    for (const [slack, person] of typed) expect(asTyped(slack)).toBe(person);
  });

  test('comes without our name', () => {
    expect(withoutMention('<@U0WATCHFLOOR> take <@U0ADAM>', 'U0WATCHFLOOR')).toBe('take <@U0ADAM>');
  });
});
