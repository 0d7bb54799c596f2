import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../incident/alert.ts';
import { canonical } from './link.ts';

/** Incident, version, hash of the event of that version. */
export type Head = [incident: number, version: number, hash: string];

/** How everything stood at a moment: whatever is changed or cut off later does not fit it. */
export interface Checkpoint {
  /** From 1 on, without a gap. */
  number: number;
  at: Instant;
  /** The last record; 0 and an empty hash where there was none. */
  record: { number: number; hash: string };
  /** Of the incidents that changed since the checkpoint before, in the order of their numbers. */
  heads: Head[];
  /** Hash of the checkpoint before; empty before the first. */
  previous: string;
  /** SHA-256 of `contentOf`. */
  hash: string;
  keyId: string;
  /** Of `contentOf`, base64. */
  signature: string;
}

/** What is hashed and signed. The heads stand for themselves by a digest, so that a line of the file can do without. */
export function contentOf(checkpoint: Omit<Checkpoint, 'hash' | 'signature'> | CheckpointLine): string {
  const { number, at, record, previous, keyId } = checkpoint;
  const heads = typeof checkpoint.heads === 'string' ? checkpoint.heads : digestOf(checkpoint.heads);
  return canonical({ number, at, record, heads, previous, keyId });
}

export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function digestOf(heads: Head[]): string {
  return hashOf(canonical(heads));
}

const lineShape = z.object({
  number: z.number().int().positive(),
  at: z.string(),
  record: z.object({ number: z.number().int().min(0), hash: z.string() }),
  /** Digest of the heads, which stand in the database. */
  heads: z.string(),
  previous: z.string(),
  hash: z.string(),
  keyId: z.string(),
  signature: z.string(),
});

/** A checkpoint as it stands in the file outside of the database, one a line. */
export type CheckpointLine = z.infer<typeof lineShape>;

export function toLine({ heads, ...rest }: Checkpoint): string {
  const line: CheckpointLine = { ...rest, heads: digestOf(heads) };
  return `${JSON.stringify(line)}\n`;
}

/** `undefined` where that is no checkpoint, a torn last line for instance. */
export function parseLine(text: string): CheckpointLine | undefined {
  try {
    return lineShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
