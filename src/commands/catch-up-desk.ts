import type { ReplyView } from '../channels/views.ts';
import type { Instant } from '../incident/alert.ts';

/** What changed while somebody was away. */
export interface CatchUpDesk {
  now: Date;
  /** Since then, or since they were last here. */
  tell(since: Instant | undefined): Promise<ReplyView>;
}
