import type { Log } from '../log.ts';
import { isAnythingPast } from '../store/archive.ts';
import type { Db } from '../store/database.ts';
import { forgetEnrichments } from '../store/known.ts';
import { forgetNotices } from '../store/notices.ts';
import { forgetQueries } from '../store/queries.ts';
import { forgetOld, type RawKeeping } from '../store/raw-alerts.ts';
import { forgetSeen } from '../store/seen-requests.ts';

/** Days for which an answer is kept that nobody asks for; as long as the longest that one may hold. */
const enrichmentDays = 30;

/** As long as the longest span that numbers are asked of. */
const noticeDays = 1_000;

/** Days for which things are kept. */
export interface Keeping extends RawKeeping {
  queryDays: number;
  closedDays: number;
}

/**
 * Hourly: what is past its keeping goes, so that queries stay flat. Closed incidents are history that nobody may
 * delete unseen: that it is time to archive them is said, no more.
 */
export async function tidy(db: Db, keep: Keeping, log: Log): Promise<void> {
  await forgetSeen(db);
  await forgetOld(db, keep);
  await forgetQueries(db, keep.queryDays);
  await forgetEnrichments(db, enrichmentDays);
  await forgetNotices(db, noticeDays);
  if (await isAnythingPast(db, keep.closedDays)) {
    log.info({ closedDays: keep.closedDays }, 'closed incidents are past their keeping: watchfloor archive');
  }
}
