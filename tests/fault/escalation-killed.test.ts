import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { killEscalationsAtAnyPoint } from './escalation-killed.ts';

/** `npm run faults -- --only escalation-killed --points 50` kills fifty times. */
const points = 6;
const seed = Number(process.env.TEST_SEED ?? Date.now() % 100_000);

describe.each(databases)(`killed ${points} times amid escalations on $name (TEST_SEED=${seed})`, (kind) => {
  it('calls everybody whom it has to call, once and in order', { timeout: 400_000 }, async () => {
    const tally = await killEscalationsAtAnyPoint(await kind.create(), dice(seed), points);
    expect(tally.violations, `${tally.done}\n${tally.printed}`).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, doubledInSlack: 0 });
    expect(tally.doubledInTeams).toBeLessThanOrEqual(points);
  });
});
