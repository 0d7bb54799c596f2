import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { FileView } from '../../../src/channels/channel.ts';
import { queryView } from './queries.ts';
import { BOT_TOKEN, ROOM, type Stage, setStage } from './stage.ts';

async function threadIn(stage: Stage): Promise<string> {
  const { ts } = await stage.control('mention', { as: 'olivia', channel: ROOM, text: 'look at this' });
  return String(ts);
}

describe('a query in a thread in Slack', () => {
  test('is posted there once and edited from then on', async () => {
    await using stage = await setStage();
    const thread = await threadIn(stage);
    const { channel } = stage.slack;
    const ref = await channel.postQuery({ conversation: ROOM, thread }, queryView({ state: 'running' }), 'm');
    await channel.updateQuery(ref, queryView({ revision: 4 }));
    expect(stage.messages()).toMatchObject([{}, { ts: ref.message, thread_ts: thread, posts: 2 }]);
  });

  test('whose answer was lost is found again by its mark: in its thread, and in a direct chat', async () => {
    await using stage = await setStage();
    const thread = await threadIn(stage);
    const { channel } = stage.slack;
    for (const spot of [
      { conversation: ROOM, thread },
      { conversation: 'D0OLIVIA', thread: undefined },
    ]) {
      stage.faults.set('slack', { kind: 'lost-answer', count: 1 });
      const lost = channel.postQuery(spot, queryView(), `mark-${spot.conversation}`);
      await expect(lost).rejects.toMatchObject({ reason: 'unavailable' });
      stage.faults.set('slack', { kind: 'none' });
      const root = spot.thread ? { conversation: ROOM, message: spot.thread } : undefined;
      const found = await channel.find?.(spot.conversation, `mark-${spot.conversation}`, root);
      const posted = stage.messages(spot.conversation).at(-1);
      expect(found).toEqual({ conversation: spot.conversation, message: posted?.ts });
      await channel.updateQuery(found ?? { conversation: '', message: '' }, queryView({ revision: 9 }));
    }
  });
});

const csv: FileView = {
  key: 'a-query',
  name: 'query-7d3c1f5e.csv',
  type: 'text/csv',
  content: new TextEncoder().encode('Account,Failures\r\n"<!channel>",3\r\nÅsa,4\r\n'),
  about: '2 rows of the query of Olivia Marsh. <!channel>',
};

describe('a file in Slack', () => {
  test('is shown in the thread, byte for byte, with a sentence that nobody parses', async () => {
    await using stage = await setStage();
    const thread = await threadIn(stage);
    await stage.slack.channel.sendFile({ conversation: ROOM, thread }, 'U0OLIVIA', csv);
    const shown = stage.messages()[1];
    expect(shown).toMatchObject({
      thread_ts: thread,
      files: [{ name: csv.name, title: csv.name, size: csv.content.length, mimetype: 'text/csv' }],
      blocks: [{ type: 'rich_text' }],
    });
    const id = shown?.files?.[0]?.id ?? '';
    expect(Buffer.from(stage.standIn.files().get(id) ?? '')).toEqual(Buffer.from(csv.content));
  });

  test('goes into a direct chat all the same', async () => {
    await using stage = await setStage();
    await stage.slack.channel.sendFile({ conversation: 'D0OLIVIA', thread: undefined }, 'U0OLIVIA', csv);
    expect(stage.messages('D0OLIVIA')).toMatchObject([{ files: [{ name: csv.name }] }]);
  });

  test('that does not come through fails as what it is, without a secret, and shows nothing', async () => {
    await using stage = await setStage();
    const send = (conversation = ROOM) =>
      stage.slack.channel
        .sendFile({ conversation, thread: undefined }, 'U0OLIVIA', csv)
        .catch((error: unknown) => error);
    stage.faults.set('slack', { kind: 'failing', count: 1 });
    expect(await send()).toMatchObject({ side: 'slack', reason: 'unavailable' });
    stage.faults.set('slack', { kind: 'throttled', ms: 3_000, count: 1 });
    expect(await send()).toMatchObject({ reason: 'rate-limited', retryAfter: 3_000 });
    stage.faults.set('slack', { kind: 'none' });
    expect(await send('C0HR')).toMatchObject({ reason: 'auth' });
    const huge = { ...csv, content: new Uint8Array(21 * 1024 * 1024) };
    const refused = stage.slack.channel.sendFile({ conversation: ROOM, thread: undefined }, 'U', huge);
    await expect(refused).rejects.toMatchObject({ reason: 'rejected' });
    expect(stage.messages()).toEqual([]);
    expect(JSON.stringify(await send('C0HR')) + stage.logged.join()).not.toContain(BOT_TOKEN);
  });
});

describe('a query that is typed in Slack', () => {
  const typed =
    'query --last 4h\n```kql\nT\n\t| where a < 5 and b > 3 and c != "x&y"\n\t| where d <e and f> g // "q"\n```';

  test.each(['mention', 'command'])(
    'by %s reaches the desk as it was typed, lines, tabs and all',
    async (way) => {
      await using stage = await setStage();
      const text = way === 'mention' ? `@Watchfloor ${typed}` : typed;
      await stage.control(way, { as: 'olivia', channel: ROOM, text });
      expect(stage.asked).toMatchObject([{ what: 'say', text: typed }]);
    },
  );

  test('is answered by a message of its own where it was typed: in the thread, in a new one, in the direct chat', async () => {
    await using stage = await setStage();
    const thread = await threadIn(stage);
    stage.desk.say = async (user, text, conversation, card, spot) => {
      stage.asked.push({ what: 'say', user, text, conversation, card, spot });
      return { view: { kind: 'none' }, private: false };
    };
    const say = (channel: string, more: object = {}) =>
      stage.control('mention', { as: 'olivia', channel, text: '@Watchfloor query T', ...more });
    await say(ROOM, { thread_ts: thread });
    const { ts } = await say(ROOM);
    await say('D0OLIVIA');
    const { status, body } = await stage.control('command', { as: 'olivia', channel: ROOM, text: 'query T' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(stage.asked.map(({ spot }) => spot)).toEqual([
      { conversation: ROOM, thread },
      { conversation: ROOM, thread: ts },
      { conversation: 'D0OLIVIA', thread: undefined },
      undefined,
    ]);
    await sleep(50);
    // Nobody said a word beside it.
    expect(stage.messages()).toHaveLength(3);
    expect(stage.messages('D0OLIVIA')).toHaveLength(1);
    expect(stage.standIn.state().ephemerals).toEqual([]);
  });
});
