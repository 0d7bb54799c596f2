import type { Next, Request, Response } from 'restify';

export type FarSide = 'azure' | 'slack' | 'teams';
export type FaultKind = 'none' | 'slow' | 'failing' | 'throttled' | 'lost-answer';

/** `ms` is the delay of a slow side or the `Retry-After` of a throttled one; `count` is how many calls it hits. */
export interface Fault {
  kind: FaultKind;
  ms: number;
  count: number;
}

const healthy: Fault = { kind: 'none', ms: 0, count: Number.POSITIVE_INFINITY };

/** What each far side is made to do wrong, set from the console and by tests. */
export class Faults {
  readonly #faults = new Map<FarSide, Fault>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  set(side: FarSide, fault: Partial<Fault> & { kind: FaultKind }): void {
    this.#faults.set(side, { ...healthy, ms: 2_000, ...fault });
    this.#changed();
  }

  all(): Record<FarSide, Fault> {
    return { azure: this.#current('azure'), slack: this.#current('slack'), teams: this.#current('teams') };
  }

  /** Restify handler that stands before every vendor route of that side; controls are never hit. */
  before(side: FarSide) {
    // With callbacks, because restify goes on after an async handler whatever it returns.
    return (_request: Request, response: Response, next: Next): void => {
      const fault = this.#take(side);
      switch (fault.kind) {
        case 'none':
          next();
          return;
        case 'slow':
          setTimeout(next, fault.ms);
          return;
        case 'failing':
          response.send(503, {
            error: { code: 'ServiceUnavailable', message: 'The sandbox makes this side fail.' },
          });
          next(false);
          return;
        case 'throttled':
          response.header('Retry-After', String(Math.ceil(fault.ms / 1000)));
          response.send(429, {
            error: { code: 'TooManyRequests', message: 'The sandbox throttles this side.' },
          });
          next(false);
          return;
        case 'lost-answer':
          response.send = (() => response.socket?.destroy()) as unknown as Response['send'];
          next();
      }
    };
  }

  #current(side: FarSide): Fault {
    return this.#faults.get(side) ?? healthy;
  }

  #take(side: FarSide): Fault {
    const fault = this.#current(side);
    if (fault.kind === 'none') return fault;
    if (fault.count <= 0) {
      this.set(side, healthy);
      return healthy;
    }
    this.#faults.set(side, { ...fault, count: fault.count - 1 });
    return fault;
  }
}
