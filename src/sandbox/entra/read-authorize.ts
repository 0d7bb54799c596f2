import { z } from 'zod';
import type { Applications } from './applications.ts';
import type { Asked } from './codes.ts';
import { EntraRefusal } from './refusal.ts';

export type Prompt = 'login' | 'select_account' | 'none' | undefined;

export interface Wish {
  asked: Asked;
  prompt: Prompt;
  /** Seconds since the last time that they typed their password; `undefined` where any will do. */
  maxAge: number | undefined;
}

const query = z.object({
  response_type: z.string(),
  response_mode: z.enum(['query']).default('query'),
  scope: z.string().default(''),
  state: z.string().optional(),
  nonce: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
  prompt: z.enum(['login', 'select_account', 'none']).optional(),
  max_age: z.coerce.number().int().min(0).optional(),
});

/** To whom the answer goes. What is wrong here is shown to the person: nobody is sent to an address that is not registered. */
export function readReturn(applications: Applications, url: URL): Pick<Asked, 'clientId' | 'redirectUri'> {
  const clientId = url.searchParams.get('client_id') ?? '';
  const redirectUri = url.searchParams.get('redirect_uri') ?? '';
  const { redirectUris } = applications.find(clientId);
  if (redirectUris?.().includes(redirectUri)) return { clientId, redirectUri };
  throw new EntraRefusal(
    400,
    'invalid_request',
    `AADSTS50011: The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
  );
}

/** What is wrong here the application is told, at its redirect address. */
export function readWish(url: URL, back: Pick<Asked, 'clientId' | 'redirectUri'>): Wish {
  const read = query.safeParse(Object.fromEntries(url.searchParams));
  if (!read.success) {
    const fields = read.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw refusal('invalid_request', `AADSTS900144: The request lacks or misuses: ${fields}.`);
  }
  const { response_type, scope, state, nonce, code_challenge, code_challenge_method, prompt, max_age } =
    read.data;
  if (response_type !== 'code') {
    throw refusal(
      'unsupported_response_type',
      `AADSTS700054: response_type '${response_type}' is not enabled.`,
    );
  }
  if (!scope.split(' ').includes('openid')) {
    throw refusal('invalid_request', "AADSTS90014: The scope lacks 'openid'.");
  }
  if (!code_challenge || code_challenge_method !== 'S256') {
    throw refusal('invalid_request', 'AADSTS9002325: Proof Key for Code Exchange with S256 is required.');
  }
  if (!/^[\w-]{43}$/.test(code_challenge)) {
    throw refusal('invalid_request', 'AADSTS501471: Invalid size of Code_Challenge parameter.');
  }
  return { asked: { ...back, scope, state, nonce, challenge: code_challenge }, prompt, maxAge: max_age };
}

const refusal = (error: string, description: string) => new EntraRefusal(400, error, description);
