import type { RequestHandler, Server } from 'restify';
import { mountAbuseIpDb } from './abuseipdb.ts';
import { mountGreyNoise } from './greynoise.ts';
import { Quota } from './quota.ts';
import { mountVirusTotal } from './virustotal.ts';

export interface IntelKeys {
  virustotal: string;
  abuseipdb: string;
  greynoise: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * Stands in for VirusTotal, AbuseIPDB and GreyNoise on the TLS server, below `/intel/virustotal`, `/intel/abuseipdb` and
 * `/intel/greynoise`: each with its key and its free quota. `before` stands before every call: faults.
 */
export function mountIntel(
  secure: Server,
  options: { keys: IntelKeys; before?: RequestHandler[]; now?: () => Date },
): void {
  const { keys, before = [], now = () => new Date() } = options;
  mountVirusTotal(secure, { key: keys.virustotal, quota: new Quota(4, minuteMs), now, before });
  mountAbuseIpDb(secure, { key: keys.abuseipdb, quota: new Quota(1_000, dayMs), now, before });
  mountGreyNoise(secure, { key: keys.greynoise, quota: new Quota(50, 7 * dayMs), now, before });
}
