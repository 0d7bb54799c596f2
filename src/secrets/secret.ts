import { inspect } from 'node:util';

/** Where a secret's newest value is. */
export type SecretOrigin =
  | { kind: 'value' }
  | { kind: 'file'; path: string }
  /** `https://contoso.vault.azure.net`, the secret's name in it, and its version or empty for the newest. */
  | { kind: 'vault'; vault: string; secret: string; version: string };

export interface SecretOptions {
  /** The environment variable that names it. */
  name: string;
  origin: SecretOrigin;
  /** What is known of it at once: nothing of a Key Vault's. */
  text?: string | undefined;
  /** Several may stand there, parted by commas. */
  many?: boolean;
  /** What is wrong with a value, as a sentence that does not repeat it. */
  check?: ((text: string) => string | undefined) | undefined;
}

/** What became of looking at its origin: `bad` says what is wrong, and the value before stays good. */
export type Looked = 'same' | 'changed' | { bad: string };

/** Replicas and senders change over within minutes; what leaked is worth nothing soon, and at once after a restart. */
const changingOverMs = 60 * 60_000;
/** Anybody can send a wrong secret; that may not make us read files or ask Key Vault each time. */
const betweenLooksMs = { value: Number.POSITIVE_INFINITY, file: 1_000, vault: 5_000 };

/**
 * Something that nobody may read: a token, a key, a password. It shows as `[secret]` wherever it is printed, and only
 * `open` tells what it is. Its value may change while the product runs.
 */
export class Secret {
  readonly name: string;
  readonly origin: SecretOrigin;
  readonly #many: boolean;
  readonly #check: (text: string) => string | undefined;
  #newest: string | undefined;
  #before: { text: string; until: number }[] = [];
  #read: (() => Promise<string>) | undefined;
  #told: (looked: Looked) => void = () => {};
  #looking: Promise<Looked> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor({ name, origin, text, many = false, check = () => undefined }: SecretOptions) {
    this.name = name;
    this.origin = origin;
    this.#many = many;
    this.#check = check;
    this.#newest = text;
  }

  /** Every value that is good now, the newest first: those before it for an hour after it came. */
  open(now = Date.now()): [newest: string, ...others: string[]] {
    if (this.#newest === undefined) throw new Error(`${this.name} was not read yet.`);
    const before = this.#before.filter(({ until }) => until > now).map(({ text }) => text);
    const [newest = '', ...others] = [this.#newest, ...before].flatMap((text) => this.#parts(text));
    return [newest, ...others.filter((one) => one !== newest)];
  }

  /** From now on its value is looked up so, and `told` hears whenever that brings something else. */
  follow(read: () => Promise<string>, told: (looked: Looked) => void): void {
    this.#read = read;
    this.#told = told;
  }

  /**
   * Looks at once whether there is a newer value, for whoever was refused with the one known; not more often than
   * its origin bears. True where there is. Never throws.
   */
  async renew(now = Date.now()): Promise<boolean> {
    if (!this.#looking && now - this.#lookedAt < betweenLooksMs[this.origin.kind]) return false;
    return (await this.look(now)) === 'changed';
  }

  /** Looks at once, whenever it was looked last. Never throws. */
  look(now = Date.now()): Promise<Looked> {
    this.#looking ??= this.#lookNow(now).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(now: number): Promise<Looked> {
    this.#lookedAt = now;
    const looked = await this.#take(now);
    if (looked !== 'same') this.#told(looked);
    return looked;
  }

  async #take(now: number): Promise<Looked> {
    if (!this.#read) return 'same';
    try {
      const text = (await this.#read()).trim();
      if (text === this.#newest) return 'same';
      const bad = text === '' ? `${this.name} is empty.` : this.#check(text);
      if (bad) return { bad };
      if (this.#newest !== undefined) {
        const until = now + changingOverMs;
        this.#before = [{ text: this.#newest, until }, ...this.#before.filter((one) => one.until > now)];
      }
      this.#newest = text;
      return 'changed';
    } catch (error) {
      return { bad: error instanceof Error ? error.message : String(error) };
    }
  }

  #parts(text: string): string[] {
    if (!this.#many) return [text];
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

const shown = '[secret]';

/** A secret that never changes. */
export function secretOf(name: string, text: string, many = false): Secret {
  return new Secret({ name, origin: { kind: 'value' }, text, many });
}
