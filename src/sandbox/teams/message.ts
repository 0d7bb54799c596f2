import { z } from 'zod';

const card = z.record(z.string(), z.unknown());
export type Card = z.infer<typeof card>;

/** What a message says, as its writer sent it. */
const content = z.object({
  text: z.string().optional(),
  textFormat: z.string().optional(),
  /** What a phone shows in its notification. */
  summary: z.string().optional(),
  attachments: z.array(
    z.object({
      contentType: z.string(),
      content: z.unknown().optional(),
      /** Of a file. */
      name: z.string().optional(),
      contentUrl: z.string().optional(),
    }),
  ),
});
export type Content = z.infer<typeof content>;

export const message = content.extend({
  id: z.string(),
  /** Id of the message whose thread this is in; absent on a root message. */
  root: z.string().optional(),
  /** A person's id of `people.ts`, or `watchfloor`. */
  from: z.object({ id: z.string(), name: z.string() }),
  at: z.string(),
  edited: z.boolean(),
  /** How often the writer sent it: one post plus its edits. */
  posts: z.number(),
  /** The card that one person sees instead, by person id. */
  personal: z.record(z.string(), card).optional(),
});
export type Message = z.infer<typeof message>;
