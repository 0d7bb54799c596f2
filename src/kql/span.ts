import type { Instant } from '../incident/alert.ts';

/** A time range of logs, `from` before `to`. Azure takes it as a limit beside whatever the query itself says. */
export interface Span {
  from: Instant;
  to: Instant;
}
