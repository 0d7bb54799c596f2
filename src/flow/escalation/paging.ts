import { describe, FarSideError, isInDoubt } from '../../errors.ts';
import { incidentName } from '../../incident/incident.ts';
import type { PagePayload, Pager } from '../../paging/pager.ts';
import {
  claimPages,
  type DuePage,
  longestPagePauseSeconds,
  postponePage,
  recordPage,
} from '../../store/pages.ts';
import { inSpan } from '../../trace.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Longer than one call may take. */
const leaseSeconds = 30;
/** Nothing rings when somebody acknowledges or closes. */
const sweepMs = 1_000;

/** Finds what the paging service does not know yet, and tells it: that somebody is called, has it, or that it is over. */
export function openPaging(floor: Watchfloor, pager: Pager): Look {
  return async (room) => {
    const due = await claimPages(floor.db, { limit: room, leaseSeconds, replica: floor.replica.id });
    const tasks = due.map((page) => () => {
      const attributes = { incident: page.incident, deed: page.deed };
      return inSpan('page', { parent: page.trace, attributes }, () => tell(floor, pager, page));
    });
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

async function tell(floor: Watchfloor, pager: Pager, page: DuePage): Promise<void> {
  const { incident, deed, attempts } = page;
  try {
    await pager.send({
      event_action: deed,
      dedup_key: `watchfloor-${incidentName(incident)}`,
      client: 'Watchfloor',
      payload: page.body as PagePayload,
    });
    await recordPage(floor.db, page);
  } catch (error) {
    // A fault of the database leaves the lease standing: told twice is told once, for the key is the same.
    if (!(error instanceof FarSideError)) throw error;
    const pauseSeconds = Math.min(
      longestPagePauseSeconds,
      (error.retryAfter ?? 1_000 * 2 ** Math.min(attempts, 9)) / 1_000,
    );
    floor.log.warn(
      { incident, deed, attempts, reason: error.reason, detail: error.message, pauseSeconds },
      'paging service not told yet',
    );
    const maybeTaken = isInDoubt(error);
    await postponePage(floor.db, page, { pauseSeconds, failure: describe(error), maybeTaken });
    floor.ringEscalation(1_000 * pauseSeconds);
  }
}
