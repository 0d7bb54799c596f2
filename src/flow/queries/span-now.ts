import type { Span } from '../../kql/span.ts';
import type { StoredQuery } from '../../store/queries.ts';

/** Between a question and the moment that it was stored. */
const justNowMs = 2 * 60_000;

/** What ended when it was asked ends now; what was asked of a night long past stays with that night. */
export function spanNow({ plan, askedAt }: Pick<StoredQuery, 'plan' | 'askedAt'>, now: Date): Span {
  const { from, to } = plan.span;
  if (Math.abs(Date.parse(askedAt) - Date.parse(to)) > justNowMs) return plan.span;
  const length = Date.parse(to) - Date.parse(from);
  return { from: new Date(now.getTime() - length).toISOString(), to: now.toISOString() };
}
