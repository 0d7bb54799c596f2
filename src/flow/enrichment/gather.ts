import { type Asked, recordAsked } from '../../store/enrichments.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { learnOf } from './learn.ts';

/** Stores how turns ended; resolved once it is stored. */
export type Gather = (asked: Asked) => Promise<void>;

/** Answers of one incident come within moments of each other: one statement and one edit of its cards for all. */
const gatherMs = 100;
/** A deadlock or a moment without a database; after that the lease's end has it asked again. */
const mostTries = 3;

export function openGathering(floor: Watchfloor): Gather {
  let waiting: Asked[] = [];
  let storing: Promise<void> | undefined;

  async function store(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const asked = waiting;
    waiting = [];
    storing = undefined;
    const incidents = await persist(floor, asked);
    if (incidents.length === 0) return;
    floor.ringDeliver();
    for (const id of incidents) await learnOf(floor, id);
  }

  return (asked) => {
    waiting.push(asked);
    storing ??= store();
    return storing;
  };
}

async function persist(floor: Watchfloor, asked: Asked[]): Promise<number[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await recordAsked(floor.db, asked);
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}
