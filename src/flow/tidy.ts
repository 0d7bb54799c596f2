import type { Db } from '../store/database.ts';
import { forgetOld } from '../store/raw-alerts.ts';
import { forgetSeen } from '../store/seen-requests.ts';

/** Hourly: what is past its keeping goes, so that queries stay flat. */
export async function tidy(db: Db): Promise<void> {
  await forgetSeen(db);
  await forgetOld(db);
}
