import { z } from 'zod';
import type { Drive } from './drive.ts';
import { badSyntax } from './refusal.ts';

export const FILE_CONSENT = 'application/vnd.microsoft.teams.card.file.consent';
export const FILE_INFO = 'application/vnd.microsoft.teams.card.file.info';

const name = z.string().min(1).max(250);
export const consent = z.object({
  contentType: z.literal(FILE_CONSENT),
  name,
  content: z.object({
    description: z.string().default(''),
    sizeInBytes: z.int().positive(),
    acceptContext: z.record(z.string(), z.unknown()).default({}),
    declineContext: z.record(z.string(), z.unknown()).default({}),
  }),
});
const info = z.object({
  contentType: z.literal(FILE_INFO),
  name,
  contentUrl: z.url(),
  content: z.object({ uniqueId: z.string().min(1), fileType: z.string() }),
});

/** Throws 400 for a file's card that Teams would not show: files of bots are of personal chats alone. */
export function checkFile(attachment: { contentType: string }, isPersonal: boolean, drive: Drive): void {
  const read = (attachment.contentType === FILE_CONSENT ? consent : info).safeParse(attachment);
  if (!read.success) throw badSyntax(`Bad file card: ${z.prettifyError(read.error)}`);
  if (!isPersonal) throw badSyntax('A bot hands over files in a personal chat only.');
  if (read.data.contentType !== FILE_INFO) return;
  const fault = drive.findFault(read.data.contentUrl, read.data.content.uniqueId);
  if (fault) throw badSyntax(fault);
}
