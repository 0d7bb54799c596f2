import type { ChatUser } from '../channels/channel.ts';
import { Denied, Refused } from '../errors.ts';
import type { People } from '../people/people.ts';
import { readDelegation, removeDelegation, renewDelegation, saveDelegation } from '../store/delegations.ts';
import type { SignInFloor } from './open-sign-ins.ts';
import type { Delegations } from './sign-in.ts';
import { seal, unseal } from './sign-in-secret.ts';
import type { Watchfloor } from './watchfloor.ts';

/** What Entra gave for it, to whoever signs in with it. */
export interface RefreshTokens {
  read(personId: string): Promise<string | undefined>;
  /** Entra gave another one for it, and may soon take this one no more. */
  renew(personId: string, before: string, token: string): Promise<void>;
  /** Entra takes it no more. */
  drop(personId: string, token: string): Promise<void>;
}

type Keys = () => [newest: string, ...others: string[]];

const use = 'watchfloor delegation';

/** `keys` are all that are good, the newest first: what was sealed with one before is read as well. */
export function openRefreshTokens({ db }: Pick<Watchfloor, 'db'>, keys: Keys): RefreshTokens {
  async function find(personId: string): Promise<{ sealed: string; token: string } | undefined> {
    const sealed = await readDelegation(db, personId);
    if (sealed === undefined) return undefined;
    for (const key of keys()) {
      const content = await unseal(sealed, key, use).catch(() => undefined);
      const token = tokenIn(content, personId);
      if (token !== undefined) return { sealed, token };
    }
    // Sealed with a key that is gone, or moved here from another person's row.
    return undefined;
  }

  return {
    read: async (personId) => (await find(personId))?.token,
    async renew(personId, before, token) {
      const found = await find(personId);
      if (found?.token !== before) return;
      const sealed = await sealToken(keys, personId, token);
      await renewDelegation(db, personId, { before: found.sealed, sealed });
    },
    async drop(personId, token) {
      const found = await find(personId);
      if (found?.token === token) await removeDelegation(db, personId, found.sealed);
    },
  };
}

export function openDelegations(
  floor: Pick<Watchfloor, 'db' | 'signIns'>,
  tokens: RefreshTokens,
): Delegations {
  return {
    has: async (personId) => (await tokens.read(personId)) !== undefined,
    begin: (personId) => floor.signIns.begin({ kind: 'logs', personId }),
    remove: (personId) => removeDelegation(floor.db, personId),
  };
}

/** They signed in, as the person that was meant, and Entra gave what to go on with. What the page tells them. */
export function keepDelegation({ db, now }: Pick<SignInFloor, 'db' | 'now'>, keys: Keys | undefined) {
  return async (personId: string, refreshToken: string | undefined): Promise<string> => {
    if (!keys) throw new Refused('Nobody has to sign in for the logs here. Ask again in chat.');
    if (!refreshToken)
      throw new Refused('Entra ID let you sign in, and gave nothing to go on with. Ask an admin.');
    const sealed = await sealToken(keys, personId, refreshToken);
    await saveDelegation(db, { personId, sealed, at: now() });
    return 'From now on Watchfloor asks the logs in your name. Ask again in chat. "unlink" takes it back.';
  };
}

/** Whoever we do not know let us do nothing. */
export async function withdraw(
  { atHand, recorder, now }: Pick<Watchfloor, 'atHand' | 'recorder' | 'now'>,
  people: People,
  user: ChatUser,
): Promise<boolean> {
  const caller = await people.identify(user).catch((error: unknown) => {
    if (error instanceof Denied) return undefined;
    throw error;
  });
  if (!caller || !(await atHand.delegations?.remove(caller.id))) return false;
  const by = { kind: 'person' as const, id: caller.id, name: caller.name };
  await recorder.note({
    at: now().toISOString(),
    by,
    type: 'unlinked',
    data: { what: 'logs', channel: user.channel },
  });
  return true;
}

/** Whose it is stands inside, so that nobody's row can be put in another's place. */
function sealToken(keys: Keys, personId: string, token: string): Promise<string> {
  return seal({ personId, token }, keys()[0], use);
}

function tokenIn(content: unknown, personId: string): string | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  if (!('personId' in content) || content.personId !== personId) return undefined;
  return 'token' in content && typeof content.token === 'string' ? content.token : undefined;
}
