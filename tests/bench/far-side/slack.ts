import { z } from 'zod';
import { now } from '../clock.ts';
import { person } from '../company.ts';
import type { Book } from './book.ts';
import type { Limits } from './limits.ts';

export interface Answer {
  status?: number;
  /** Seconds. */
  retryAfter?: number;
  json: object;
}

const bot = { user: 'U0WATCHFLOOR', bot: 'B0WATCHFLOOR' };

/** The few methods of Slack's Web API that are called in a run; any other is answered with a yes. */
export function createSlack(book: Book, limits: Limits) {
  let posted = 0;

  return (method: string, body: string, type: string): Answer => {
    const args = readArgs(body, type);
    switch (method) {
      case 'chat.postMessage':
        return post(args);
      case 'chat.update': {
        const isThere = book.edit(args.channel, args.ts, textOf(args), now());
        if (isThere) return { json: { ok: true, channel: args.channel, ts: args.ts } };
        return { json: { ok: false, error: 'message_not_found' } };
      }
      case 'conversations.history':
        return { json: { ok: true, messages: history(args.channel, undefined), has_more: false } };
      case 'conversations.replies':
        return { json: { ok: true, messages: history(args.channel, args.ts).reverse(), has_more: false } };
      case 'auth.test':
        return { json: { ok: true, user_id: bot.user, bot_id: bot.bot, team_id: person.slackTeam } };
      case 'users.info':
        return { json: { ok: true, user } };
      default:
        return { json: { ok: true } };
    }
  };

  function post(args: Args): Answer {
    const retryAfter = limits.take('slack', args.channel);
    if (retryAfter !== undefined) {
      book.refuse(args.channel);
      return { status: 429, retryAfter, json: { ok: false, error: 'ratelimited' } };
    }
    posted += 1;
    const ts = `1700000000.${String(posted).padStart(6, '0')}`;
    const { channel: conversation, thread_ts: thread, metadata } = args;
    book.post({ conversation, id: ts, thread, text: textOf(args), at: now(), metadata });
    return { json: { ok: true, channel: conversation, ts } };
  }

  function history(conversation: string, thread: string | undefined): object[] {
    return book.in(conversation, thread).map(({ id, metadata }) => ({
      type: 'message',
      user: bot.user,
      bot_id: bot.bot,
      ts: id,
      ...(metadata ? { metadata } : {}),
    }));
  }
}

const user = {
  id: person.slackId,
  team_id: person.slackTeam,
  profile: { real_name: person.name, email: person.upn },
};

type Args = z.infer<typeof args>;
const args = z.object({
  channel: z.string().default(''),
  ts: z.string().default(''),
  thread_ts: z.string().optional(),
  text: z.unknown().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  metadata: z.unknown().optional(),
});

/** Arguments come as JSON or as a form whose structured fields are JSON. */
function readArgs(body: string, type: string): Args {
  if (type.startsWith('application/json')) return args.parse(JSON.parse(body));
  const form = new URLSearchParams(body);
  const metadata = form.get('metadata');
  return args.parse({ ...Object.fromEntries(form), metadata: metadata ? JSON.parse(metadata) : undefined });
}

const textOf = ({ text, blocks, attachments }: Args): string =>
  [text, blocks, attachments]
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join('\n');
