import type { RichTextBlock, RichTextElement } from '@slack/types';
import type { Mentioned } from '../channel.ts';
import { bold, line, own, richText } from './text.ts';

/** More people are a room. */
const mostMentioned = 20;

/** Who is called, in a line of its own; nothing where nobody is. */
export function drawMentions(to: Mentioned[], blockId: string): RichTextBlock[] {
  const elements = to
    .slice(0, mostMentioned)
    .flatMap((one, n) => [...(n > 0 ? [own(' ')] : []), drawMention(one)])
    .filter((element) => element !== undefined);
  return elements.length > 0 ? [richText(blockId, [line(...elements)])] : [];
}

/** Slack shows the name that the person has there. What is no id of a person calls nobody. */
function drawMention({ userId, name }: Mentioned): RichTextElement | undefined {
  return /^[UW][A-Z0-9]{2,20}$/.test(userId) ? { type: 'user', user_id: userId } : bold(name, 80);
}
