/** Shown to the person who asked: says what is not possible and what to do instead. Never holds a secret. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Why somebody may not do something; in the record beside the sentence they were told. */
export type DenialReason =
  | 'unknown'
  | 'external'
  | 'bot'
  | 'deactivated'
  | 'role'
  | 'assurance'
  | 'restricted'
  | 'not-asked'
  | 'too-often';

/** Refused for who they are, not for what they asked: goes on the record. */
export class Denied extends Refused {
  readonly reason: DenialReason;
  /** Number of the incident that it is about, where whoever refuses knows it. */
  readonly incident: number | undefined;

  constructor(reason: DenialReason, message: string, incident?: number) {
    super(message);
    this.reason = reason;
    this.incident = incident;
  }
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

/**
 * Whom calls are made to; `intel` is whoever sells or gives away threat intelligence, `schedules` whoever keeps rotas, `paging`
 * whoever calls people out of bed.
 */
export type FarSide = 'azure' | 'slack' | 'teams' | 'intel' | 'schedules' | 'paging';

/** A call to a far side failed. */
export class FarSideError extends Error {
  override readonly name = 'FarSideError';
  readonly side: FarSide;
  readonly reason: FarSideReason;
  /** Milliseconds the far side asked us to wait. */
  readonly retryAfter: number | undefined;
  /** Our own credential or settings are at fault, which says nothing of the place or the person that was meant. */
  readonly isOurs: boolean;

  constructor(
    side: FarSide,
    reason: FarSideReason,
    message: string,
    options: { retryAfter?: number; cause?: unknown; isOurs?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.side = side;
    this.reason = reason;
    this.retryAfter = options.retryAfter;
    this.isOurs = options.isOurs ?? false;
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
