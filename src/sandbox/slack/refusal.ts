import type { Complaint } from './check.ts';
import type { JsonObject } from './json.ts';

/** Slack says no: `{ok: false, error}`, with more beside it where Slack gives more. */
export class SlackRefusal extends Error {
  readonly error: string;
  readonly more: JsonObject;

  constructor(error: string, more: JsonObject = {}) {
    super(error);
    this.error = error;
    this.more = more;
  }
}

/** A control of the console that cannot be done: 400, or 404 where the thing named is not there. */
export class ControlRefusal extends Error {
  readonly status: 400 | 404;

  constructor(message: string, status: 400 | 404 = 400) {
    super(message);
    this.status = status;
  }
}

/** Throws `error` with the complaints in the shape of Slack's `response_metadata.messages`. */
export function refuseOn(complaints: Complaint[], error: string): void {
  if (complaints.length === 0) return;
  throw new SlackRefusal(error, {
    errors: complaints.map(({ at, message }) => `${message} [json-pointer:${at}]`),
    response_metadata: {
      messages: complaints.map(({ at, message }) => `[ERROR] ${message} [json-pointer:${at}]`),
    },
  });
}
