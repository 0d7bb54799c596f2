import type { Request } from 'restify';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { SlackRefusal } from './refusal.ts';

/** Arguments of a Web API call: strings from a form, any JSON from a JSON body. */
export type Args = JsonObject;

export function textArg(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** Throws `invalid_arguments` where it is absent or empty. */
export function neededArg(args: Args, name: string): string {
  const value = textArg(args, name);
  if (value) return value;
  throw new SlackRefusal('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
}

export const flagArg = (args: Args, name: string): boolean =>
  args[name] === true || args[name] === 'true' || args[name] === '1';

/** A whole number between 1 and `max`; throws `invalid_limit` otherwise. */
export function limitArg(args: Args, name: string, otherwise: number, max: number): number {
  const value = textArg(args, name);
  if (value === undefined || value === '') return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > max) throw new SlackRefusal('invalid_limit');
  return number;
}

/** Nested JSON, which a form carries as a string. Throws `error` where it does not parse. */
export function jsonArg(args: Args, name: string, error: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value;
  if (value === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new SlackRefusal(error);
  }
}

/** The arguments in a body: a form, or JSON whatever its content type says. */
export function bodyArgs(request: Request): Args | undefined {
  // The body parser keeps the original in rawBody, and leaves types it does not know in body.
  const raw: unknown = request.rawBody ?? request.body;
  if (typeof raw !== 'string') return undefined;
  if (request.is('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(raw));
  const body = parseJson(raw);
  return isObject(body) ? body : undefined;
}
