/** Hosts of the Bot Connector, public and government clouds. trafficmanager.net itself is open to anybody. */
const connectorHosts = [
  /^smba\.trafficmanager\.net$/,
  /\.botframework\.com$/,
  /\.botframework\.us$/,
  /\.teams\.microsoft\.com$/,
  /\.teams\.microsoft\.us$/,
];

/**
 * Whether the bot's token may be sent to this service URL: a Bot Connector by https, or the origin that this
 * installation is configured with.
 */
export function isConnector(url: string, configured: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (origin === new URL(configured).origin) return true;
  return protocol === 'https:' && connectorHosts.some((host) => host.test(hostname));
}
