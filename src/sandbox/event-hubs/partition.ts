/** One event as the log keeps it. */
export interface LoggedEvent {
  sequenceNumber: number;
  offset: string;
  enqueuedAt: Date;
  body: Buffer;
}

/** Where a reader wants to begin is not a place in this partition; `message` is what Event Hubs says. */
export class BadPosition extends Error {
  override readonly name = 'BadPosition';
}

/** A partition: a log that only grows, in memory. */
export class Partition {
  readonly id: string;
  readonly #events: LoggedEvent[] = [];
  /**
   * Sequence numbers go on across restarts of the sandbox, whose log is empty then: a checkpoint of before lies
   * behind everything that comes, as it does in Azure once events have expired.
   */
  readonly #base: number;

  constructor(id: string, startedAt: Date) {
    this.id = id;
    this.#base = startedAt.getTime();
  }

  get length(): number {
    return this.#events.length;
  }

  get last(): LoggedEvent | undefined {
    return this.#events.at(-1);
  }

  get lastSequenceNumber(): number {
    return this.#base + this.#events.length - 1;
  }

  at(index: number): LoggedEvent | undefined {
    return this.#events[index];
  }

  append(body: Buffer, enqueuedAt: Date): void {
    const sequenceNumber = this.#base + this.#events.length;
    this.#events.push({ sequenceNumber, offset: String(sequenceNumber), enqueuedAt, body });
  }

  /** Index of the first event behind a selector filter such as `amqp.annotation.x-opt-offset > '42'`. */
  find(filter: string): number {
    const parsed = /^amqp\.annotation\.(x-opt-[a-z-]+) (>=?) '([^']*)'$/.exec(filter);
    if (!parsed) throw new BadPosition(`The filter '${filter}' is not understood.`);
    const [, field, relation, value = ''] = parsed;
    const inclusive = relation === '>=' ? 0 : 1;
    switch (field) {
      case 'x-opt-offset':
        if (value === '-1') return 0;
        if (value === '@latest') return this.#events.length;
        return this.#behind(value, inclusive);
      case 'x-opt-sequence-number':
        return this.#behind(value, inclusive);
      case 'x-opt-enqueued-time': {
        const found = this.#events.findIndex(({ enqueuedAt }) => enqueuedAt.getTime() > Number(value));
        return found < 0 ? this.#events.length : found;
      }
      default:
        throw new BadPosition(`The filter '${filter}' is not understood.`);
    }
  }

  #behind(value: string, inclusive: number): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number > this.lastSequenceNumber) {
      throw new BadPosition(
        `The supplied offset '${value}' is invalid. The last offset in the system is '${this.lastSequenceNumber}'.`,
      );
    }
    return Math.max(0, number - this.#base + inclusive);
  }
}
