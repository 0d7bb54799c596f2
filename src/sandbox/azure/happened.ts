import { z } from 'zod';

export const happenedSample = z.object({
  /** Id of the sample. */
  story: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type HappenedSample = z.infer<typeof happenedSample>;

/** Each story is told again in the logs, so an endless demonstration must not tell endlessly many. */
const MOST = 60;

/** Samples that appeared, newest last. */
export class HappenedSamples {
  #all: HappenedSample[] = [];

  add(story: string, at: Date): void {
    this.#all = [...this.#all, { story, at: at.getTime() }].slice(-MOST);
  }

  all(): HappenedSample[] {
    return this.#all;
  }

  restore(saved: HappenedSample[]): void {
    this.#all = saved;
  }
}
