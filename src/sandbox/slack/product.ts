import { parseJson } from './json.ts';
import { signRequest } from './signing.ts';

/** What the product answered; status 0 where it did not answer in time or at all. */
export interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
  late: boolean;
}

export interface Product {
  /** Sends one signed request. Never throws: Slack, too, only notes that an app is gone. */
  ask(what: string, rawBody: string, contentType: string, headers?: Record<string, string>): Promise<Answer>;
}

/** Slack waits three seconds, then tells the person that the app did not respond. */
export function createProduct(options: {
  url: () => string;
  signingSecret: () => string;
  now: () => number;
  note: (text: string) => void;
  answerMs: number;
}): Product {
  return {
    async ask(what, rawBody, contentType, headers = {}) {
      try {
        const response = await fetch(`${options.url()}/slack/events`, {
          method: 'POST',
          body: rawBody,
          redirect: 'error',
          signal: AbortSignal.timeout(options.answerMs),
          headers: {
            ...signRequest(options.signingSecret(), Math.floor(options.now() / 1_000), rawBody),
            ...headers,
            'Content-Type': contentType,
            'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          },
        });
        const body = parseJson(await response.text());
        if (!response.ok)
          options.note(`${what}: the product answered ${response.status}. Slack shows an error.`);
        return { status: response.status, body, headers: response.headers, late: false };
      } catch (error) {
        const late = error instanceof Error && error.name === 'TimeoutError';
        options.note(
          late
            ? `${what}: no answer within ${options.answerMs / 1_000} s. Slack shows that the app did not respond.`
            : `${what}: the product cannot be reached. Slack shows that the app did not respond.`,
        );
        return { status: 0, body: late ? 'operation_timeout' : 'unreachable', headers: new Headers(), late };
      }
    },
  };
}

export const FORM = 'application/x-www-form-urlencoded';

export const asForm = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
