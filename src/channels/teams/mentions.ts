import type { Mentioned } from '../channel.ts';
import { bound } from '../clean.ts';

/** More people are a room. */
const mostMentioned = 20;

/** Who is called: the line that names them, and what makes mentions of the names. Teams takes a person's object id. */
export function drawMentions(to: Mentioned[]): { line: string; entities: object[] } {
  const called = to.slice(0, mostMentioned).map(({ userId, name }) => {
    const shown = nameIn(name);
    const text = `<at>${shown}</at>`;
    return { type: 'mention', text, mentioned: { id: userId, name: shown } };
  });
  return { line: called.map(({ text }) => text).join(' '), entities: called };
}

/** Stands in Markdown and between tags, and has to be the same in both places: what means something in either goes. */
function nameIn(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} .,'’-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return bound(plain, 60) || 'you';
}
