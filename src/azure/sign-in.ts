import type * as Client from 'openid-client';
import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';

/** Signing a person in to Entra ID in their browser: authorization code with PKCE, as a confidential client. */
export interface Authority {
  /** Where to send the browser. Throws `FarSideError` where Entra does not answer. */
  leave(attempt: Attempt): Promise<URL>;
  /**
   * Who came back, by a token that Entra signed for us, for this attempt, of our tenant. `url` is what the browser
   * asked for. Throws `FarSideError`: `rejected` where the answer is not to be believed or they did not sign in.
   */
  comeBack(url: URL, attempt: Attempt): Promise<SignedIn>;
}

/** What ties the way there and the way back to each other. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  /** They prove anew who they are, however lately they signed in elsewhere. */
  fresh: boolean;
  /** What they let us do in their name from now on: `https://api.loganalytics.io/.default`. */
  scope?: string | undefined;
}

export interface SignedIn {
  /** Entra object id, in lower case. */
  id: string;
  /** As the directory has it: untrusted text. */
  name: string;
  /** When they last proved who they are, in milliseconds since 1970; `undefined` where Entra did not tell. */
  at: number | undefined;
  /** What to go on with, where they let us do something in their name. A secret. */
  refreshToken?: string | undefined;
}

export interface AuthorityOptions {
  /** `https://login.microsoftonline.com`, or of another cloud. */
  authorityHost: string;
  tenantId: string;
  clientId: string;
  clientSecret: Secret;
  /** Registered with the application: `https://<host>/sign-in/callback`. */
  redirectUri: string;
}

/** An answer counts for so long after its person signed in. */
const freshSeconds = 5 * 60;
const timeoutSeconds = 10;

export function createAuthority(options: AuthorityOptions): Authority {
  const { tenantId, redirectUri } = options;
  let opened: Promise<Opened> | undefined;

  /** Once, and again where it failed. */
  function open(): Promise<Opened> {
    opened ??= discover(options).catch((error) => {
      opened = undefined;
      throw asFarSideError(error);
    });
    return opened;
  }

  return {
    async leave({ state, nonce, verifier, fresh, scope }) {
      const { client, configuration } = await open();
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        response_mode: 'query',
        scope: ['openid profile', ...(scope ? ['offline_access', scope] : [])].join(' '),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // Never silently: they see which account they sign in with.
        ...(fresh ? { prompt: 'login', max_age: '0' } : { prompt: 'select_account' }),
      });
    },

    async comeBack(url, { state, nonce, verifier, fresh, scope }) {
      const { client, configuration } = await open();
      // Whatever address stands before us, Entra knows the one that is registered.
      const current = new URL(redirectUri);
      current.search = url.search;
      try {
        const tokens = await client.authorizationCodeGrant(configuration, current, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
          ...(fresh && { maxAge: freshSeconds }),
        });
        const signedIn = toSignedIn(tokens.claims(), tenantId);
        return scope ? { ...signedIn, refreshToken: tokens.refresh_token } : signedIn;
      } catch (error) {
        throw asFarSideError(error);
      }
    },
  };
}

interface Opened {
  client: typeof Client;
  configuration: Client.Configuration;
}

/** Throws what the library throws. */
export async function discover(options: Omit<AuthorityOptions, 'redirectUri'>): Promise<Opened> {
  // Only when somebody signs in.
  const client = await import('openid-client');
  const { authorityHost, tenantId, clientId, clientSecret } = options;
  const configuration = await client.discovery(
    new URL(`/${tenantId}/v2.0`, authorityHost),
    clientId,
    undefined,
    // Opened for each call: the secret may be replaced while we run.
    (...call) => client.ClientSecretPost(clientSecret.open()[0])(...call),
    {
      timeout: timeoutSeconds,
      // The library trusts TLS alone for the token's origin; here its signature is checked as well.
      execute: [client.enableNonRepudiationChecks],
    },
  );
  return { client, configuration };
}

const claimsShape = z.object({
  tid: z.string(),
  oid: z.guid().toLowerCase(),
  name: z.string().default(''),
  auth_time: z.number().optional(),
});

function toSignedIn(claims: unknown, tenantId: string): SignedIn {
  const read = claimsShape.safeParse(claims);
  if (!read.success) throw unbelievable('the token lacks tid or oid');
  const { tid, oid, name, auth_time } = read.data;
  if (tid.toLowerCase() !== tenantId.toLowerCase()) throw unbelievable('the token is of another tenant');
  return { id: oid, name, at: auth_time === undefined ? undefined : auth_time * 1_000 };
}

const unbelievable = (reason: string) =>
  new FarSideError('azure', 'rejected', `Entra's answer is not believed: ${reason}.`);

/** What the library threw. Its messages name what is wrong and hold no token; bodies of answers stay out. */
export function asFarSideError(error: unknown): FarSideError {
  if (error instanceof FarSideError) return error;
  const { name, code, message, cause, error: said, error_description: description } = thrown.parse(error);
  if (code === 'OAUTH_TIMEOUT' || name === 'TimeoutError')
    return new FarSideError('azure', 'timeout', 'Entra ID did not answer in time.');
  if (said === 'invalid_client') {
    const hint = 'Check AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.';
    return new FarSideError('azure', 'auth', `Entra ID refuses Watchfloor itself. ${hint} ${description}`);
  }
  if (message === 'fetch failed' || cause.message === 'fetch failed')
    return new FarSideError('azure', 'unavailable', 'Entra ID could not be reached to sign in.');
  if (said) return unbelievable(`${said}: ${description}`);
  return unbelievable([message, cause.message].filter(Boolean).join(' '));
}

const text = z
  .string()
  .transform((said) => said.split('\n')[0]?.slice(0, 200) ?? '')
  .catch('');
const thrown = z
  .object({
    name: text,
    code: text,
    message: text,
    cause: z.object({ message: text }).catch({ message: '' }),
    /** Of OAuth. */
    error: text,
    error_description: text,
  })
  .catch({ name: '', code: '', message: '', cause: { message: '' }, error: '', error_description: '' });
