import { FarSideError } from '../errors.ts';
import type { SourceName } from '../incident/alert.ts';
import type { Push, Source } from '../sources/source.ts';
import type { Trx } from '../store/database.ts';
import { enqueue, type Jobs } from '../store/jobs.ts';
import { acceptRaw } from '../store/raw-alerts.ts';
import { isFirstTime } from '../store/seen-requests.ts';
import type { Watchfloor } from './watchfloor.ts';

/**
 * Stores what a push brought, durably, and nothing else; `false` where the key was seen a moment ago. What
 * cannot even be unpacked is stored whole, and refused with its reason when it is taken in.
 */
export async function acceptPush(
  floor: Watchfloor,
  source: Source,
  body: unknown,
  key: string,
): Promise<boolean> {
  const pushes = unpack(source, body);
  const isNew = await floor.db.transaction().execute(async (trx) => {
    if (!(await isFirstTime(trx, key))) return false;
    for (const push of pushes) await store(floor, trx, source.name, push);
    return true;
  });
  if (isNew) floor.ringIntake();
  return isNew;
}

async function store(floor: Watchfloor, trx: Trx, source: SourceName, push: Push): Promise<void> {
  switch (push.kind) {
    case 'payload':
      return acceptRaw(trx, [{ source, via: 'push', body: push.payload, observedAt: undefined }]);
    case 'address': {
      const { address } = push;
      return enqueue(floor.boss, trx, 'reread', { source, address }, `${source} ${address}`);
    }
  }
}

function unpack(source: Source, body: unknown): Push[] {
  try {
    return source.unpack(body);
  } catch {
    // Normalising it will fail as well, and says why.
    return [{ kind: 'payload', payload: body }];
  }
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
  await acceptRaw(floor.db, [{ source: job.source, via: 'poll', body: payload, observedAt: undefined }]);
  floor.ringIntake();
}

async function readPushed(floor: Watchfloor, source: Source, { address }: Jobs['reread']): Promise<unknown> {
  try {
    return await source.read(address);
  } catch (error) {
    // What the source will never read for us needs no second try.
    if (!(error instanceof FarSideError) || error.reason !== 'rejected') throw error;
    floor.log.warn({ source: source.name, reason: error.message }, 'pushed alert is not ours to read');
    return undefined;
  }
}
