import { describe, expect, test } from 'vitest';
import { BOT_TOKEN, cardView, ROOM, type Stage, setStage } from './stage.ts';

const whole = { kind: 'incident', card: cardView({ title: 'For you alone' }) } as const;

describe('what only one person may read in Slack', () => {
  test('answers a mention in a room to them alone, and the room sees nothing of it', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: whole, private: true });
    await stage.control('mention', { as: 'adam', channel: ROOM, text: '@Watchfloor show 1042' });
    await expect.poll(() => stage.standIn.state().ephemerals.length).toBe(1);
    expect(JSON.stringify(stage.standIn.state().ephemerals[0])).toContain('For you alone');
    expect(stage.standIn.state().ephemerals[0]).toMatchObject({ user: 'U0ADAM', channel: ROOM });
    expect(JSON.stringify(stage.messages())).not.toContain('For you alone');
  });

  test('is in the thread where they asked in one', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: whole, private: true });
    const { message: thread_ts } = await stage.slack.channel.post(ROOM, cardView(), 'mark');
    await stage.control('mention', { as: 'adam', channel: ROOM, text: '@Watchfloor show', thread_ts });
    await expect.poll(() => stage.standIn.state().ephemerals.length).toBe(1);
    expect(stage.standIn.state().ephemerals[0]).toMatchObject({ thread_ts });
  });

  test('is an ordinary message in their direct chat', async () => {
    await using stage = await setStage();
    stage.desk.say = async () => ({ view: whole, private: true });
    await stage.control('mention', { as: 'adam', channel: 'D0ADAM', text: 'show 1042' });
    await expect.poll(() => stage.messages('D0ADAM').length).toBe(2);
    expect(stage.standIn.state().ephemerals).toEqual([]);
  });

  test('follows a press, and its own buttons can be pressed', async () => {
    await using stage = await setStage();
    await pressShow(stage);
    const [, shown] = stage.standIn.state().ephemerals;
    expect(JSON.stringify(shown)).toContain('For you alone');
    stage.asked.length = 0;
    await stage.control('press', { as: 'adam', channel: ROOM, ts: shown?.ts, action_id: 'incident:take' });
    expect(stage.asked).toMatchObject([
      { what: 'press', verb: 'take', incident: 42, user: { id: 'U0ADAM' } },
    ]);
    const opened = await stage.control('press', {
      as: 'adam',
      channel: ROOM,
      ts: shown?.ts,
      action_id: 'incident:close',
    });
    expect(opened.view).toBeDefined();
    expect(stage.standIn.state().notes).toEqual([]);
  });

  test('is no card that the room could be asked for: metadata and log tell nothing', async () => {
    await using stage = await setStage();
    await stage.slack.channel.post(
      ROOM,
      cardView({
        existsOnly: true,
        headline: 'INC-1042 · restricted incident',
        fallback: 'INC-1042 is a restricted incident.',
      }),
      'mark-1',
    );
    const [card] = stage.messages();
    expect(JSON.stringify(card)).not.toMatch(/Reverse shell|HIGH|high|red_circle|vm-pay|portal\.azure/);
    expect(card).toMatchObject({ attachments: [{ color: '#8d8d8d' }] });
    expect(stage.logged.join('')).not.toContain(BOT_TOKEN);
  });
});

async function pressShow(stage: Stage) {
  const button = { verb: 'show', label: 'Show', primary: false, dialog: false } as const;
  const { message: ts } = await stage.slack.channel.post(
    ROOM,
    cardView({ existsOnly: true, version: 0, buttons: [button], more: [] }),
    'mark-1',
  );
  stage.desk.press = async (user, verb, incident, version) => {
    stage.asked.push({ what: 'press', user, verb, incident, version });
    const shown = verb === 'show' ? { reply: whole } : {};
    return { card: cardView(), told: 'Shown to you alone.', changed: false, ...shown };
  };
  await stage.control('press', { as: 'adam', channel: ROOM, ts, action_id: 'incident:show' });
  await expect.poll(() => stage.standIn.state().ephemerals.length).toBe(2);
}
