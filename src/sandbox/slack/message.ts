import { z } from 'zod';

const json = z.record(z.string(), z.unknown());
const slackFile = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  mimetype: z.string(),
  filetype: z.string(),
  size: z.number(),
  url_private_download: z.string(),
});
export type SlackFile = z.infer<typeof slackFile>;

const slackMessage = z.object({
  type: z.literal('message'),
  subtype: z.enum(['tombstone', 'thread_broadcast']).optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  team: z.string(),
  user: z.string(),
  username: z.string().optional(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  text: z.string(),
  blocks: z.array(json).optional(),
  attachments: z.array(json).optional(),
  files: z.array(slackFile).optional(),
  metadata: json.optional(),
  edited: z.object({ user: z.string(), ts: z.string() }).optional(),
});
export type SlackMessage = z.infer<typeof slackMessage>;

/** `writes` counts the post and each edit. */
export const posted = z.object({ message: slackMessage, writes: z.number() });
export type Posted = z.infer<typeof posted>;
