import { describe } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type Receipt, type Refusal, received } from './answer.ts';

export interface EventMemory {
  /** Durable: false when this key was seen in the last quarter of an hour; seen from now on. */
  firstTime(key: string): Promise<boolean>;
  /** Whether `firstTime` was asked about this key in the last quarter of an hour; changes nothing. */
  isSeen(key: string): Promise<boolean>;
  log: Log;
}

/** Carries out what an event asks, and says what Slack is to be told. Never throws. */
export type Hear = (id: string, work: () => Promise<void>) => Promise<Receipt | Refusal>;

/**
 * Events at least once: remembered only when their work is done, because Slack sends an event again that was not
 * answered, and what was remembered before would then be lost to a crash. Between work and memory a crash lets
 * the work be done twice: to take or close what is taken or closed changes nothing, and a comment written
 * twice is better than a close that nobody carried out.
 */
export function createHear({ firstTime, isSeen, log }: EventMemory): Hear {
  const inHand = new Set<string>();

  async function carryOut(key: string, work: () => Promise<void>): Promise<Receipt | Refusal> {
    try {
      if (await isSeen(key)) return received;
    } catch (error) {
      log.error({ error: describe(error) }, 'could not tell whether a Slack event is new');
      return { status: 503, reason: 'events sent again could not be told from new ones' };
    }
    try {
      await work();
    } catch (error) {
      log.error({ error: describe(error) }, 'Slack event failed');
      return { status: 500, reason: 'event not carried out' };
    }
    await firstTime(key).catch((error) =>
      log.error({ error: describe(error) }, 'Slack event not remembered; sent again it is carried out again'),
    );
    return received;
  }

  return async (id, work) => {
    const key = `slack:event:${id}`;
    // Sent again although it is being worked on: the first answer was late or lost on its way.
    if (inHand.has(key)) return received;
    inHand.add(key);
    try {
      return await carryOut(key, work);
    } finally {
      inHand.delete(key);
    }
  };
}
