import type { ServerResponse } from 'node:http';

export type ChangedSide = 'azure' | 'slack' | 'teams' | 'faults';

const HEARTBEAT_MS = 15_000;
/** At most ten events a second: a storm of 500 alerts would otherwise redraw the page 500 times. */
const QUIET_MS = 100;

/** Tells open pages which far side changed, as server-sent `change` events. */
export class Changes {
  readonly #listeners = new Set<ServerResponse>();
  readonly #pending = new Set<ChangedSide>();
  readonly #heartbeat = setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS).unref();
  #timer: NodeJS.Timeout | undefined;

  tell(side: ChangedSide): void {
    this.#pending.add(side);
    this.#timer ??= setTimeout(() => this.#flush(), QUIET_MS).unref();
  }

  /** Keeps the answer open until the page goes away or `end` is called. */
  stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': listening\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }

  end(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener.end();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const side of this.#pending) this.#write(`event: change\ndata: ${side}\n\n`);
    this.#pending.clear();
  }

  #write(text: string): void {
    for (const listener of this.#listeners) listener.write(text);
  }
}
