import { createHmac } from 'node:crypto';

/**
 * Headers that prove a request comes from Slack: `v0=` and the HMAC-SHA256 of `v0:timestamp:body`.
 * @param timestamp Unix seconds
 * @param rawBody the very bytes that are sent
 */
export function signRequest(secret: string, timestamp: number, rawBody: string): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${rawBody}`).digest('hex');
  return { 'X-Slack-Request-Timestamp': String(timestamp), 'X-Slack-Signature': `v0=${digest}` };
}
