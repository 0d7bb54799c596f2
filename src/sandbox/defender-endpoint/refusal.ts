import { randomUUID } from 'node:crypto';
import type { Entra } from '../entra.ts';

/** The API moved, its audience did not. */
export const DEFENDER_ENDPOINT_AUDIENCE = 'https://api.securitycenter.microsoft.com';

/** A refusal of Defender for Endpoint. https://learn.microsoft.com/defender-endpoint/api/common-errors */
export class EndpointRefusal extends Error {
  override readonly name = 'EndpointRefusal';
  readonly status: number;
  readonly code: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** `target` is the number by which support finds the call. */
export const bodyOf = ({ code, message }: EndpointRefusal): object => ({
  error: { code, message, target: randomUUID() },
});

/** The application that asks, by its id, where it has one of the roles. */
export async function authorise(
  authorization: string | undefined,
  required: string[],
  entra: Entra,
): Promise<string> {
  const claims = await entra.verify(authorization, [DEFENDER_ENDPOINT_AUDIENCE]).catch(() => {
    throw new EndpointRefusal(401, 'Unauthorized', 'Unauthorized (invalid or expired authorization header).');
  });
  const roles = Array.isArray(claims.roles) ? claims.roles.map(String) : [];
  if (required.some((role) => roles.includes(role))) return String(claims.appid ?? '');
  throw new EndpointRefusal(
    403,
    'Forbidden',
    `Missing application roles. API required roles: ${required.join(',')}, application roles: ${roles.join(',')}.`,
  );
}
