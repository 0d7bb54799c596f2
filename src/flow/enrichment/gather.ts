import { type Asked, recordAsked } from '../../store/enrichments.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Stores how turns ended; resolved once it is stored. */
export type Gather = (asked: Asked) => Promise<void>;

/** Answers of one incident come within moments of each other: one statement and one edit of its cards for all. */
const gatherMs = 100;
/** A moment without a database; after that the lease's end has it asked again. */
const mostTries = 3;

export function openGathering(floor: Watchfloor): Gather {
  let waiting: Asked[] = [];
  let storing: Promise<void> | undefined;

  async function store(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const asked = waiting;
    waiting = [];
    storing = undefined;
    if (await persist(floor, asked)) floor.ringWeigh();
  }

  return (asked) => {
    waiting.push(asked);
    storing ??= store();
    return storing;
  };
}

async function persist({ db, replica }: Watchfloor, asked: Asked[]): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await recordAsked(db, asked, replica.id);
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}
