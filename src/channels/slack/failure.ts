import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { FarSideError, type FarSideReason } from '../../errors.ts';

/**
 * What a failed Web API call means to us. Slack's own error is not kept as the cause: it may hold the request
 * with its headers.
 */
export function toFarSide(method: string, error: unknown): FarSideError {
  if (error instanceof FarSideError) return error;
  if (error instanceof WebAPIRateLimitedError)
    return failure(method, 'rate-limited', 'Slack asks to wait.', { retryAfter: error.retryAfter * 1000 });
  if (error instanceof WebAPIPlatformError) return refusal(method, error);
  if (error instanceof WebAPIHTTPError) return unusual(method, error.statusCode);
  const original = error instanceof WebAPIRequestError ? error.original : error;
  if (isTimeout(original)) return failure(method, 'timeout', 'Slack did not answer in time.');
  // The client throws a bare Error for a 429 that does not say how long to wait.
  if (original instanceof Error && original.message.startsWith('Retry header'))
    return failure(method, 'rate-limited', 'Slack asks to wait.');
  return failure(method, 'unavailable', 'Slack could not be reached or broke off the connection.');
}

/** Whether the connection ended before there was an answer; whether the call was carried out nobody knows. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof WebAPIRequestError && !isTimeout(error.original);
}

/** Whether Slack did nothing because it does not take our token. */
export function isTokenRefused(error: unknown): boolean {
  if (!(error instanceof WebAPIPlatformError)) return false;
  return tokenRefusals.includes(error.data.error);
}

const tokenRefusals = ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive'];

function refusal(method: string, error: WebAPIPlatformError): FarSideError {
  // The client puts an answer that is no JSON (a proxy's page) where the error code belongs.
  const code = /^[a-z0-9_-]{1,60}$/.test(error.data.error) ? error.data.error : undefined;
  if (code === undefined) return failure(method, 'unavailable', 'The answer was not from Slack.');
  const known = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (known) {
    const more = { retryAfter: retryAfter(error), isOurs: tokenRefusals.includes(code) };
    return failure(method, known[0], `${code}. ${known[1]}`, more);
  }
  return failure(method, 'rejected', `${code}. See https://docs.slack.dev/reference/methods/${method}`);
}

function unusual(method: string, status: number): FarSideError {
  const reason = status >= 500 || status === 408 ? 'unavailable' : 'rejected';
  return failure(method, reason, `HTTP status ${status}.`);
}

const token = 'Slack → your app → Install App shows the bot token for SLACK_BOT_TOKEN.';
const invite = 'Invite the bot to the conversation: /invite @Watchfloor.';
const blocks = 'The card was drawn wrongly: report it with the incident number.';
const down = 'Slack has a fault of its own.';
const late = 'The button was pressed too long ago. Press it again.';

/** Slack's error codes that mean something to us, and what to do. */
const refusals: Record<string, [reason: FarSideReason, fix: string] | undefined> = {
  ratelimited: ['rate-limited', 'Slack asks to wait.'],
  rate_limited: ['rate-limited', 'Slack asks to wait.'],
  // A room out of reach is for people to mend; its messages are still there.
  channel_not_found: ['auth', invite],
  not_in_channel: ['auth', invite],
  is_archived: ['auth', 'The conversation is archived. Unarchive it or change the destination.'],
  message_not_found: ['not-found', 'A person deleted the message.'],
  thread_not_found: ['not-found', 'A person deleted the message.'],
  // Slack will never let us edit this one again; what helps is the same as for a deleted one: post anew.
  edit_window_closed: ['not-found', 'The workspace limits how long messages can be edited.'],
  user_not_found: ['not-found', 'There is no such person in this workspace.'],
  users_not_found: ['not-found', 'There is no such person in this workspace.'],
  user_not_visible: ['auth', 'The person is a guest whom the app cannot see. Ask them another way.'],
  user_disabled: ['auth', 'The account is deactivated.'],
  cannot_dm_bot: ['auth', 'It is a bot, and no person to ask.'],
  restricted_action: ['rejected', 'The workspace does not let the bot post there. Ask its administrator.'],
  cant_update_message: ['rejected', 'Slack lets an app edit only its own messages.'],
  invalid_blocks: ['rejected', blocks],
  invalid_attachments: ['rejected', blocks],
  invalid_arguments: ['rejected', blocks],
  msg_too_long: ['rejected', blocks],
  msg_blocks_too_long: ['rejected', blocks],
  expired_trigger_id: ['rejected', late],
  trigger_expired: ['rejected', late],
  exchanged_trigger_id: ['rejected', late],
  trigger_exchanged: ['rejected', late],
  invalid_auth: ['auth', token],
  not_authed: ['auth', token],
  token_revoked: ['auth', token],
  token_expired: ['auth', token],
  account_inactive: ['auth', token],
  missing_scope: [
    'auth',
    'Slack → your app → OAuth & Permissions: add the scopes of manifests/slack, reinstall.',
  ],
  internal_error: ['unavailable', down],
  fatal_error: ['unavailable', down],
  service_unavailable: ['unavailable', down],
  request_timeout: ['unavailable', down],
};

function retryAfter(error: WebAPIPlatformError): number | undefined {
  const seconds = error.data.response_metadata?.retryAfter;
  return seconds === undefined ? undefined : seconds * 1000;
}

function failure(
  method: string,
  reason: FarSideReason,
  sentence: string,
  more: { retryAfter?: number | undefined; isOurs?: boolean } = {},
): FarSideError {
  return new FarSideError('slack', reason, `Slack ${method}: ${sentence}`, more);
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
