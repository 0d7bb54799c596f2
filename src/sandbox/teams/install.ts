import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'restify';
import { findPerson } from '../people.ts';
import { type ActivitySetting, composeInstallation } from './activity.ts';
import type { Answer, Product } from './product.ts';
import type { Rooms } from './rooms.ts';

/** Between attempts to reach a product that is still starting: twice as long each time, up to the second number. */
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 2_000;

/** Tells the product that a person put it into (or took it out of) the team's channels. Stops at the first refusal. */
export async function announceInstallation(
  product: Product,
  rooms: Rooms,
  setting: () => ActivitySetting,
  change: 'add' | 'remove' = 'add',
): Promise<Answer> {
  let answer: Answer = { status: 200, body: undefined };
  for (const room of rooms.channels) {
    for (const activity of composeInstallation(setting(), findPerson('lena'), room, change)) {
      answer = await product.send(activity);
      if (answer.status >= 300) return answer;
    }
  }
  return answer;
}

/** Announces the installation once the product answers, and gives up when this server closes. */
export function announceWhenReachable(plain: Server, announce: () => Promise<Answer>): void {
  const closed = new AbortController();
  plain.server.once('close', () => closed.abort());
  plain.server.once('listening', async () => {
    for (let wait = RETRY_MS; !closed.signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      const status = await announce().then(
        (answer) => answer.status,
        (fault: unknown) => {
          // Without a server there is no address to answer to.
          if (!plain.server.listening) return 0;
          throw fault;
        },
      );
      // A refusal in words is an answer; only "not up yet" is asked again.
      if (status < 500) return;
      await sleep(wait, undefined, { ref: false, signal: closed.signal }).catch(() => undefined);
    }
  });
}
