import { Overtaken } from '../store/save.ts';

/** More often than this is no coincidence: something is wrong, and the caller's own patience decides. */
const mostTries = 8;

/** Reads, decides and saves; when somebody else was faster, all of it again on what is true then. */
export async function untilSaved<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Overtaken) || tries === mostTries) throw error;
    }
  }
}
