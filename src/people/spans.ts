import type { Stretch } from '../time/stretch.ts';

/** Somebody is on call for a stretch. */
export interface Span extends Stretch {
  /** As whoever wrote it down calls them: id, principal name, address or name of an account. */
  who: string;
  why: Why;
}

/** What puts them there: a shift of the settings, somebody else's schedule, a holiday, or an override by its number. */
export type Why =
  | { kind: 'shift'; name: string }
  | { kind: 'schedule' }
  | { kind: 'holiday'; layer: string }
  | { kind: 'override'; number: number };

/** In order; what one person does without a break and for the same reason is one span. */
export function inOrder(spans: readonly Span[]): Span[] {
  const done: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.to - b.to || compare(a.who, b.who))) {
    const before = done.findLast((one) => one.to === span.from && isSame(one, span));
    if (before) before.to = span.to;
    else done.push({ ...span });
  }
  return done;
}

/** Times at which two people or more are there, with everybody who is. */
export function overlapsIn(spans: readonly Span[]): (Stretch & { who: string[] })[] {
  const edges = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const done: (Stretch & { who: string[] })[] = [];
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1];
    if (to === undefined) break;
    const who = [
      ...new Set(spans.filter((one) => one.from <= from && to <= one.to).map((one) => one.who)),
    ].sort();
    const last = done.at(-1);
    if (who.length < 2) continue;
    if (last?.to === from && last.who.join() === who.join()) last.to = to;
    else done.push({ from, to, who });
  }
  return done;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function isSame(a: Span, b: Span): boolean {
  return a.who === b.who && JSON.stringify(a.why) === JSON.stringify(b.why);
}
