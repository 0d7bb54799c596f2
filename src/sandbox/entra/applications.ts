import { randomBytes, randomUUID } from 'node:crypto';
import { EntraRefusal } from './refusal.ts';

/** An app registration. */
export interface Registration {
  clientId: string;
  secret: string;
  /** Where people who signed in may be sent back to. */
  redirectUris?: () => string[];
  /** Application permissions by audience, that an admin consented to. */
  permissions?: Record<string, string[]>;
}

export interface Application extends Omit<Registration, 'secret'> {
  /** Newest first. */
  secrets: string[];
  /** Of its service principal. */
  oid: string;
}

export class Applications {
  readonly #all: Application[];

  constructor(registrations: Registration[]) {
    this.#all = registrations.map(({ secret, ...one }) => ({
      ...one,
      secrets: [secret],
      oid: randomUUID(),
    }));
  }

  find(clientId: string): Application {
    const found = this.#all.find((one) => one.clientId === clientId);
    if (found) return found;
    throw new EntraRefusal(
      400,
      'unauthorized_client',
      `AADSTS700016: No application '${clientId}' in this directory.`,
    );
  }

  /** A new secret; `keepOld`: the one before it is good as well, until the next one is made. */
  replaceSecret(clientId: string, keepOld: boolean): string {
    const application = this.find(clientId);
    const secret = randomBytes(24).toString('base64url');
    application.secrets = [secret, ...(keepOld ? application.secrets.slice(0, 1) : [])];
    return secret;
  }

  authenticate(clientId: string, secret: string): Application {
    const found = this.find(clientId);
    if (found.secrets.includes(secret)) return found;
    throw new EntraRefusal(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
  }
}
