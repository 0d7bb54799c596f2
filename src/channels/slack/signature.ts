import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a request is not believed. */
export type Disbelief = 'no signature' | 'timestamp too far away' | 'wrong signature';

// Slack's own advice for replays. Slack's packages let timestamps of the future pass; we do not.
const FURTHEST_SECONDS = 300;

/**
 * Whether Slack sent this: `v0=` and the HMAC-SHA256 of `v0:timestamp:body` under one of our secrets.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @param secrets two while they are being rotated
 * @param now milliseconds since 1970
 */
export function disbelieve(
  headers: { timestamp: string; signature: string },
  body: Buffer,
  secrets: readonly string[],
  now: number,
): Disbelief | undefined {
  if (!/^\d{1,12}$/.test(headers.timestamp) || !/^v0=[0-9a-f]{64}$/.test(headers.signature))
    return 'no signature';
  if (Math.abs(now / 1000 - Number(headers.timestamp)) > FURTHEST_SECONDS) return 'timestamp too far away';
  const given = Buffer.from(headers.signature.slice(3), 'hex');
  const matches = secrets.filter(Boolean).map((secret) => {
    const digest = createHmac('sha256', secret).update(`v0:${headers.timestamp}:`).update(body).digest();
    return timingSafeEqual(digest, given);
  });
  return matches.includes(true) ? undefined : 'wrong signature';
}
