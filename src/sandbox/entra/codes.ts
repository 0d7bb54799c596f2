import { createHash, randomBytes } from 'node:crypto';
import type { SandboxPerson } from '../people.ts';
import { EntraRefusal } from './refusal.ts';

/** What an application asked for when it sent a browser here. */
export interface Asked {
  clientId: string;
  redirectUri: string;
  scope: string;
  state: string | undefined;
  nonce: string | undefined;
  challenge: string;
}

/** Somebody who signed in. `at` is in milliseconds. */
export interface SignedIn {
  person: SandboxPerson;
  at: number;
}

/** Entra says about a minute. */
const codeMs = 60_000;

/** Authorization codes: good once, for the application that asked, with its redirect address and its verifier. */
export class Codes {
  readonly #codes = new Map<string, { asked: Asked; signedIn: SignedIn; until: number; used: boolean }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(asked: Asked, signedIn: SignedIn): string {
    const code = `1.${randomBytes(48).toString('base64url')}`;
    this.#codes.set(code, { asked, signedIn, until: this.#now() + codeMs, used: false });
    return code;
  }

  redeem(
    code: string,
    by: { clientId: string; redirectUri: string; verifier: string },
  ): { asked: Asked; signedIn: SignedIn } {
    const found = this.#codes.get(code);
    if (!found || found.asked.clientId !== by.clientId) {
      throw invalid('AADSTS9002313: Invalid request. The authorization code is malformed or invalid.');
    }
    if (found.used) {
      throw invalid(
        'AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new code.',
      );
    }
    if (found.until < this.#now()) {
      throw invalid('AADSTS70008: The provided authorization code or refresh token has expired.');
    }
    if (found.asked.redirectUri !== by.redirectUri) {
      throw invalid('AADSTS500112: The reply address does not match the one of the authorization request.');
    }
    found.used = true;
    if (createHash('sha256').update(by.verifier).digest('base64url') !== found.asked.challenge) {
      throw invalid('AADSTS501481: The Code_Verifier does not match the code_challenge.');
    }
    return found;
  }
}

const invalid = (description: string) => new EntraRefusal(400, 'invalid_grant', description);
