import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ROOM, type Stage, setStage } from './stage.ts';

const KEY = 'slack:event:Ev1';
const mention = JSON.stringify({
  type: 'event_callback',
  event_id: 'Ev1',
  team_id: 'T0CONTOSO',
  event: {
    type: 'app_mention',
    user: 'U0ADAM',
    text: '<@U0WATCHFLOOR> close 1042',
    channel: ROOM,
    ts: '1.2',
  },
});
/** Slack signs anew what it sends again. */
const send = (stage: Stage, ago = 0) => stage.sign(mention, { seconds: Math.floor(Date.now() / 1000) - ago });

/** Words that are being carried out until a test lets them end. */
function holdWork(stage: Stage): { end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { say } = stage.desk;
  stage.desk.say = async (...asked) => {
    const answer = await say(...asked);
    await promise;
    return answer;
  };
  return { end: resolve };
}

describe('an event from Slack', () => {
  test('is answered when its work is done, and remembered from then on', async () => {
    await using stage = await setStage();
    const { say } = stage.desk;
    const story: string[] = [];
    stage.desk.say = async (...asked) => {
      await sleep(50);
      story.push(stage.seen.has(KEY) ? 'done, remembered before' : 'done');
      return say(...asked);
    };
    const answer = await send(stage);
    story.push('answered');
    expect(answer.status).toBe(200);
    expect(story).toEqual(['done', 'answered']);
    expect(stage.seen).toContain(KEY);
  });

  test('sent again after its work is answered and not carried out twice', async () => {
    await using stage = await setStage();
    expect((await send(stage, 2)).status).toBe(200);
    const again = await send(stage);
    expect(again.status).toBe(200);
    expect(await again.text()).toBe('');
    expect(stage.asked).toHaveLength(1);
  });

  test('sent again while its work goes on is answered at once and not carried out twice', async () => {
    await using stage = await setStage();
    const work = holdWork(stage);
    const first = send(stage, 2);
    await expect.poll(() => stage.asked.length).toBe(1);
    expect((await send(stage)).status).toBe(200);
    expect(stage.seen).not.toContain(KEY);
    work.end();
    expect((await first).status).toBe(200);
    expect(stage.asked).toHaveLength(1);
  });

  test('whose work a crash cut off is carried out when Slack sends it again', async () => {
    const seen = new Set<string>();
    const cutOff = await setStage({ seen });
    holdWork(cutOff);
    const first = send(cutOff, 2).catch(() => 'no answer');
    await expect.poll(() => cutOff.asked.length).toBe(1);
    await cutOff[Symbol.asyncDispose]();
    expect(await first).toBe('no answer');

    await using stage = await setStage({ seen });
    expect((await send(stage)).status).toBe(200);
    expect(stage.asked).toMatchObject([{ text: 'close 1042' }]);
  });

  test('that could not be begun is answered as failed, so that Slack sends it again', async () => {
    await using stage = await setStage();
    // Slack does not tell who we are, and without that our name cannot be taken out of the words.
    stage.faults.set('slack', { kind: 'failing', count: 1 });
    expect((await send(stage, 2)).status).toBe(500);
    expect(stage.seen).not.toContain(KEY);
    expect((await send(stage)).status).toBe(200);
    expect(stage.asked).toMatchObject([{ text: 'close 1042' }]);
  });

  test('is answered in time although its work takes longer, and remembered when that is done', async () => {
    await using stage = await setStage();
    const work = holdWork(stage);
    const started = Date.now();
    expect((await send(stage)).status).toBe(200);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(stage.seen).not.toContain(KEY);
    work.end();
    await expect.poll(() => [...stage.seen]).toContain(KEY);
  });

  test('waits at Slack while nobody can tell whether it is new', async () => {
    await using stage = await setStage();
    const has = stage.seen.has.bind(stage.seen);
    stage.seen.has = () => {
      throw new Error('the database is gone');
    };
    expect((await send(stage, 2)).status).toBe(503);
    stage.seen.has = has;
    expect((await send(stage)).status).toBe(200);
    expect(stage.asked).toHaveLength(1);
  });
});
