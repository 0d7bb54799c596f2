import { z } from 'zod';
import { findCardFault } from './check-card.ts';
import { checkFile, FILE_CONSENT, FILE_INFO } from './check-file.ts';
import type { Drive } from './drive.ts';
import type { Content } from './message.ts';
import { badSyntax, Refusal } from './refusal.ts';

export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';

/** Teams counts UTF-16, two bytes a character, and advises to stay under 80 kB. */
const LARGEST_MESSAGE_BYTES = 80 * 1_024;
const MOST_ATTACHMENTS = 10;

const attachmentShape = z.looseObject({
  contentType: z.string(),
  content: z.unknown().optional(),
  name: z.string().optional(),
  contentUrl: z.string().optional(),
});
const activity = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  textFormat: z.enum(['plain', 'markdown', 'xml']).nullish(),
  summary: z.string().nullish(),
  attachments: z.array(attachmentShape).max(MOST_ATTACHMENTS).nullish(),
  entities: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).nullish(),
});

/**
 * What a bot's activity says, or undefined for one that shows nothing (`typing`).
 * Throws 413 for one that is too long and 400 for one that Teams cannot draw.
 */
export function readContent(body: unknown, room: Place): Content | undefined {
  const bytes = JSON.stringify(body ?? null).length * 2;
  if (bytes > LARGEST_MESSAGE_BYTES) {
    throw new Refusal(
      413,
      'MessageSizeTooBig',
      `The message has ${bytes} bytes; ${LARGEST_MESSAGE_BYTES} is the most.`,
    );
  }
  const parsed = activity.safeParse(body);
  if (!parsed.success) throw badSyntax(`Bad activity: ${z.prettifyError(parsed.error)}`);
  const { type, text, textFormat, summary, attachments, entities } = parsed.data;
  if (type === 'typing') return undefined;
  if (type !== 'message') throw badSyntax(`An activity of type "${type}" cannot be sent to a conversation.`);
  if (!text && !attachments?.length) throw badSyntax('The message has neither text nor attachments.');
  for (const mention of entities ?? []) {
    if (mention.type === 'mention' && !(mention.text && text?.includes(mention.text))) {
      throw badSyntax(`The mention ${mention.text} is nowhere in the text.`);
    }
  }
  for (const each of attachments ?? []) checkAttachment(each, room);
  return {
    ...(text && { text, textFormat: textFormat ?? 'markdown' }),
    ...(summary && { summary }),
    attachments: attachments ?? [],
  };
}

/** Where a message is to stand. */
export interface Place {
  isPersonal: boolean;
  drive: Drive;
}

function checkAttachment(attachment: z.infer<typeof attachmentShape>, { isPersonal, drive }: Place): void {
  const { contentType, content } = attachment;
  if (contentType === FILE_CONSENT || contentType === FILE_INFO) {
    checkFile(attachment, isPersonal, drive);
    return;
  }
  if (contentType !== ADAPTIVE_CARD) throw badSyntax(`Attachments of type "${contentType}" are not taken.`);
  const fault = findCardFault(content);
  if (fault) throw badSyntax(fault);
}
