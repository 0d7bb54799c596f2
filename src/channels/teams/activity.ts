import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';

/** What of an activity is looked at before anybody is believed; the rest is read after the token is. */
export const envelope = z.object({
  type: z.string().min(1).max(100),
  id: z.string().min(1).max(200),
  timestamp: z.iso.datetime({ offset: true }),
  channelId: z.literal('msteams'),
  serviceUrl: z.string().max(500),
  conversation: z.object({ id: z.string().min(1).max(500), tenantId: z.string().optional() }),
  channelData: z.object({ tenant: z.object({ id: z.string() }).optional() }).optional(),
});
export type Envelope = z.infer<typeof envelope>;

/** The parts of an activity that the product acts on. */
const turn = z.object({
  type: z.string(),
  name: z.string().optional(),
  id: z.string(),
  serviceUrl: z.string(),
  text: z.string().optional(),
  value: z.unknown().optional(),
  replyToId: z.string().optional(),
  from: z.object({
    // Half a character is none that the database could hold.
    id: z.string().refine((id) => id.isWellFormed(), 'is no text'),
    name: z.string().max(500).optional(),
    aadObjectId: z.guid().optional(),
    tenantId: z.guid().optional(),
    role: z.string().optional(),
  }),
  recipient: z.object({ id: z.string() }),
  conversation: z.object({ id: z.string(), conversationType: z.string().optional() }),
  // Presses do not say it.
  localTimezone: z.string().max(100).optional(),
  entities: z.array(z.unknown()).optional(),
  attachments: z.array(z.unknown()).optional(),
});
export type Turn = z.infer<typeof turn>;

/** Reads an admitted activity. Copies what is needed: a turn's own objects may not be used after it. */
export function readTurn(activity: unknown): Turn {
  const { data, error } = safeParse(turn, activity);
  if (error) throw error;
  return data;
}

/** Which incident a button is of, as drawn at which version. */
export const about = z.object({ incident: z.int().positive(), version: z.int().nonnegative() });

/** What is chosen in a summary's list: `1042:3`, as `about`; empty where nothing is. */
export const choice = z
  .object({
    chosen: z
      .string()
      .regex(/^(\d{1,15}:\d{1,15})?$/)
      .default(''),
  })
  .default({ chosen: '' });

/** A pressed `Action.Execute`; its data is `about` an incident, or a `choice`. */
export const pressed = z.object({ action: z.object({ verb: z.string(), data: z.unknown() }) });

/** The same as a message, from a client without `Action.Execute`. */
export const pressedByMessage = z.looseObject({ verb: z.string() });

/** What was chosen on the page of a dialog before this one. It went through a client: worth as much as an input. */
const carried = z.record(z.string().max(100), z.string().max(500)).default({});

/** What an `Action.Submit` of ours carries: our own four fields, and the inputs beside them. */
const submitted = z.looseObject({ verb: z.string(), ...about.shape, carried });

/** A dialog asked for or filled in. */
export const dialogRequest = z.object({ data: submitted });

/** Typing in a field that is searched. */
export const typed = z.object({ dataset: z.string(), queryText: z.string().max(200).default('') });
