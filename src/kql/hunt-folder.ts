import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { describe, Malformed } from '../errors.ts';
import type { Guard, GuardRules, Verdict } from './guard.ts';
import type { HuntLibrary } from './hunt.ts';
import { huntFiles } from './hunt-files.ts';
import { openShelf, type Shelf } from './hunt-library.ts';
import { exampleOf } from './plan-hunt.ts';
import { readHunt } from './read-hunt.ts';

/** Hunts of some folders. They come while the product runs already; it is there before the last of them is. */
export interface HuntFolders {
  library: HuntLibrary;
  /** Every file is read. */
  read: Promise<void>;
  /** The guard has looked at every hunt: `tables` are what they read, and what it refuses is among `refused`. */
  checked: Promise<void>;
  stop(): void;
}

/**
 * Reads them once, at the start; what is written there later is seen after a restart. The guard is asked `restMs` later, when
 * whoever has waited for the start has what they wanted.
 */
export function openHuntFolders(folders: string[], guard: Guard | undefined, restMs = 0): HuntFolders {
  const shelf = openShelf();
  const ending = new AbortController();
  const isStopped = () => ending.signal.aborted;
  const read = readAll(folders, shelf, isStopped);
  const checked = read.then(async () => {
    await sleep(restMs, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    if (guard) await checkAll(shelf, guard, isStopped);
  });
  return {
    library: shelf,
    read,
    checked,
    stop: () => ending.abort(),
  };
}

async function readAll(folders: string[], shelf: Shelf, isStopped: () => boolean): Promise<void> {
  for (const folder of folders) {
    // Files of several folders are told apart by their folder.
    const place = (file: string) => (folders.length > 1 ? `${folder}/${file}` : file);
    try {
      for await (const found of huntFiles(folder)) {
        if (isStopped()) return;
        if ('reason' in found) shelf.refuse(place(found.file), found.reason);
        else take(shelf, found.text, place(found.file));
        // Reading YAML takes two milliseconds, and there may be thousands: whoever presses a button goes first.
        await setImmediate();
      }
    } catch (error) {
      shelf.refuse(folder, `The folder cannot be read: ${describe(error)}.`);
    }
  }
}

function take(shelf: Shelf, text: string, file: string): void {
  try {
    shelf.add(readHunt(text, file));
  } catch (error) {
    // A RangeError where it is nested deeper than anything can follow.
    if (!(error instanceof Malformed) && !(error instanceof RangeError)) throw error;
    shelf.refuse(file, describe(error));
  }
}

/** One after the other, so that a person's query never waits for more than one of them. */
async function checkAll(shelf: Shelf, guard: Guard, isStopped: () => boolean): Promise<void> {
  for (const hunt of shelf.all()) {
    if (isStopped()) return;
    const verdict = await guard.check(exampleOf(hunt), huntRules(undefined));
    if (verdict.kind === 'allowed') shelf.learn(hunt.id, verdict.tables);
    // It is looked at again when it is run.
    else if (!isForNow(verdict))
      shelf.refuse(hunt.file, `The guard refuses its query (${verdict.rule}): ${verdict.message}`);
  }
}

/** Whether the guard refuses because the machine has too much to do, and not because of the query. */
export function isForNow({ rule }: Extract<Verdict, { kind: 'refused' }>): boolean {
  return rule === 'busy' || rule === 'too-slow';
}

/** A hunt is reviewed; who may read which of its tables is looked at when it is run. */
export function huntRules(schema: GuardRules['schema']): GuardRules {
  return { schema, closed: {}, isReviewed: true, mostRows: 1_000 };
}
