import { z } from 'zod';
import type { Entity } from '../incident/alert.ts';

const name = z.string().max(2_000);

/** An entity of an alert that we raise ourselves: as rules know it already. */
export const ownEntity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), name, upn: name, oid: name }),
  z.object({ kind: z.literal('host'), name, resourceId: name }),
  z.object({ kind: z.literal('ip'), address: name, country: name }),
  z.object({ kind: z.literal('url'), url: name }),
  z.object({ kind: z.literal('domain'), name }),
  z.object({ kind: z.literal('file'), name, directory: name }),
  z.object({ kind: z.literal('process'), name, commandLine: name }),
  z.object({ kind: z.literal('resource'), name, resourceId: name }),
  z.object({ kind: z.literal('mailbox'), address: name }),
  z.object({ kind: z.literal('other'), type: name, name }),
]) satisfies z.ZodType<Entity>;

/** Rooms of an exercise. */
export const ownRooms = z
  .array(z.object({ channel: z.enum(['slack', 'teams']), conversation: name }))
  .max(10);
