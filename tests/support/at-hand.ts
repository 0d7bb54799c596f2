import type { AfterAtHand } from '../../src/flow/after/at-hand.ts';
import type { PlaysAtHand } from '../../src/flow/runs/at-hand.ts';
import { usualClocks } from '../../src/people/clock-policy.ts';
import { usualPlaybooks } from '../../src/playbooks/settings.ts';

/** As it is where the settings say nothing. */
export const usualAfter: AfterAtHand = {
  clocks: usualClocks,
  audiences: [],
  template: undefined,
  ring: () => {},
};

export const noPlays: PlaysAtHand = { open: new Map(), all: new Map(), policy: usualPlaybooks };
