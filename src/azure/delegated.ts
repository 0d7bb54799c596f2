import type { AccessToken, TokenCredential } from '@azure/core-auth';
import { FarSideError, Refused } from '../errors.ts';
import { type AuthorityOptions, asFarSideError, discover } from './sign-in.ts';

export interface DelegatedOptions extends Omit<AuthorityOptions, 'redirectUri'> {
  /** `https://api.loganalytics.io/.default`. */
  scope: string;
  tokens: {
    /** By Entra object id. */
    read(personId: string): Promise<string | undefined>;
    renew(personId: string, before: string, token: string): Promise<void>;
    drop(personId: string, token: string): Promise<void>;
  };
  now(): number;
}

const over =
  'Azure is asked in your own name here, and does not know you now. Ask again by typing it: you get a link to sign in.';
/** Whoever gets a token gets it for as long as a query may take. */
const spareMs = 11 * 60_000;

/**
 * Signs in as a person who once allowed it, and never as anybody else. Throws `Refused` where they have to sign in
 * themselves: they never did, took it back, or Entra wants to see them again.
 */
export function createDelegated(options: DelegatedOptions): (personId: string) => Promise<TokenCredential> {
  const { tokens, now } = options;
  let opened: ReturnType<typeof discover> | undefined;
  /** By person: good for about an hour, and used by everything of theirs that runs at the same time. */
  const held = new Map<string, Promise<AccessToken>>();

  function open(): ReturnType<typeof discover> {
    opened ??= discover(options).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function renew(personId: string, refreshToken: string): Promise<AccessToken> {
    try {
      const { client, configuration } = await open();
      const scope = `${options.scope} offline_access`;
      const given = await client.refreshTokenGrant(configuration, refreshToken, { scope });
      if (given.refresh_token && given.refresh_token !== refreshToken)
        await tokens.renew(personId, refreshToken, given.refresh_token);
      return { token: given.access_token, expiresOnTimestamp: now() + (given.expires_in ?? 0) * 1_000 };
    } catch (error) {
      if (!isOver(error)) throw asFarSideError(error);
      await tokens.drop(personId, refreshToken);
      throw new Refused(over);
    }
  }

  async function accessFor(personId: string): Promise<AccessToken> {
    // Looked at each time: what was taken back, here or in another replica, is over at once.
    const refreshToken = await tokens.read(personId);
    if (refreshToken === undefined) {
      held.delete(personId);
      throw new Refused(over);
    }
    const known = held.get(personId);
    const access = await known?.catch(() => undefined);
    if (access && access.expiresOnTimestamp - now() > spareMs) return access;
    // Whoever waited beside us renews it already.
    if (held.get(personId) !== known) return accessFor(personId);
    const renewed = renew(personId, refreshToken);
    held.set(personId, renewed);
    return renewed;
  }

  return async (personId) => {
    const access = await accessFor(personId.toLowerCase());
    return { getToken: async () => access };
  };
}

/** `invalid_grant`: expired, revoked, the account switched off; `interaction_required`: to prove more than before. */
function isOver(error: unknown): boolean {
  if (error instanceof FarSideError || typeof error !== 'object' || error === null || !('error' in error))
    return false;
  return (
    error.error === 'invalid_grant' ||
    error.error === 'interaction_required' ||
    error.error === 'consent_required'
  );
}
