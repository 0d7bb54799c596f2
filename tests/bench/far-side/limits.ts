import { Rates, writeLimits } from '../../../src/sandbox/teams/rates.ts';
import { Refusal } from '../../../src/sandbox/teams/refusal.ts';
import { now } from '../clock.ts';

/** chat.postMessage: one a second in a conversation. Slack tolerates short bursts and promises none. */
const slackLimits = [{ calls: 1, ms: 1_000 }];

/** What a conversation takes; no figure of the rest of Slack or Teams is of any matter here. */
export interface Limits {
  /** Whether messages over the limit are refused. */
  on: boolean;
  /** Seconds to wait, or nothing where the message is taken. */
  take(channel: 'slack' | 'teams', conversation: string): number | undefined;
}

export function openLimits(): Limits {
  const rates = new Rates(now);
  return {
    on: true,
    take(channel, conversation) {
      if (!this.on) return undefined;
      try {
        rates.take(`${channel} ${conversation}`, channel === 'slack' ? slackLimits : writeLimits);
        return undefined;
      } catch (error) {
        if (error instanceof Refusal) return error.retryAfter;
        throw error;
      }
    },
  };
}
