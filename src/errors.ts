/** Shown to the person who asked: says what is not possible and what to do instead. Never holds a secret. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Why a vendor's call failed; drives retry and is the metric's label. */
export type FarSideReason =
  | 'auth'
  | 'rate-limited'
  | 'not-found'
  | 'conflict'
  | 'rejected'
  | 'unavailable'
  | 'timeout';

/** A call to Azure, Slack or Teams failed. */
export class FarSideError extends Error {
  override readonly name = 'FarSideError';
  readonly side: 'azure' | 'slack' | 'teams';
  readonly reason: FarSideReason;
  /** Milliseconds the far side asked us to wait. */
  readonly retryAfter: number | undefined;

  constructor(
    side: 'azure' | 'slack' | 'teams',
    reason: FarSideReason,
    message: string,
    options: { retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.side = side;
    this.reason = reason;
    this.retryAfter = options.retryAfter;
  }
}

/** Whether the call may have been carried out although it failed: a lost answer is not a refusal. */
export function isInDoubt(error: FarSideError): boolean {
  return error.reason === 'timeout' || error.reason === 'unavailable';
}

/** Whether the same call can succeed later without anybody changing anything. */
export function isRetryable(error: FarSideError): boolean {
  switch (error.reason) {
    case 'rate-limited':
    case 'unavailable':
    case 'timeout':
    case 'conflict':
      return true;
    case 'auth':
    case 'not-found':
    case 'rejected':
      return false;
  }
}

/** A payload from outside that is not what it says it is. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** The sentence of anything thrown, for logs and stored failures. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
