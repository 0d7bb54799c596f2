import { z } from 'zod';

// Slack's largest payloads carry a message of 50 blocks or a view of 100; both stay far below.
export const MOST_BYTES = 1 << 20;

export type Payload = { [key: string]: unknown };

/**
 * What Slack said: JSON for events, a form for commands, a form around JSON for everything pressed. A content
 * type may name a charset. `undefined` where it is none of these.
 */
export function parseBody(raw: Buffer, contentType: string): Payload | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const text = raw.toString('utf8');
  if (type === 'application/json') return asObject(text);
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  const form = Object.fromEntries(new URLSearchParams(text));
  return form.payload === undefined ? form : asObject(form.payload);
}

const jsonObject = z.record(z.string(), z.unknown());

function asObject(text: string): Payload | undefined {
  try {
    return jsonObject.safeParse(JSON.parse(text, wellFormed)).data;
  } catch {
    return undefined;
  }
}

/** Half a character, as an escape in JSON may leave one, can be sent on to nobody: Slack's client throws on it. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
