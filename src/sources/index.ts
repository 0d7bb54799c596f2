import type { SourceName } from '../incident/alert.ts';
import { createDefender } from './defender.ts';
import { createDrill } from './drill.ts';
import { createHunt } from './hunt.ts';
import { createProof } from './proof.ts';
import { createSentinel } from './sentinel.ts';
import type { Source } from './source.ts';
import { createWatchfloor } from './watchfloor.ts';

/** All sources: one file each, one line here. */
export const sources = {
  defender: createDefender,
  sentinel: createSentinel,
  watchfloor: createWatchfloor,
  hunt: createHunt,
  drill: createDrill,
  proof: createProof,
} satisfies Record<SourceName, (options: never) => Source>;
