import type { Next, Request, Response } from 'restify';

/** `intel` are those who know addresses and files from elsewhere, `schedules` those who keep who is on call. */
export type FarSide = 'azure' | 'graph' | 'intel' | 'schedules' | 'slack' | 'teams';
export const faultKinds = [
  'none',
  'slow',
  'failing',
  'throttled',
  'throttled-untold',
  'late-answer',
  'lost-answer',
  'half-answer',
  'reset',
  'revoked',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * `ms` is the delay of a slow side or a late answer, or the `Retry-After` of a throttled one; `count` is how many calls it hits.
 * `rate` is the share of calls that it hits, 0 to 1, drawn from `seed`, so that a run can be had again.
 */
export interface Fault {
  kind: FaultKind;
  ms: number;
  count: number;
  rate: number;
  seed: number;
}

const healthy: Fault = { kind: 'none', ms: 0, count: Number.POSITIVE_INFINITY, rate: 1, seed: 1 };

/** What each far side is made to do wrong, set from the console and by tests. */
export class Faults {
  readonly #faults = new Map<FarSide, Fault>();
  readonly #rolls = new Map<FarSide, () => number>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  set(side: FarSide, fault: Partial<Fault> & { kind: FaultKind }): void {
    const whole = { ...healthy, ms: 2_000, ...fault };
    this.#faults.set(side, whole);
    this.#rolls.set(side, shares(whole.seed));
    this.#changed();
  }

  all(): Record<FarSide, Fault> {
    return {
      azure: this.#current('azure'),
      graph: this.#current('graph'),
      intel: this.#current('intel'),
      schedules: this.#current('schedules'),
      slack: this.#current('slack'),
      teams: this.#current('teams'),
    };
  }

  /** Restify handler that stands before every vendor route of that side; controls are never hit. */
  before(side: FarSide) {
    // With callbacks, because restify goes on after an async handler whatever it returns.
    return (request: Request, response: Response, next: Next): void => {
      const fault = this.#take(side);
      const refuse = (status: number, body: object) => {
        response.send(status, body);
        next(false);
      };
      switch (fault.kind) {
        case 'none':
          next();
          return;
        case 'slow':
          setTimeout(next, fault.ms);
          return;
        case 'failing':
          refuse(503, unavailable);
          return;
        case 'throttled':
          response.header('Retry-After', String(Math.ceil(fault.ms / 1000)));
          refuse(429, throttled);
          return;
        case 'throttled-untold':
          refuse(429, throttled);
          return;
        case 'late-answer':
          holdBack(response, fault.ms);
          next();
          return;
        case 'lost-answer':
          response.send = (() => response.socket?.destroy()) as unknown as Response['send'];
          response.sendRaw = response.send;
          next();
          return;
        case 'half-answer':
          response.send = ((status: number, body: unknown) =>
            sendHalf(response, status, JSON.stringify(body ?? {}))) as Response['send'];
          response.sendRaw = ((status: number, text: string) =>
            sendHalf(response, status, text)) as Response['sendRaw'];
          next();
          return;
        case 'reset':
          // Below TLS there is no way to reset; an end without an answer is the same to a caller.
          if (request.isSecure()) request.socket.destroy();
          else request.socket.resetAndDestroy();
          next(false);
          return;
        case 'revoked':
          refuse(...revoked[side]);
      }
    };
  }

  #current(side: FarSide): Fault {
    return this.#faults.get(side) ?? healthy;
  }

  #take(side: FarSide): Fault {
    const fault = this.#current(side);
    if (fault.kind === 'none') return fault;
    if (fault.rate < 1 && (this.#rolls.get(side)?.() ?? 0) >= fault.rate) return healthy;
    if (fault.count <= 0) {
      this.set(side, healthy);
      return healthy;
    }
    this.#faults.set(side, { ...fault, count: fault.count - 1 });
    return fault;
  }
}

const unavailable = {
  error: { code: 'ServiceUnavailable', message: 'The sandbox makes this side fail.' },
};
const throttled = { error: { code: 'TooManyRequests', message: 'The sandbox throttles this side.' } };

/** How each side says that our credential is no longer good; Slack says everything with 200. */
const revoked: Record<FarSide, [status: number, body: object]> = {
  azure: [401, { error: { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' } }],
  graph: [
    401,
    {
      error: { code: 'InvalidAuthenticationToken', message: 'Access token has expired or is not yet valid.' },
    },
  ],
  intel: [401, { error: { code: 'WrongCredentialsError', message: 'Wrong API key' } }],
  schedules: [401, { error: { message: 'Authentication failed', code: 2006 } }],
  slack: [200, { ok: false, error: 'token_revoked' }],
  teams: [
    401,
    { error: { code: 'Unauthorized', message: 'Authorization has been denied for this request.' } },
  ],
};

/** Below restify, which takes the answer for given: what was asked is to be seen at once. */
function holdBack(response: Response, milliseconds: number): void {
  const { write, end } = response;
  const later =
    (method: typeof write | typeof end) =>
    (...given: unknown[]) => {
      setTimeout(() => Reflect.apply(method, response, given), milliseconds);
      return true;
    };
  Object.assign(response, { write: later(write), end: later(end) });
}

/** The length of the whole is told, half of it comes, and then the connection ends. */
function sendHalf(response: Response, status: number, text: string): void {
  const whole = Buffer.from(text);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': whole.length });
  response.write(whole.subarray(0, whole.length >> 1), () => response.socket?.destroy());
}

/** Numbers from 0 up to 1 that a seed gives again: mulberry32. */
function shares(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
