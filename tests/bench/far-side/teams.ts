import { z } from 'zod';
import { now } from '../clock.ts';
import type { Book } from './book.ts';
import type { Limits } from './limits.ts';
import type { Answer } from './slack.ts';

/** The Bot Connector's three calls for messages: start a thread in a channel, send into one, edit. */
export function createTeams(book: Book, limits: Limits) {
  let posted = 1_700_000_000_000;

  /** @param path what follows `/v3/conversations` */
  return (method: string, path: string, body: string): Answer => {
    const [, conversation, , message] = path.split('/').map(decodeURIComponent);
    if (method === 'GET') return { json: {} };
    const room = conversation ?? started.parse(JSON.parse(body)).channelData.channel.id;
    const place = room.split(';messageid=')[0] ?? room;
    const retryAfter = limits.take('teams', place);
    if (retryAfter !== undefined) {
      book.refuse(place);
      return { status: 429, retryAfter, json: { error: { code: 'Throttled' } } };
    }
    if (method === 'PUT' && message) {
      if (book.edit(place, message, body, now())) return { json: { id: message } };
      return { status: 404, json: { error: { code: 'ActivityNotFoundInConversation' } } };
    }
    posted += 1;
    const id = String(posted);
    const thread = conversation?.split(';messageid=')[1];
    book.post({ conversation: place, id, thread, text: body, at: now(), metadata: undefined });
    return { json: { id: conversation ? id : `${room};messageid=${id}`, activityId: id } };
  };
}

const started = z.object({ channelData: z.object({ channel: z.object({ id: z.string() }) }) });
