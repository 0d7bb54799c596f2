import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { Secret } from '../secrets/secret.ts';

/** Signs in with a client secret that may be replaced meanwhile: with the newest, and where that fails, with another. */
export function createSecretCredential(
  secret: Secret,
  signInWith: (clientSecret: string) => TokenCredential,
): TokenCredential {
  // Each remembers its tokens, so only those of a secret that is no longer good are let go.
  let held = new Map<string, TokenCredential>();

  function credentials(): [string, TokenCredential][] {
    held = new Map(secret.open().map((one) => [one, held.get(one) ?? signInWith(one)]));
    return [...held];
  }

  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
      const [newest] = credentials();
      try {
        return (await newest?.[1].getToken(scopes, options)) ?? null;
      } catch (error) {
        await secret.renew();
        const other = credentials().find(([one]) => one !== newest?.[0]);
        if (!other) throw error;
        return other[1].getToken(scopes, options);
      }
    },
  };
}
