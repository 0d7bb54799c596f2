import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import type { Ref } from '../channel.ts';
import type { Turn } from './activity.ts';
import { readPlace } from './place.ts';

/** What a person wrote, lines kept: without the mention of the bot, other mentions as the names they show. */
export function readWords({ text, entities, recipient }: Turn): string {
  const own = (entities ?? [])
    .flatMap((entity) => safeParse(mention, entity).data ?? [])
    .filter(({ mentioned }) => mentioned.id === recipient.id);
  const rest = own.reduce((words, { text: tag }) => words.replace(tag, ' '), text ?? '');
  return decode(rest.replace(/<at(?:\s[^>]*)?>([^<]*)<\/at>/gi, '$1').replace(/<br\s*\/?>/gi, '\n'))
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

/** The card that somebody wrote under; `undefined` where it is no answer to anything. */
export function readCard({ conversation, id, replyToId }: Turn): Ref | undefined {
  const { room, root } = readPlace(conversation.id);
  // A thread's first message also has `;messageid=`, of itself.
  const card = root === undefined ? replyToId : root;
  return card === undefined || card === id ? undefined : { conversation: room, message: card };
}

const mention = z.object({
  type: z.literal('mention'),
  text: z.string().min(1),
  mentioned: z.object({ id: z.string() }),
});

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Teams sends typed `<` and `&` as HTML entities. Decoded once: `&amp;lt;` is the text `&lt;`. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? entity;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : entity;
  });
}
