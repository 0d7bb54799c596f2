import { describe, FarSideError } from '../errors.ts';
import type { SourceName } from '../incident/alert.ts';
import type { Source } from '../sources/source.ts';
import type { Jobs } from '../store/jobs.ts';
import { acceptRaw, hashOf, type Incoming, polled, type RawAlert } from '../store/raw-alerts.ts';
import { currentTrace } from '../trace.ts';
import type { Watchfloor } from './watchfloor.ts';

/** More in one statement would hold up the first of them. */
const mostAtOnce = 500;

interface Waiting {
  incoming: Incoming[];
  done(stored: RawAlert[]): void;
  failed(error: unknown): void;
}

/**
 * Makes what came in durable before it is answered. What comes while one insert is under way goes into the next
 * one together: one commit for all of them, and none waits for more than two.
 */
export function openAcceptance(
  floor: Pick<Watchfloor, 'db' | 'inbox' | 'telemetry' | 'ringIntake'>,
): Watchfloor['accept'] {
  const waiting: Waiting[] = [];
  let busy = false;

  async function work(): Promise<void> {
    busy = true;
    while (waiting.length > 0) await store(takeSome(waiting));
    busy = false;
  }

  async function store(some: Waiting[]): Promise<void> {
    try {
      const brought = some.flatMap(({ incoming }) => incoming);
      const stored = await acceptRaw(floor.db, brought);
      count(floor, brought, stored);
      floor.inbox.put(stored);
      const byOrigin = new Map(stored.map((raw) => [`${raw.source} ${raw.digest}`, raw]));
      for (const { incoming, done } of some) done(claimOwn(incoming, byOrigin));
      // Whoever waits for the answer has it first.
      if (stored.length > 0) setImmediate(floor.ringIntake);
    } catch (error) {
      // One of them may be what the database refuses; alone each shows for itself.
      if (some.length > 1) for (const one of some) await store([one]);
      else some[0]?.failed(error);
    }
  }

  return (incoming) =>
    new Promise((done, failed) => {
      waiting.push({ incoming, done, failed });
      if (!busy) void work();
    });
}

function count({ telemetry }: Pick<Watchfloor, 'telemetry'>, brought: Incoming[], stored: RawAlert[]): void {
  for (const source of new Set(brought.map((one) => one.source))) {
    const of = (some: Incoming[]) => some.filter((one) => one.source === source).length;
    telemetry.countAlerts(source, 'accepted', of(stored));
    telemetry.countAlerts(source, 'repeated', of(brought) - of(stored));
  }
}

function takeSome(waiting: Waiting[]): Waiting[] {
  let count = 0;
  const end = waiting.findIndex(({ incoming }) => {
    count += incoming.length;
    return count > mostAtOnce;
  });
  return waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
}

/** Two may bring the same at the same moment: it is new to one of them. */
function claimOwn(incoming: Incoming[], stored: Map<string, RawAlert>): RawAlert[] {
  return incoming.flatMap(({ source, digest }) => {
    const own = stored.get(`${source} ${digest}`);
    stored.delete(`${source} ${digest}`);
    return own ? [own] : [];
  });
}

/** Stores a push as it came, and nothing else; `false` where the very same bytes came before. */
export async function acceptPush(floor: Watchfloor, source: SourceName, body: string): Promise<boolean> {
  const stored = await floor.accept([pushed(source, body, currentTrace())]);
  return stored.length > 0;
}

/** Stores many pushes durably, each once. */
export async function acceptPushes(
  floor: Watchfloor,
  source: SourceName,
  bodies: { text: string }[],
): Promise<void> {
  await floor.accept(bodies.map(({ text }) => pushed(source, text, currentTrace())));
}

function pushed(source: SourceName, body: string, trace: string | undefined): Incoming {
  return { source, via: 'push', body, digest: hashOf(body), observedAt: undefined, trace };
}

/** Reads anew what a push told of: only what the source itself answers is acted on. */
export async function reread(floor: Watchfloor, job: Jobs['reread']): Promise<void> {
  const source = floor.sources.get(job.source);
  if (!source) return;
  const payload = await readPushed(floor, source, job);
  if (payload === undefined) {
    floor.log.warn({ source: job.source, address: job.address }, 'pushed alert is not at its source');
    return;
  }
  // As good as a poll: the source itself told it, handling and all. Without a time, its own lock says what is older.
  await floor.accept([polled(job.source, payload, undefined)]);
}

async function readPushed(floor: Watchfloor, source: Source, { address }: Jobs['reread']): Promise<unknown> {
  try {
    return await source.read(address);
  } catch (error) {
    // What the source will never read for us needs no second try.
    if (!(error instanceof FarSideError) || error.reason !== 'rejected') throw error;
    floor.log.warn({ source: source.name, reason: describe(error) }, 'pushed alert is not ours to read');
    return undefined;
  }
}
