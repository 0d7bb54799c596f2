import fs from 'node:fs/promises';

/** A file of the user's, as it was understood when it was read last. */
export interface KeptFile<T> {
  path: string;
  /**
   * What stands in it; reads it again where it has changed, which is looked for once a minute. Of a file that cannot be
   * read now, what stood there before; `undefined` where it never could.
   */
  get(now: Date): Promise<T | undefined>;
}

const betweenLooksMs = 60_000;

/** `failed` hears why it could not be read, each time. Nothing is read before somebody asks. */
export function keepFile<T>(
  path: string,
  read: (path: string, bytes: number) => Promise<T>,
  failed: (path: string, why: string) => void,
): KeptFile<T> {
  let kept: T | undefined;
  /** Size and time of what is kept. */
  let version = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    try {
      const { size, mtimeMs } = await fs.stat(path);
      const newest = `${size} ${mtimeMs}`;
      if (newest === version) return;
      kept = await read(path, size);
      version = newest;
    } catch (error) {
      failed(path, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    path,
    async get(now) {
      // A clock that was set back must not keep it from looking.
      const isDue = Math.abs(now.getTime() - lookedAt) >= betweenLooksMs;
      if (isDue && !looking) {
        lookedAt = now.getTime();
        looking = look().finally(() => {
          looking = undefined;
        });
      }
      // A large list takes seconds to read: meanwhile the one before answers.
      if (kept === undefined) await looking;
      return kept;
    },
  };
}
