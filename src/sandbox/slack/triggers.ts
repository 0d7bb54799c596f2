import { newSecret } from './ids.ts';
import { SlackRefusal } from './refusal.ts';

const LIFE_MS = 3_000;

interface Trigger {
  user: string;
  madeAt: number;
  used: boolean;
  whenUsed: () => void;
}

/** Trigger ids: each opens one view within three seconds. */
export class Triggers {
  readonly #now: () => number;
  readonly #triggers = new Map<string, Trigger>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `used` settles when a view was opened with it. */
  issue(user: string): { id: string; used: Promise<void> } {
    const id = `${Math.floor(this.#now())}.${process.pid}.${newSecret()}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#triggers.set(id, { user, madeAt: this.#now(), used: false, whenUsed: resolve });
    return { id, used: promise };
  }

  /** The user whose trigger it is. Throws as views.open refuses, named as its page names them. */
  exchange(id: string): { user: string; opened: () => void } {
    const trigger = this.#triggers.get(id);
    if (!trigger) throw new SlackRefusal('invalid_trigger_id');
    if (trigger.used) throw new SlackRefusal('exchanged_trigger_id');
    if (this.#now() - trigger.madeAt > LIFE_MS) throw new SlackRefusal('expired_trigger_id');
    trigger.used = true;
    return { user: trigger.user, opened: trigger.whenUsed };
  }
}
