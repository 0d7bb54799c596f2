import { Refused } from '../errors.ts';
import { betweenDays, lastDays, nameOfSpan, rightBefore, spansBefore } from '../incident/local-span.ts';
import type { Asked } from './digest-desk.ts';

const how = 'Say 7d, 4w, today, yesterday, week, month, or 2026-11-01..2026-11-30.';

/** More would be counted from what has left for an archive by then. */
const mostDays = 1_000;

/** The span that typed words mean, in whole local days; the last seven where they say nothing. */
export function readDays(word: string | undefined, now: Date, timeZone: string): Asked {
  const said = (word ?? '7d').toLowerCase();
  switch (said) {
    case 'today':
      return { title: 'today so far', ...lastDays(1, now, timeZone) };
    case 'yesterday':
      return whole('day');
    case 'week':
      return whole('week');
    case 'month':
      return whole('month');
  }
  const [, count, unit] = said.match(/^(\d{1,4})([dw])$/) ?? [];
  if (count && unit) {
    const days = Number(count) * (unit === 'w' ? 7 : 1);
    if (days < 1 || days > mostDays) throw new Refused(`At most ${mostDays} days. ${how}`);
    const title = days === 1 ? 'today so far' : `the last ${days} days`;
    return { title, ...lastDays(days, now, timeZone) };
  }
  const [, from = '', to = ''] = said.match(/^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/) ?? [];
  const span = from === '' ? undefined : betweenDays(from, to, timeZone);
  if (!span) throw new Refused(how);
  return { title: `${from} to ${to}`, span, before: rightBefore(span, timeZone) };

  function whole(period: 'day' | 'week' | 'month'): Asked {
    const { span, before } = spansBefore(period, now, timeZone);
    return { title: nameOfSpan(period, span, timeZone), span, before };
  }
}
