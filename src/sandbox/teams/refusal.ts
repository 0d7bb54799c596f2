/** A call the stand-in refuses, with the status and code that Bot Connector or Teams would give. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds, for the `Retry-After` header. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export function badSyntax(message: string): Refusal {
  return new Refusal(400, 'BadSyntax', message);
}
