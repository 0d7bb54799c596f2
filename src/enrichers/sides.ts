/** Whom enrichers ask, and how much of it they may: over all replicas together. */
export interface Budget {
  /** What people know it by, where it does not answer: `Entra ID`. */
  title: string;
  /** Subjects asked about at the same time. */
  atOnce: number;
  /** Calls in a minute. */
  perMinute: number;
  /** Calls in a day (UTC); absent where the side has no such limit. */
  perDay?: number;
}

/**
 * Well below what the sides allow: sources and people's own questions are asked of some of them, too. The sides' limits:
 *
 * - Graph: 8,000 resource units in 10 s for one app and a middle-sized tenant, but identity protection 1 request a second
 *   (https://learn.microsoft.com/graph/throttling-limits).
 * - Resource Graph: 15 queries in 5 s (https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests).
 * - Resource Manager: 250 reads at once, 25 a second after that
 *   (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling).
 * - Log Analytics: 5 queries at once for one identity, others wait in line
 *   (https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits).
 * - Defender for Endpoint: 100 calls a minute, 1,500 an hour (https://learn.microsoft.com/defender-endpoint/api/get-machines).
 * - VirusTotal public API: 4 a minute, 500 a day (https://docs.virustotal.com/reference/public-vs-premium-api).
 * - AbuseIPDB, free: 1,000 checks a day (https://docs.abuseipdb.com/#api-daily-rate-limits).
 * - GreyNoise Community: 50 a week in its free form: a seventh of them a day, and what is asked is kept long
 *   (https://docs.greynoise.io/docs/using-the-greynoise-community-api).
 */
export const sides = {
  graph: { title: 'Entra ID', atOnce: 4, perMinute: 400 },
  'resource-graph': { title: 'Azure Resource Graph', atOnce: 4, perMinute: 120 },
  'resource-manager': { title: 'Azure Resource Manager', atOnce: 6, perMinute: 300 },
  'network-watcher': { title: 'Network Watcher', atOnce: 3, perMinute: 60 },
  metrics: { title: 'Azure Monitor metrics', atOnce: 4, perMinute: 300 },
  logs: { title: 'Log Analytics', atOnce: 4, perMinute: 240 },
  'defender-endpoint': { title: 'Defender for Endpoint', atOnce: 3, perMinute: 25 },
  sentinel: { title: 'Sentinel threat intelligence', atOnce: 4, perMinute: 200 },
  virustotal: { title: 'VirusTotal', atOnce: 2, perMinute: 4, perDay: 480 },
  abuseipdb: { title: 'AbuseIPDB', atOnce: 2, perMinute: 60, perDay: 950 },
  greynoise: { title: 'GreyNoise', atOnce: 1, perMinute: 10, perDay: 7 },
  /** What is kept here: our own incidents, lists, data that comes with us. */
  here: { title: 'Watchfloor', atOnce: 8, perMinute: 6_000 },
  /** Enrichers of the user's own folder. */
  own: { title: 'Own enrichers', atOnce: 4, perMinute: 120 },
} as const satisfies Record<string, Budget>;

export type SideName = keyof typeof sides;
