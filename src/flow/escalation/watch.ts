import { describe } from '../../errors.ts';
import { bot, type Incident } from '../../incident/incident.ts';
import { nextStep, stepsAhead, watchAt } from '../../incident/limits-ahead.ts';
import type { People } from '../../people/people.ts';
import { openDraft } from '../../store/draft.ts';
import { readIncident } from '../../store/incidents.ts';
import { findWatched, nextWatched, recordWatched } from '../../store/watched.ts';
import { inSpan } from '../../trace.ts';
import { change } from '../change.ts';
import type { Look } from '../lane.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { beginLate } from './begin.ts';
import { type Calling, call, openCalling, saveCalls } from './call.ts';

const atOnce = 20;
/** Where nothing rings, what a change of another replica made due is found within this. */
const sweepMs = 5_000;
/** One that cannot be looked at holds up no other. */
const pauseMs = 60_000;

/**
 * Looks at incidents of which something is due, one after the other. Nothing is leased: all that follows is one transaction
 * on the version that was read, so of two replicas one is overtaken and finds nothing due.
 */
export function openWatching(floor: Watchfloor, people: People): Look {
  return async () => {
    const now = floor.now();
    const due = await findWatched(floor.db, { by: now.toISOString(), limit: atOnce });
    for (const id of due)
      await inSpan('watch', { attributes: { incident: id } }, () => watch(floor, people, id));
    if (due.length === atOnce) return 0;
    const next = await nextWatched(floor.db);
    const inMs = next ? next.getTime() - floor.now().getTime() : sweepMs;
    return Math.min(sweepMs, Math.max(inMs, 10));
  };
}

async function watch(floor: Watchfloor, people: People, id: number): Promise<void> {
  try {
    await untilSaved(() => look(floor, people, id));
  } catch (error) {
    floor.log.error({ incident: id, reason: describe(error) }, 'limits not looked at');
    const stored = await readIncident(floor.db, id);
    const again = new Date(floor.now().getTime() + pauseMs).toISOString();
    if (stored) await recordWatched(floor.db, stored.incident, again);
  }
}

async function look(floor: Watchfloor, people: People, id: number): Promise<void> {
  const stored = await readIncident(floor.db, id);
  if (!stored) return;
  const before = stored.incident;
  const calling = openCalling(floor, people, openDraft());
  const after = await doAllDue(calling, beginLate(floor, calling.draft, before));
  if (after.version === before.version) return recordWatched(floor.db, before, watchAt(before));
  await saveCalls(calling);
  if (after.status !== before.status) floor.ringWriteBack();
}

/** All that is due by now, each in order and as of its own time; after an outage that is several. */
async function doAllDue(calling: Calling, incident: Incident): Promise<Incident> {
  const { floor, draft, at } = calling;
  const now = at.toISOString();
  const next = nextStep(incident, now);
  switch (next?.kind) {
    case undefined:
    case 'look':
      return incident;
    case 'give-back':
      return doAllDue(calling, change(floor, draft, incident, { type: 'give-back' }, bot));
    case 'ask': {
      const wish = { number: null, about: 'quiet', whom: 'owner', how: ['direct'] } as const;
      const { dueAt } = next;
      const asked = await call(calling, incident, { ...wish, how: [...wish.how], dueAt, by: bot, why: '' });
      return doAllDue(calling, asked);
    }
    case 'step': {
      const { number, step, dueAt } = next;
      const later = stepsAhead(incident)[1];
      const isFollowed = later !== undefined && later.dueAt <= now;
      const called = await call(calling, incident, {
        number,
        about: step.limit,
        whom: step.whom,
        // Everybody whose turn came is called; under the card one mention, of the last, is enough.
        how: isFollowed ? step.how.filter((way) => way !== 'mention') : step.how,
        dueAt,
        by: bot,
        why: '',
        isSuperseded: isFollowed && step.whom === 'owner',
      });
      return doAllDue(calling, called);
    }
  }
}
