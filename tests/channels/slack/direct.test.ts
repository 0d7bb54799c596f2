import { describe, expect, test } from 'vitest';
import { cardView, setStage } from './stage.ts';

describe('a direct chat in Slack', () => {
  test('is opened with a person and can be posted into', async () => {
    await using stage = await setStage();
    const chat = await stage.slack.channel.direct('U0ADAM');
    expect(chat).toBe('D0ADAM');
    await stage.slack.channel.post(chat, cardView(), 'mark-1');
    expect(stage.messages('D0ADAM')).toHaveLength(1);
  });

  test('is asked for once', async () => {
    await using stage = await setStage();
    await stage.slack.channel.direct('U0ADAM');
    stage.faults.set('slack', { kind: 'failing' });
    expect(await stage.slack.channel.direct('U0ADAM')).toBe('D0ADAM');
  });

  test('with somebody who is not there, or with the bot itself, is none', async () => {
    await using stage = await setStage();
    for (const id of ['U0NOBODY', 'U0WATCHFLOOR'])
      await expect(stage.slack.channel.direct(id)).rejects.toMatchObject({ reason: 'auth', isOurs: false });
  });

  test('that our own token does not open says nothing of the person', async () => {
    await using stage = await setStage();
    stage.faults.set('slack', { kind: 'revoked' });
    const opened = stage.slack.channel.direct('U0ADAM');
    await expect(opened).rejects.toMatchObject({ reason: 'auth', isOurs: true });
  });
});
