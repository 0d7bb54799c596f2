import { randomBytes } from 'node:crypto';
import type { Directory } from '../graph/directory.ts';
import type { SandboxPerson } from '../people.ts';
import { EntraRefusal } from './refusal.ts';

/** What an application goes on with in a person's name. */
export interface Consent {
  clientId: string;
  person: SandboxPerson;
  /** What they let it do, as it was asked for. */
  scope: string;
}

/** Refresh tokens: good for their application, any number of times, until they are revoked or the account is switched off. */
export class RefreshTokens {
  readonly #all = new Map<string, Consent>();
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  issue(consent: Consent): string {
    const token = `1.${randomBytes(64).toString('base64url')}`;
    this.#all.set(token, consent);
    return token;
  }

  redeem(token: string, clientId: string): Consent {
    const found = this.#all.get(token);
    if (!found || found.clientId !== clientId) {
      throw invalid(
        'AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed.',
      );
    }
    if (!this.#directory.isEnabled(found.person)) throw invalid('AADSTS50057: The user account is disabled.');
    return found;
  }

  revoke(oid?: string): void {
    for (const [token, { person }] of this.#all) {
      if (oid === undefined || person.oid === oid) this.#all.delete(token);
    }
  }
}

const invalid = (description: string) => new EntraRefusal(400, 'invalid_grant', description);
