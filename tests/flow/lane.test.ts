import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startLane } from '../../src/flow/lane.ts';

const silent = pino({ level: 'silent' });

/** A lane that is to look every few milliseconds, and rests for a minute when it is quiet. */
function startQuick(find: () => boolean) {
  let looks = 0;
  const look = async () => {
    looks += 1;
    return { tasks: find() ? [() => sleep(1)] : [], nextMs: 2 };
  };
  const lane = startLane('quick', silent, look, 1, 60_000);
  return { lane, looks: () => looks };
}

async function reach(looks: () => number, count: number): Promise<void> {
  while (looks() < count) await sleep(2);
}

describe('a lane', () => {
  it('rests longer when it has found nothing for a while, and looks as soon as somebody rings', async () => {
    const { lane, looks } = startQuick(() => false);
    await reach(looks, 10);
    await sleep(100);
    expect(looks()).toBe(10);
    lane.ring();
    // Then something may follow, and it is as quick as before.
    await reach(looks, 15);
    await lane.stop();
  });

  it('is as quick as ever while it finds something', async () => {
    const { lane, looks } = startQuick(() => true);
    await reach(looks, 30);
    await lane.stop();
  });
});
