import ipaddr from 'ipaddr.js';
import type { Request, RequestHandler, Response, Server } from 'restify';
import { addresses } from './known.ts';
import type { Quota } from './quota.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Stand-in for AbuseIPDB's APIv2. https://docs.abuseipdb.com/#check-endpoint */
export function mountAbuseIpDb(
  secure: Server,
  { key, quota, now, before }: { key: string; quota: Quota; now: () => Date; before: RequestHandler[] },
): void {
  secure.get(
    '/intel/abuseipdb/api/v2/check',
    ...before,
    async (request: Request, response: Response): Promise<void> => {
      const refuse = (status: number, detail: string, parameter?: string): void => {
        response.send(status, {
          errors: [{ detail, status, ...(parameter && { source: { parameter } }) }],
        });
      };
      if (request.header('key') !== key) {
        return refuse(
          401,
          'Authentication failed. Your API key is either missing, incorrect, or revoked. Note: The APIv2 key differs from the APIv1 key.',
        );
      }
      const isLeft = quota.take(now());
      response.header('X-RateLimit-Limit', '1000');
      response.header('X-RateLimit-Remaining', String(quota.left));
      if (!isLeft) {
        response.header('Retry-After', String(quota.secondsLeft(now())));
        return refuse(
          429,
          'Daily rate limit of 1000 requests exceeded for this endpoint. See headers for additional details.',
        );
      }
      const { searchParams } = new URL(request.url ?? '/', 'https://stand-in');
      const address = searchParams.get('ipAddress') ?? '';
      const days = Number(searchParams.get('maxAgeInDays') ?? 30);
      if (!ipaddr.isValid(address)) {
        return refuse(
          422,
          'The ip address must be a valid IPv4 or IPv6 address (e.g. 8.8.8.8 or 2001:4860:4860::8888).',
          'ipAddress',
        );
      }
      if (!Number.isInteger(days) || days < 1 || days > 365)
        return refuse(422, 'The max age in days must be between 1 and 365.', 'maxAgeInDays');
      response.send(200, { data: answerFor(address, days, now()) });
    },
  );
}

function answerFor(address: string, days: number, now: Date): object {
  const { country = null, owner = '', abuse } = addresses[address] ?? {};
  const counts = abuse && abuse.daysAgo <= days ? abuse : undefined;
  return {
    ipAddress: address,
    isPublic: ipaddr.parse(address).range() !== 'private',
    ipVersion: address.includes(':') ? 6 : 4,
    // Nobody has put it there, which is not the same as that it is none.
    isWhitelisted: null,
    abuseConfidenceScore: counts?.score ?? 0,
    countryCode: country,
    usageType: abuse?.usage ?? null,
    isp: owner,
    domain: owner
      ? `${owner
          .split(' ')[0]
          ?.toLowerCase()
          .normalize('NFD')
          .replaceAll(/[^a-z]/g, '')}.example`
      : '',
    hostnames: [],
    isTor: abuse?.isTor ?? false,
    totalReports: counts?.reports ?? 0,
    numDistinctUsers: counts?.users ?? 0,
    lastReportedAt: counts
      ? new Date(now.getTime() - counts.daysAgo * dayMs - 3_600_000)
          .toISOString()
          .replace(/\.\d+Z$/, '+00:00')
      : null,
  };
}
