import { z } from 'zod';
import type { Worker } from '../worker.ts';

/** Slack and Teams as the bench sees them. Times are of `clock.ts`. */
export interface Chat {
  url: string;
  /** Waits until each of these can be read, or is seen to be taken. @returns how many are missing in the end */
  wait(what: 'seen' | 'taken', numbers: number[], patienceMs: number): Promise<number>;
  /** Settles when nothing has come for so long. */
  quiet(ms: number): Promise<void>;
  /** Whether messages over a conversation's limit are refused. */
  limit(on: boolean): Promise<void>;
  /** Whether every connection breaks. */
  away(is: boolean): Promise<void>;
  read(): Promise<Seen>;
  /** A new database counts its incidents from the start again. */
  forget(): Promise<void>;
}

export type Seen = z.infer<typeof seen>;
const button = z.object({
  incident: z.number(),
  version: z.number(),
  conversation: z.string(),
  message: z.string(),
});
const traffic = z.object({ posts: z.number(), edits: z.number(), refused: z.number() });
const seen = z.object({
  /** Alert → when it could first be read somewhere. */
  seen: z.array(z.tuple([z.number(), z.number()])).transform((pairs) => new Map(pairs)),
  /** Alert → when its card first showed who took it. */
  taken: z.array(z.tuple([z.number(), z.number()])).transform((pairs) => new Map(pairs)),
  /** Alert → its card's button. */
  buttons: z.array(z.tuple([z.number(), button])).transform((pairs) => new Map(pairs)),
  /** By conversation. */
  traffic: z.array(z.tuple([z.string(), traffic])).transform((pairs) => new Map(pairs)),
  /** Outside threads, in the order of posting, with the alerts that each names now. */
  messages: z.array(z.object({ conversation: z.string(), numbers: z.array(z.number()), at: z.number() })),
});

export function chatOver(sink: Worker, url: string): Chat {
  const tell = (question: string, about?: unknown) => sink.ask(question, about, z.unknown());
  return {
    url,
    wait: (what, numbers, patienceMs) => sink.ask('wait', { what, numbers, patienceMs }, z.number()),
    quiet: async (ms) => void (await tell('quiet', ms)),
    limit: async (on) => void (await tell('limits', on)),
    away: async (is) => void (await tell('away', is)),
    read: () => sink.ask('read', undefined, seen),
    forget: async () => void (await tell('forget')),
  };
}
