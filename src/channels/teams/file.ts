import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { ChatUser, Desk, FileView } from '../channel.ts';
import { bound } from '../clean.ts';
import { inertSentence } from './inert.ts';
import type { Message } from './message.ts';
import { upload } from './upload.ts';

/**
 * Asks a person whether a file may be put into their OneDrive, which is how a bot hands one over. The card carries how to
 * make the file anew, not the file.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
 */
export function consentMessage({ key, name, about, content }: FileView): Message {
  const description = inertSentence(bound(about, 300));
  return {
    type: 'message',
    summary: description,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.teams.card.file.consent',
        name,
        content: {
          description,
          sizeInBytes: content.length,
          acceptContext: { key },
          declineContext: { key },
        },
      },
    ],
  };
}

/** Where OneDrive made room for the file. */
const uploadInfo = z.object({
  contentUrl: z.url().max(4_000),
  name: z.string().min(1).max(400),
  uploadUrl: z.url().max(8_000),
  uniqueId: z.string().min(1).max(200),
  fileType: z.string().max(40),
});
const accepted = z.object({
  action: z.literal('accept'),
  context: z.object({ key: z.string().min(1).max(200) }),
  uploadInfo,
});

/** The file that somebody said yes to: made anew, put into their OneDrive, and shown where it is. */
export async function handOver(
  desk: Desk,
  user: ChatUser,
  value: unknown,
  configured: string,
): Promise<Message> {
  const { data, error } = safeParse(accepted, value);
  if (error) throw new Malformed(`Teams sent a consent that is not of our files: ${z.prettifyError(error)}`);
  const { contentUrl, name, uploadUrl, uniqueId, fileType } = data.uploadInfo;
  const file = await desk.file(user, data.context.key);
  await upload(uploadUrl, configured, file.content);
  return {
    type: 'message',
    summary: inertSentence(bound(file.about, 300)),
    attachments: [
      {
        contentType: 'application/vnd.microsoft.teams.card.file.info',
        contentUrl,
        // Whoever has one of this name already gets it under another.
        name,
        content: { uniqueId, fileType },
      },
    ],
  };
}
