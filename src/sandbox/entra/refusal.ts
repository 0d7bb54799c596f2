import { randomUUID } from 'node:crypto';
import type { Response } from 'restify';

/** Why Entra ID does not do it: an OAuth error, and a sentence that begins with its AADSTS number. */
export class EntraRefusal extends Error {
  override readonly name = 'EntraRefusal';
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, description: string) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

/** Entra's error body; clients read the AADSTS number out of `error_description` and `error_codes`. */
export function refuse(response: Response, { status, error, message }: EntraRefusal): void {
  response.send(status, {
    error,
    error_description: message,
    error_codes: [Number(/^AADSTS(\d+)/.exec(message)?.[1])],
    timestamp: new Date().toISOString(),
    trace_id: randomUUID(),
    correlation_id: randomUUID(),
  });
}
