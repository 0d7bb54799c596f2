import { z } from 'zod';
import type { Note } from '../../incident/alert.ts';
import { optional, time, trimTo } from '../fields.ts';
import { ownCommentName } from './address.ts';
import { plainText } from './html.ts';

/** Comments of an incident as plain text, oldest first, the newest 100; without the one that we keep there. */
export function readNotes(address: string, comments: readonly unknown[]): Note[] {
  const own = ownCommentName(address);
  return comments
    .flatMap((raw) => comment.safeParse(raw).data ?? [])
    .filter(({ name }) => name.toLowerCase() !== own)
    .flatMap(({ name, properties }): Note[] => {
      const text = trimTo(plainText(properties.message), 2_000);
      const { author, createdTimeUtc: at } = properties;
      if (!text || !at) return [];
      return [
        { id: name, at, by: author.name || author.userPrincipalName || author.email || 'somebody', text },
      ];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .slice(-100);
}

const nobody = { name: '', userPrincipalName: '', email: '' };
const comment = z.object({
  name: z.string(),
  properties: z.object({
    message: z.string(),
    createdTimeUtc: time,
    author: z
      .object({ name: optional(200), userPrincipalName: optional(200), email: optional(200) })
      .catch(nobody),
  }),
});
