import { vi } from 'vitest';

const minute = 60_000;

/**
 * The clock of everybody in this process, the sandbox's too, which a test moves forward. Timers and databases keep the real
 * time. Give it back after the house is closed: nothing waits for a time that has been.
 */
export function takeClock() {
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true });
  return {
    forward(minutes: number) {
      vi.setSystemTime(Date.now() + minutes * minute);
    },
    giveBack() {
      vi.useRealTimers();
    },
  };
}
