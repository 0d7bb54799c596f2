import type { Guard } from './guard.ts';

/**
 * A guard that gets ready a while after the start, when alerts and cards have had their turn, or as soon as somebody asks:
 * it takes two seconds of a processor, and 200 MB.
 */
export function openGuardInTime(open: () => Guard, afterMs: number): Guard {
  let opened: Guard | undefined;
  let isClosed = false;
  const get = () => {
    opened ??= open();
    return opened;
  };
  const timer = setTimeout(get, afterMs);
  timer.unref();
  return {
    check: async (text, rules) => {
      if (isClosed) throw new Error('The guard is closed.');
      return get().check(text, rules);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await opened?.close();
    },
  };
}
