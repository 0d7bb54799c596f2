import type { IncomingMessage } from 'node:http';
import type { Log } from '../log.ts';
import { createRate } from './rate.ts';
import type { SenderOf } from './sender.ts';

/** What every door does with requests that it does not believe. */
export interface Refusals {
  /**
   * Counts and logs a refusal. Returns the status to answer with: 429 where this sender was refused too often, of
   * which nothing is logged any more. `reason` is for us alone and is from a closed set.
   */
  refuse(request: IncomingMessage, edge: string, status: number, reason: string): Promise<number>;
  /** Whether an anonymous request is one too many of its sender. */
  isTooMuch(request: IncomingMessage): Promise<boolean>;
}

/**
 * Refusals a minute of one address. A sender with an old secret or a wrong clock tries a few times; whoever guesses
 * gets no further than this before the log is spared.
 */
const refusedPerMinute = 60;
/** Requests a minute of one address to what anybody may ask, probes aside: metrics, and paths that are not there. */
const anonymousPerMinute = 600;

/**
 * What is believed is never refused for its rate: the addresses of Azure, Slack and Teams are shared with others, who
 * could otherwise shut the door for us by sending nonsense from there.
 */
export function createRefusals(options: {
  senderOf: SenderOf;
  /** Into the record: one entry a minute for each edge, status and reason. */
  count: (edge: string, status: number, reason: string, sender: string) => void;
  log: Log;
}): Refusals {
  const { senderOf, count, log } = options;
  const refused = createRate(refusedPerMinute);
  const anonymous = createRate(anonymousPerMinute);
  return {
    async refuse(request, edge, status, reason) {
      const sender = senderOf(request);
      const said = reason.slice(0, 200);
      if (await refused.take(sender)) {
        log.warn({ edge, peer: sender, status, reason: said }, 'request refused');
        count(edge, status, said, sender);
        return status;
      }
      count(edge, 429, 'too often', sender);
      return 429;
    },
    async isTooMuch(request) {
      return !(await anonymous.take(senderOf(request)));
    },
  };
}
