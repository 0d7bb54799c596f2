/** Calls that a key has, in windows that begin with the first of them. */
export class Quota {
  readonly #most: number;
  readonly #windowMs: number;
  #begun = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** Whether there was one left. */
  take(now: Date): boolean {
    if (now.getTime() - this.#begun >= this.#windowMs) {
      this.#begun = now.getTime();
      this.#used = 0;
    }
    if (this.#used >= this.#most) return false;
    this.#used += 1;
    return true;
  }

  get left(): number {
    return this.#most - this.#used;
  }

  /** Seconds until all are there again. */
  secondsLeft(now: Date): number {
    return Math.max(1, Math.ceil((this.#begun + this.#windowMs - now.getTime()) / 1000));
  }
}
