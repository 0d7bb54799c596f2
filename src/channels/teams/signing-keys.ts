import type { JWK } from 'jose';
import { z } from 'zod';

/** A public key of the Bot Framework with the channels that it may speak for. */
export interface SigningKey {
  key: JWK;
  endorsements: string[];
}

/** The key of this id; `undefined` where there is none. Throws where the keys cannot be fetched. */
export type FindSigningKey = (kid: string) => Promise<SigningKey | undefined>;

// Microsoft: keys are stable for long, new ones are published well before use, look at least daily.
const daily = 24 * 60 * 60 * 1_000;
/** Anybody can send a token with an unknown key id; that may not make us ask Microsoft each time. */
const betweenLooks = 60 * 1_000;
const fetchTimeout = 5_000;

/** Keys from an OpenID metadata document, fetched when first needed and kept. */
export function createSigningKeys(metadataUrl: string, now: () => number): FindSigningKey {
  let keys = new Map<string, SigningKey>();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    keys = await fetchKeys(metadataUrl);
    fetchedAt = now();
  }

  return async (kid) => {
    const age = now() - fetchedAt;
    if (age > daily || (!keys.has(kid) && age > betweenLooks)) {
      fetching ??= refresh().finally(() => {
        fetching = undefined;
      });
      await fetching;
    }
    return keys.get(kid);
  };
}

async function fetchKeys(metadataUrl: string): Promise<Map<string, SigningKey>> {
  const { jwks_uri } = metadata.parse(await fetchJson(metadataUrl));
  if (new URL(jwks_uri).origin !== new URL(metadataUrl).origin) {
    throw new Error(
      `The OpenID metadata at ${metadataUrl} names keys on another host; they are not trusted.`,
    );
  }
  const { keys } = keySet.parse(await fetchJson(jwks_uri));
  return new Map(keys.map(({ endorsements, ...key }) => [key.kid, { key, endorsements }]));
}

async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeout) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return answer.json();
}

const metadata = z.object({ jwks_uri: z.url() });
const keySet = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('RSA'),
      kid: z.string(),
      n: z.string(),
      e: z.string(),
      endorsements: z.array(z.string()).default([]),
    }),
  ),
});
