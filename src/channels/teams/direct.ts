import { FarSideError } from '../../errors.ts';
import type { Connector } from './connector.ts';

/**
 * Finds the direct chat with a person. Teams gives the same one each time, so it is asked once a process.
 * The function throws `FarSideError`: `auth` where Teams lets us open none, because the app is not installed
 * for the person or the directory does not know them; `isOurs` where it is our own token that is not taken.
 */
export function createDirect(
  connector: Connector,
  serviceUrlOf: (room: string) => Promise<string>,
): (userId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (userId) => {
    const person = userId.toLowerCase();
    const kept = known.get(person);
    if (kept) return kept;
    // Nothing was heard from a chat that is not open yet: the configured service serves it.
    const conversation = await connector.open(await serviceUrlOf(person), person).catch(closed);
    known.set(person, conversation);
    return conversation;
  };
}

/** Teams says 400 of an id that it does not know: a chat that cannot be opened. */
function closed(error: unknown): never {
  if (error instanceof FarSideError && error.reason === 'rejected' && !error.isOurs)
    throw new FarSideError('teams', 'auth', `${error.message} There is no direct chat with this person.`);
  throw error;
}
