import { describe } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Checkpoint, contentOf, hashOf } from '../record/checkpoint.ts';
import type { IfGone } from '../record/key-file.ts';
import type { Signer } from '../record/signature.ts';
import {
  countUncovered,
  readCheckpoints,
  readLastCheckpoint,
  readUncovered,
  saveCheckpoint,
} from '../store/checkpoints.ts';
import type { Db } from '../store/database.ts';
import { appendLines, readLastLine } from './checkpoint-file.ts';
import type { Look } from './lane.ts';
import type { Recorder } from './recorder.ts';

export interface Sealing {
  db: Db;
  log: Log;
  now: () => Date;
  recorder: Recorder;
  /** The key; a Key Vault may not answer for a while. One is made only before the first checkpoint. */
  openSigner: (ifGone: IfGone) => Promise<Signer>;
  /** Where each checkpoint is appended outside of the database. */
  file: string;
}

/** A change is covered within a minute, sooner where there are many. */
const everyMs = 60_000;
const many = 1_000;
/** Incidents in one checkpoint: about 500 kB. What is more follows at once. */
const mostHeads = 5_000;
/** Between two looks of one replica. */
const lookMs = 10_000;

/** Looks whether it is time for a checkpoint, and copies into the file what any replica has made. */
export function openSealing(sealing: Sealing): Look {
  const complained = new Set<string>();
  return async () => {
    const made = await seal(sealing).catch((error: unknown) => {
      sealing.log.error({ reason: describe(error) }, 'no checkpoint can be made');
      return undefined;
    });
    await copyToFile(sealing, complained);
    return made && made.heads.length >= mostHeads ? 0 : lookMs;
  };
}

/**
 * Makes a checkpoint where changes wait for one: signed, stored, told. Returns it; `undefined` where it is not time,
 * or another replica was faster.
 */
export async function seal(
  { db, log, now, recorder, openSigner }: Sealing,
  { afterMs, atLeast }: { afterMs: number; atLeast: number } = { afterMs: everyMs, atLeast: many },
): Promise<Checkpoint | undefined> {
  const last = await readLastCheckpoint(db);
  const waiting = await countUncovered(db, last?.record.number ?? 0, atLeast);
  if (waiting === 0) return undefined;
  const at = now();
  // The clock may have been set back.
  const age = last ? Math.abs(at.getTime() - Date.parse(last.at)) : Number.POSITIVE_INFINITY;
  if (age < afterMs && waiting < atLeast) return undefined;

  const signer = await openSigner(last ? 'refuse' : 'make');
  const { heads, record, ids } = await readUncovered(db, mostHeads);
  const unsigned = {
    number: (last?.number ?? 0) + 1,
    at: at.toISOString(),
    record,
    heads,
    previous: last?.hash ?? '',
    keyId: signer.keyId,
  };
  const content = contentOf(unsigned);
  const signature = (await signer.sign(Buffer.from(content))).toString('base64');
  const checkpoint = { ...unsigned, hash: hashOf(content), signature };
  if (!(await saveCheckpoint(db, checkpoint, signer.publicKey, ids))) return undefined;
  const { number, hash } = checkpoint;
  log.info({ checkpoint: number, hash, record: record.number, incidents: heads.length }, 'checkpoint made');
  // Once it is stored: a note about each try would be one more change that waits for a checkpoint.
  if (last && last.keyId !== signer.keyId) {
    const by = { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' } as const;
    const data = { secret: 'audit key', before: last.keyId, now: signer.keyId };
    await recorder.note({ at: at.toISOString(), by, type: 'secret-rotated', data });
  }
  return checkpoint;
}

/** A file that is new begins with the newest one. What does not go on from the file's last line is complained of once. */
async function copyToFile({ db, log, file }: Sealing, complained: Set<string>): Promise<void> {
  try {
    const seen = readLastLine(file);
    const last = await readLastCheckpoint(db);
    if (!last) {
      if (seen) complain(seen.number, 'the checkpoints in the file are not in the database');
      return;
    }
    const from = seen ? seen.number - 1 : last.number - 1;
    const [first, ...rest] = await readCheckpoints(db, from, 1_000);
    if (seen && first?.hash !== seen.hash) {
      complain(seen.number, 'a checkpoint in the file is not the one in the database');
    }
    const fresh = seen ? rest : first ? [first, ...rest] : [];
    if (fresh.length > 0) appendLines(file, fresh);
  } catch (error) {
    log.error({ file, reason: describe(error) }, 'checkpoints cannot be copied to the file');
  }

  function complain(number: number, sentence: string): void {
    if (complained.has(`${number} ${sentence}`)) return;
    complained.add(`${number} ${sentence}`);
    log.error({ checkpoint: number, file, cure: 'watchfloor audit verify' }, sentence);
  }
}
