import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { killAtAnyPoint } from './killed.ts';

const points = 20;
const seed = Number(process.env.TEST_SEED ?? Date.now() % 100_000);

describe.each(databases)(`killed ${points} times on $name (TEST_SEED=${seed})`, (kind) => {
  it('forgets nothing that it accepted, and shows nothing twice in Slack', { timeout: 400_000 }, async () => {
    const tally = await killAtAnyPoint(await kind.create(), dice(seed), points);
    expect(tally.violations, tally.done).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, doubledInSlack: 0, acknowledgementsLost: 0, cards: tally.alerts });
  });
});
