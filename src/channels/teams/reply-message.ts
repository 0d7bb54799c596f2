import { drawPictures } from '../pictures.ts';
import type { ReplyView } from '../views.ts';
import { drawReply } from './draw-reply.ts';
import type { Message } from './message.ts';

/** About 9 kB, of which a card makes 12: the other 13 are for words. */
const mostPixels = 300_000;

/** The answer to words as a message, its pictures within the card: a bot has no place where others could fetch them. */
export async function replyMessage(view: ReplyView): Promise<Message> {
  return drawReply(view, await drawPictures(view, mostPixels));
}
