import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Db } from '../store/database.ts';
import { appendRecords } from '../store/record.ts';
import type { RecordEntry, Recorder } from './recorder.ts';

/** A recorder that lasts until it is stopped. */
export interface OpenRecorder extends Recorder {
  /** Writes what was counted so far, without waiting for the minute to end. */
  flush(): Promise<void>;
  /** Writes what is left, for five seconds at most; what is not written by then is in the log. */
  stop(): Promise<void>;
}

/** Entries in one transaction: some 200 kB. */
const atOnce = 500;
/** More are not waited with while the database is away; they are logged. */
const mostWaiting = 10_000;
/** What is counted apart in one minute, and who is named of each: whoever floods us must not fill our memory. */
const mostCounted = 200;
const mostSenders = 20;

/** How patient it is; a test is less so. */
interface Patience {
  /** Milliseconds between counts. */
  countMs: number;
  /** Milliseconds after which whoever noted something is let go on, written or not. */
  waitMs: number;
  /** Milliseconds between two tries, and how many there are. */
  retryMs: number;
  tries: number;
  /** Milliseconds for what is left at the end: a database whose packets are dropped answers nothing for minutes. */
  stopMs: number;
}

/**
 * A minute, two thirds of the three seconds in which Slack wants an answer, half a minute of outage, half of the ten
 * seconds that Docker gives a process to end.
 */
const usual: Patience = { countMs: 60_000, waitMs: 2_000, retryMs: 1_000, tries: 30, stopMs: 5_000 };

interface Waiting {
  entry: RecordEntry;
  done: () => void;
}

interface Count {
  edge: string;
  status: number;
  reason: string;
  count: number;
  senders: Set<string>;
  othersToo: boolean;
}

/**
 * Writes the record: what comes in while one transaction is under way is written together in the next, in order.
 * While the database is away entries wait for it; what cannot be written is in the log, whole.
 */
export function openRecorder(
  { db, log, now }: { db: Db; log: Log; now: () => Date },
  patience: Patience = usual,
): OpenRecorder {
  let waiting: Waiting[] = [];
  let inHand: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let counts = new Map<string, Count>();
  let stopped = false;
  /** Stopped, and nothing is written any more. */
  let ended = false;

  const giveUp = (batch: Waiting[], reason: string) => {
    for (const { entry, done } of batch) {
      log.error({ entry, reason }, 'not on the record');
      done();
    }
  };

  const writeBatch = async (batch: Waiting[]) => {
    const rows = batch.map(({ entry: { at, by, type, incident, data } }) => {
      return { at, actor: by, type, incident: incident ?? null, data };
    });
    for (let tried = 1; ; tried += 1) {
      try {
        await appendRecords(db, rows);
        for (const { done } of batch) done();
        return;
      } catch (error) {
        // It was given up already, and is in the log.
        if (ended) return;
        const last = stopped ? Math.min(3, patience.tries) : patience.tries;
        if (tried >= last) return giveUp(batch, describe(error));
        log.warn({ reason: describe(error), entries: batch.length }, 'the record cannot be written now');
        await sleep(patience.retryMs);
        if (ended) return;
      }
    }
  };

  const write = async () => {
    while (waiting.length > 0) {
      inHand = waiting.slice(0, atOnce);
      waiting = waiting.slice(atOnce);
      await writeBatch(inHand);
      inHand = [];
    }
    writing = undefined;
  };

  const put = (entry: RecordEntry) =>
    new Promise<void>((resolve) => {
      const one = { entry, done: resolve };
      if (ended) return giveUp([one], 'The product has stopped.');
      if (waiting.length >= mostWaiting) return giveUp([one], 'Too much waits for the database.');
      waiting.push(one);
      writing ??= write();
    });

  const flush = async () => {
    const counted = [...counts.values()];
    counts = new Map();
    await Promise.all(counted.map((count) => put(toEntry(count, now()))));
    await writing;
  };

  const timer = setInterval(() => void flush(), patience.countMs);
  timer.unref();

  return {
    async note(entry) {
      const patient = new AbortController();
      const late = sleep(patience.waitMs, undefined, { signal: patient.signal }).catch(() => {});
      await Promise.race([put(entry), late]);
      patient.abort();
    },
    count(edge, status, reason, sender) {
      const asked = `${edge} ${status} ${reason}`.slice(0, 300);
      const key = counts.has(asked) || counts.size < mostCounted ? asked : 'others';
      const known = counts.get(key);
      const named =
        key === asked ? { edge, status, reason } : { edge: 'others', status: 0, reason: 'others' };
      const count = known ?? { ...named, count: 0, senders: new Set<string>(), othersToo: false };
      count.count += 1;
      if (count.senders.size < mostSenders) count.senders.add(sender.slice(0, 100));
      else if (!count.senders.has(sender.slice(0, 100))) count.othersToo = true;
      counts.set(key, count);
    },
    flush,
    async stop() {
      clearInterval(timer);
      stopped = true;
      const patient = new AbortController();
      const late = sleep(patience.stopMs, true, { signal: patient.signal }).catch(() => false);
      const isLate = await Promise.race([flush().then(() => false), late]);
      patient.abort();
      ended = true;
      if (!isLate) return;
      giveUp(inHand, 'The database did not say before the stop whether it has it.');
      giveUp(waiting, 'The database did not answer before the stop.');
      [inHand, waiting] = [[], []];
    },
  };
}

function toEntry({ edge, status, reason, count, senders, othersToo }: Count, at: Date): RecordEntry {
  const [only] = senders;
  const by = { kind: 'sender', id: senders.size === 1 && only ? only : 'several', name: '' } as const;
  const data = {
    edge: edge.slice(0, 100),
    status,
    reason: reason.slice(0, 200),
    count,
    senders: [...senders],
    othersToo,
  };
  return { at: at.toISOString(), by, type: 'requests-refused', data };
}
