import type { HttpHeaders } from '@azure/core-rest-pipeline';
import { ZodError, z } from 'zod';
import { describe, FarSideError, type FarSideReason } from '../../errors.ts';
import { clean } from '../clean.ts';

/** An answer of the Bot Connector that is not a success. */
export function refusal(status: number, headers: HttpHeaders, body: string | null | undefined): FarSideError {
  const seconds = Number(headers.get('retry-after'));
  const code = readCode(body);
  const sentence = `Teams answered ${status} ${code}.${adviceOf(status, code)}`;
  return new FarSideError('teams', reasonOf(status, code), sentence, {
    ...(seconds > 0 && { retryAfter: seconds * 1_000 }),
    isOurs: status === 401,
  });
}

/** Anything thrown on the way to Teams. */
export function asFarSideError(error: unknown): FarSideError {
  if (error instanceof FarSideError) return error;
  if (error instanceof ZodError || error instanceof SyntaxError) {
    return new FarSideError('teams', 'unavailable', 'Teams answered something that is not its own form.');
  }
  const name = error instanceof Error ? error.name : '';
  // core-rest-pipeline says a timeout by aborting.
  if (name === 'AbortError') return new FarSideError('teams', 'timeout', 'Teams did not answer in time.');
  if (name === 'AuthenticationError' || name === 'CredentialUnavailableError') {
    return new FarSideError(
      'teams',
      'auth',
      'Entra ID gives no token for the bot. Check its application id, tenant and secret or managed identity.',
      { isOurs: true },
    );
  }
  return new FarSideError('teams', 'unavailable', `Teams is out of reach: ${clean(describe(error), 200)}`);
}

function reasonOf(status: number, code: string): FarSideReason {
  switch (status) {
    case 401:
    // BotNotInConversationRoster and its like: no room for us until a person lets us in.
    case 403:
      return 'auth';
    case 404:
      return isMessageGone(status, code) ? 'not-found' : 'auth';
    case 408:
      return 'timeout';
    case 409:
      return 'conflict';
    // 412 (precondition) and 502, 504 are what Microsoft names as worth retrying beside 429.
    case 412:
      return 'unavailable';
    case 429:
      return 'rate-limited';
    default:
      return status >= 500 ? 'unavailable' : 'rejected';
  }
}

/**
 * 404 is said of messages and of conversations alike; only the code tells which.
 * https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability
 */
function isMessageGone(status: number, code: string): boolean {
  return status === 404 && /^(Activity|Message)NotFound/i.test(code);
}

function adviceOf(status: number, code: string): string {
  if (isMessageGone(status, code)) return ' A person deleted the message.';
  switch (status) {
    case 401:
      return ' The bot registration in Azure and TEAMS_APP_ID must be the same application.';
    case 403:
      return ' Add the Watchfloor app to the team or chat.';
    case 404:
      return ' Is the conversation still there? Add the Watchfloor app to it or change the destination.';
    default:
      return '';
  }
}

const errorBody = z.object({ error: z.object({ code: z.string() }) });

function readCode(body: string | null | undefined): string {
  try {
    return clean(errorBody.parse(JSON.parse(body ?? '')).error.code, 60);
  } catch {
    return 'without a code';
  }
}
