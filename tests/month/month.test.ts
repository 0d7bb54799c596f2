import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { liveThrough } from './month.ts';
import { openMoved } from './moved-clock.ts';

// Three days of the month that `npm run month` lives through: the clocks go forward in the second night, and chat is gone on
// the second afternoon.
const start = Date.parse('2026-03-27T23:00:00Z');

describe.each(databases)('three days of a team of six, on $name', (kind) => {
  it('call everybody who is due once, in order and at the time, and are told as they were', async () => {
    const database = await openMoved(await kind.create());
    try {
      const { faults, calls } = await liveThrough(database, { seed: 7, start, days: 3, alerts: 120 });
      expect(faults).toEqual([]);
      expect(calls).toBeGreaterThan(5);
    } finally {
      await database.close();
    }
  }, 240_000);
});
