/**
 * Where calls may leave for: what is configured, and hosts that the vendors are known by. An address that comes in
 * with a request or an answer (a service URL, a `nextLink`, a `response_url`) is held against this before anything is
 * sent there. The proof that nobody else calls out is tests/attack/outgoing.test.ts.
 */
const known = {
  /** Resource Manager, Graph, Log Analytics and Entra ID: never but as configured. */
  azure: [],
  /** `response_url`s, and where files are sent to. */
  slack: [/^hooks\.slack\.com$/, /^files\.slack\.com$/],
  /** The Bot Connector, public and government clouds. trafficmanager.net itself is open to anybody. */
  teams: [
    /^smba\.trafficmanager\.net$/,
    /\.botframework\.com$/,
    /\.botframework\.us$/,
    /\.teams\.microsoft\.com$/,
    /\.teams\.microsoft\.us$/,
  ],
  /** Where a file goes that a person takes from the bot: any organisation's OneDrive. Other clouds have no such files. */
  files: [/^[a-z0-9-]+\.sharepoint\.com$/],
  /** Key Vaults, public and sovereign clouds. */
  vault: [/^[a-z0-9-]{3,24}\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)$/],
  /** Logic Apps, at addresses that Resource Manager gives; public and sovereign clouds. */
  workflows: [/^[a-z0-9-]+\.[a-z0-9-]+\.logic\.azure\.(com|us|cn)$/],
  /** Threat intelligence of others: never but as configured. */
  intel: [],
  /** Schedules that others keep of who is on call: never but as configured. */
  schedules: [],
  /** Whoever calls people out of bed, and whoever misses a heartbeat: never but as configured. */
  paging: [],
} satisfies Record<string, RegExp[]>;

/** Whom a call is for. */
export type Side = keyof typeof known;

/** Event Hubs, public and sovereign clouds: the settings name the namespace alone. */
export const eventHubsHost = /^[a-z0-9-]+\.servicebus\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/;

/** Whether something of ours may be sent to this address: the configured origin, or a host of that side by https. */
export function maySendTo(address: string | URL, side: Side, configured: string | undefined): boolean {
  const url = URL.parse(String(address));
  if (url === null) return false;
  if (url.username !== '' || url.password !== '') return false;
  // Never 'null', which is the origin of data: and file: alike.
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  if (isWeb && configured !== undefined && URL.parse(configured)?.origin === url.origin) return true;
  return isKnown(url, side);
}

/** Whether it is one of the vendor's own hosts, by https and at the usual port. */
export function isKnown(url: URL, side: Side): boolean {
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '')
    return false;
  return known[side].some((host) => host.test(url.hostname));
}
