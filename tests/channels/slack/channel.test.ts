import { describe, expect, test } from 'vitest';
import { FarSideError } from '../../../src/errors.ts';
import { newIncidents, summaryView } from '../storm.ts';
import { BOT_TOKEN, cardView, logView, ROOM, setStage } from './stage.ts';

describe('a card in Slack', () => {
  test('is posted once and edited from then on', async () => {
    await using stage = await setStage();
    const ref = await stage.slack.channel.post(ROOM, cardView(), 'mark-1');
    await stage.slack.channel.update(
      ref,
      cardView({ version: 4, status: 'active', headline: 'HIGH · ACTIVE' }),
    );
    const cards = stage.messages();
    expect(cards).toHaveLength(1);
    expect(cards[0]).toMatchObject({ ts: ref.message, posts: 2, attachments: [{ color: '#daa038' }] });
    expect(ref.conversation).toBe(ROOM);
  });

  test('carries its log in its thread as one message', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    const card = await channel.post(ROOM, cardView(), 'mark-1');
    const log = await channel.postLog(card, logView('Taken by Olivia Marsh'), 'mark-2');
    await channel.updateLog(log, logView('Taken by Olivia Marsh', 'Closed by Olivia Marsh'));
    expect(stage.messages()).toHaveLength(2);
    const shown = stage.messages()[1];
    expect(shown).toMatchObject({ thread_ts: card.message, posts: 2 });
    expect(JSON.stringify(shown)).toContain('Closed by Olivia Marsh');
  });

  test('whose answer was lost is found again by its mark, and so is its log', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    stage.faults.set('slack', { kind: 'lost-answer', count: 1 });
    const lost = await channel.post(ROOM, cardView(), 'mark-lost').catch((error: unknown) => error);
    expect(lost).toMatchObject({ side: 'slack', reason: 'unavailable' });
    stage.faults.set('slack', { kind: 'none' });
    const card = await channel.find?.(ROOM, 'mark-lost', undefined);
    expect(card).toEqual({ conversation: ROOM, message: stage.messages()[0]?.ts });
    expect(await channel.find?.(ROOM, 'mark-other', undefined)).toBeUndefined();
    if (!card) return;
    const log = await channel.postLog(card, logView('Taken'), 'mark-log');
    expect(await channel.find?.(ROOM, 'mark-log', card)).toEqual(log);
    expect(await channel.find?.(ROOM, 'mark-log', undefined)).toBeUndefined();
  });

  test('of a storm is posted once, edited from then on, and found again by its mark', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    stage.faults.set('slack', { kind: 'lost-answer', count: 1 });
    const lost = channel.postSummary(ROOM, summaryView(), 'mark-storm');
    await expect(lost).rejects.toMatchObject({ side: 'slack', reason: 'unavailable' });
    stage.faults.set('slack', { kind: 'none' });
    const found = await channel.find?.(ROOM, 'mark-storm', undefined);
    expect(found).toEqual({ conversation: ROOM, message: stage.messages()[0]?.ts });
    if (!found) return;
    await channel.updateSummary(found, summaryView({ incidents: newIncidents(3) }));
    expect(stage.messages()).toMatchObject([{ ts: found.message, posts: 2 }]);
    expect(JSON.stringify(stage.messages())).toContain('Storm: 3 new incidents here since');
    // An edit takes the mark from no message.
    expect(await channel.find?.(ROOM, 'mark-storm', undefined)).toEqual(found);
  });

  test('that a person deleted is not found', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    const gone = { conversation: ROOM, message: '1700000000.000001' };
    await expect(channel.update(gone, cardView())).rejects.toMatchObject({ reason: 'not-found' });
    await expect(channel.updateSummary(gone, summaryView())).rejects.toMatchObject({ reason: 'not-found' });
  });

  test('is no deleted one where the room is out of reach: people have to mend that', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    for (const conversation of ['C0NOWHERE', 'C0HR']) {
      const edited = channel.update({ conversation, message: '1700000000.000001' }, cardView());
      await expect(edited).rejects.toMatchObject({ reason: 'auth' });
      await expect(channel.post(conversation, cardView(), 'm')).rejects.toMatchObject({ reason: 'auth' });
    }
  });

  test('waits as long as Slack asks, and fails as what it is when Slack is down', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    stage.faults.set('slack', { kind: 'throttled', ms: 7_000, count: 1 });
    await expect(channel.post(ROOM, cardView(), 'm')).rejects.toMatchObject({
      reason: 'rate-limited',
      retryAfter: 7_000,
    });
    stage.faults.set('slack', { kind: 'failing', count: 1 });
    await expect(channel.post(ROOM, cardView(), 'm')).rejects.toMatchObject({ reason: 'unavailable' });
  });

  test('lets no secret out with an error', async () => {
    await using stage = await setStage();
    const { channel } = stage.slack;
    const errors: unknown[] = [];
    for (const kind of ['failing', 'throttled', 'lost-answer'] as const) {
      stage.faults.set('slack', { kind, count: 1 });
      errors.push(await channel.post(ROOM, cardView(), 'm').catch((error: unknown) => error));
      stage.faults.set('slack', { kind, count: 1 });
      errors.push(await channel.postSummary(ROOM, summaryView(), 'm').catch((error: unknown) => error));
    }
    errors.push(await channel.post('C0NOWHERE', cardView(), 'm').catch((error: unknown) => error));
    expect(errors.every((error) => error instanceof FarSideError)).toBe(true);
    const told = errors.map(
      (error) => `${error} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`,
    );
    expect(told.join() + stage.logged.join()).not.toContain(BOT_TOKEN);
  });

  test('waits for nobody: the product starts while Slack is down and asks later who it is', async () => {
    await using stage = await setStage();
    stage.faults.set('slack', { kind: 'failing', count: 1 });
    await stage.slack.start();
    expect(stage.logged.join()).toContain('asked again when needed');
    await stage.control('command', { as: 'olivia', channel: ROOM, text: 'list' });
    expect(stage.asked).toMatchObject([{ what: 'say', text: 'list' }]);
  });
});
