import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { killRunsAtAnyPoint } from './runs-killed.ts';

/** `npm run faults -- --only runs-killed --points 50` kills fifty times. */
const points = 5;
const seed = Number(process.env.TEST_SEED ?? Date.now() % 100_000);

describe.each(databases)(`killed ${points} times amid runs on $name (TEST_SEED=${seed})`, (kind) => {
  it('does nothing twice, forgets nothing, and brings every run to an end', {
    timeout: 400_000,
  }, async () => {
    const tally = await killRunsAtAnyPoint(await kind.create(), dice(seed), points);
    expect(tally.violations, `${tally.done}\n${tally.printed}`).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, doubledInSlack: 0 });
  });
});
