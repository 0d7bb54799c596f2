import { describe, FarSideError, Refused } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { maySendTo } from '../../outgoing.ts';
import type { Api } from './api.ts';
import { sendIllustrated } from './illustrate.ts';
import type { Message } from './message.ts';

/** Where somebody is told something that nobody else sees. */
export interface Whereabouts {
  userId: string;
  conversation: string;
  thread?: string;
  /** A secret of its own: whoever has it can post. */
  responseUrl?: string;
}

/**
 * Tells one person; `inWords` where Slack refuses the pictures of a message. Never throws: what was done is done, whether
 * or not they read of it.
 */
export type Tell = (where: Whereabouts, message: Message, inWords?: Message) => Promise<void>;

const TIMEOUT_MS = 5_000;

export function createTell(api: Api, apiUrl: string, log: Log): Tell {
  async function send(where: Whereabouts, message: Message): Promise<void> {
    // A request is signed, yet an address in it is not followed anywhere but to Slack (or what stands in for it).
    if (where.responseUrl && maySendTo(where.responseUrl, 'slack', apiUrl))
      await respond(where.responseUrl, message, where.thread);
    else await api.postEphemeral(where.conversation, where.userId, message, where.thread);
  }

  return async (where, message, inWords) => {
    try {
      await sendIllustrated({ message, ...(inWords && { inWords }) }, (one) => send(where, one));
    } catch (error) {
      log.warn({ user: where.userId, error: describe(error) }, 'could not tell a person in Slack');
    }
  };
}

/** What a person is told about a failure: a refusal in its own words; anything else is ours and goes to the log. */
export function sentenceOf(error: unknown, log: Log): string {
  if (error instanceof Refused) return error.message;
  log.error({ error: describe(error) }, 'request from Slack failed');
  return 'That did not work. It was recorded; try again.';
}

async function respond(url: string, message: Message, thread: string | undefined): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      response_type: 'ephemeral',
      replace_original: false,
      ...(thread && { thread_ts: thread }),
      ...message,
    }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // The address itself stays out of the error.
  if (answer.ok) return;
  const reason = answer.status >= 500 ? 'unavailable' : answer.status === 429 ? 'rate-limited' : 'rejected';
  throw new FarSideError('slack', reason, `Slack response_url: HTTP status ${answer.status}.`);
}
