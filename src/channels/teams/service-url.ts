import { maySendTo } from '../../outgoing.ts';

/**
 * Whether the bot's token may be sent to this service URL: a Bot Connector by https, or the origin that this
 * installation is configured with.
 */
export function isConnector(url: string, configured: string): boolean {
  return maySendTo(url, 'teams', configured);
}
