import type { Activity } from './activity.ts';

/** Teams gives up on an invoke after about this long and tells the person so. */
const ANSWER_TIMEOUT_MS = 10_000;

export interface Answer {
  status: number;
  body: unknown;
}

export interface Product {
  /** Posts an activity to the product. 504 when it takes too long, 502 when nobody listens. */
  send(activity: Activity): Promise<Answer>;
}

export function createProduct(url: () => string, signToken: () => Promise<string>): Product {
  return {
    async send(activity) {
      const token = await signToken();
      try {
        const response = await fetch(`${url()}/api/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
          body: JSON.stringify(activity),
          signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        });
        return { status: response.status, body: parseBody(await response.text()) };
      } catch (error) {
        if (error instanceof Error && error.name === 'TimeoutError') {
          return { status: 504, body: { error: `No answer within ${ANSWER_TIMEOUT_MS / 1_000} s.` } };
        }
        return { status: 502, body: { error: 'The product does not answer. Is it running?' } };
      }
    },
  };
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
