import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import type { Ref } from '../channel.ts';
import type { Turn } from './activity.ts';
import { decode, wordsOfHtml } from './html-words.ts';
import { readPlace } from './place.ts';

/**
 * What a person wrote, lines kept: without the mention of the bot, other mentions as the names they show. Code stands
 * between fences, as it was typed: Teams keeps its lines in the message's HTML only.
 */
export function readWords(turn: Turn): string {
  const { text, attachments } = turn;
  const own = ownMentions(turn);
  const html = (attachments ?? [])
    .flatMap((one) => safeParse(htmlAttachment, one).data ?? [])
    .find(({ content }) => holdsCode.test(content));
  if (html) return wordsOfHtml(html.content.slice(0, longestRead), own.map(nameIn)).trim();
  const rest = own.reduce((words, tag) => words.replace(tag, ' '), (text ?? '').slice(0, longestRead));
  return decode(rest.replace(/<at(?:\s[^<>]*)?>([^<]*)<\/at>/gi, '$1').replace(/<br\s*\/?>/gi, '\n'))
    .split(/(```[\s\S]*?(?:```|$))/)
    .map((part) => (part.startsWith('```') ? inFence(part) : part.replace(/[^\S\n]+/g, ' ')))
    .join('')
    .trim();
}

/** The card that somebody wrote under; `undefined` where it is no answer to anything. */
export function readCard({
  conversation,
  id,
  replyToId,
}: Pick<Turn, 'conversation' | 'id' | 'replyToId'>): Ref | undefined {
  const { room, root } = readPlace(conversation.id);
  // A thread's first message also has `;messageid=`, of itself.
  const card = root === undefined ? replyToId : root;
  return card === undefined || card === id ? undefined : { conversation: room, message: card };
}

/** Nobody types more; a client lets about 28 kB through. */
const longestRead = 100_000;
const holdsCode = /<(?:pre|codeblock)[\s>]/i;

/** Only spaces that a browser would not break at are changed: KQL knows none of them. */
function inFence(code: string): string {
  return code.replaceAll('\r\n', '\n').replaceAll('\u00a0', ' ');
}

/** What stands in the text where the bot is mentioned: `<at>Watchfloor</at>`. */
function ownMentions({ entities, recipient }: Turn): string[] {
  return (entities ?? [])
    .flatMap((entity) => safeParse(mention, entity).data ?? [])
    .filter(({ mentioned }) => mentioned.id === recipient.id)
    .map(({ text }) => text);
}

function nameIn(tag: string): string {
  return decode(tag.replace(/<[^>]*>/g, '')).trim();
}

const htmlAttachment = z.object({ contentType: z.literal('text/html'), content: z.string() });
const mention = z.object({
  type: z.literal('mention'),
  text: z.string().min(1),
  mentioned: z.object({ id: z.string() }),
});
