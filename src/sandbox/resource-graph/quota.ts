/** Queries that one caller has within a window: https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests */
const mostQueries = 15;
const windowMs = 5_000;

/** What each caller has left of the window. */
export class Quota {
  readonly #windows = new Map<string, { start: number; used: number }>();

  /** Takes one query of this caller's; `isOver` where there was none left. */
  take(caller: string, now: number): { isOver: boolean; remaining: number; resetsAfterSeconds: number } {
    const before = this.#windows.get(caller);
    const window = before && now - before.start < windowMs ? before : { start: now, used: 0 };
    this.#windows.set(caller, window);
    window.used += 1;
    return {
      isOver: window.used > mostQueries,
      remaining: Math.max(0, mostQueries - window.used),
      resetsAfterSeconds: Math.max(1, Math.ceil((window.start + windowMs - now) / 1_000)),
    };
  }
}
