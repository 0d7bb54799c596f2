import type { Times } from './figures.ts';
import type { Period } from './local-span.ts';

/** What a span is compared with, as it goes on in a sentence. */
export function beforeIt(period: Period | undefined): string {
  switch (period) {
    case 'day':
      return 'the day before';
    case 'week':
      return 'the week before';
    case 'month':
      return 'the month before';
    case undefined:
      return 'the time before';
  }
}

/** `▲ 12 % more than the week before (125)`: the arrow is for whoever skims, the words for everybody. */
export function compared(now: number, before: number, than: string): string {
  if (now === before) return `as many as ${than}`;
  const arrow = now > before ? '▲' : '▼';
  const word = now > before ? 'more' : 'fewer';
  // Of a handful a share says nothing.
  if (before < 10) return `${arrow} ${Math.abs(now - before)} ${word} than ${than} (${before})`;
  return `${arrow} ${percent(Math.abs(now - before) / before)} ${word} than ${than} (${before})`;
}

/** `▼ 40 % sooner than the week before (10 min)`; empty where nothing was timed in one of them. */
export function comparedTimes(now: Times, before: Times, than: string): string {
  if (now.median === undefined || before.median === undefined) return '';
  const [a, b] = [lasting(now.median), lasting(before.median)];
  if (a === b) return `as soon as ${than}`;
  const isLater = now.median > before.median;
  const share = before.median > 0 ? Math.abs(now.median - before.median) / before.median : undefined;
  const much = share === undefined || share > 9.995 ? '' : `${percent(share)} `;
  return `${isLater ? '▲' : '▼'} ${much}${isLater ? 'later' : 'sooner'} than ${than} (${b})`;
}

/** `median 4 min, nine of ten within 31 min, mean 9 min (of 12)`. */
export function timesInWords({ count, median, p90, mean }: Times): string {
  if (median === undefined || p90 === undefined || mean === undefined) return 'nothing to time';
  return `median ${lasting(median)}, p90 ${lasting(p90)}, mean ${lasting(mean)} (of ${count})`;
}

/** `42 s`, `4 min`, `3.5 h`, `12 d`: two digits are more than anybody compares. */
export function lasting(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  const hours = seconds / 3_600;
  if (hours < 36) return `${hours < 10 ? trimmed(hours) : Math.round(hours)} h`;
  const days = hours / 24;
  return `${days < 10 ? trimmed(days) : Math.round(days)} d`;
}

/** `12 %`; of what is hardly anything `1 %`. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return `${share > 0 && rounded === 0 ? 1 : rounded} %`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace('.0', '');
}
