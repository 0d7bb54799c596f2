import ipaddr from 'ipaddr.js';
import type { Request, RequestHandler, Response, Server } from 'restify';
import { addresses } from './known.ts';
import type { Quota } from './quota.ts';

/** Stand-in for GreyNoise's Community API. https://docs.greynoise.io/reference/getcommunityip */
export function mountGreyNoise(
  secure: Server,
  { key, quota, now, before }: { key: string; quota: Quota; now: () => Date; before: RequestHandler[] },
): void {
  secure.get(
    '/intel/greynoise/v3/community/:ip',
    ...before,
    async (request: Request, response: Response): Promise<void> => {
      const answer = (status: number, body: object): void => {
        response.send(status, body);
      };
      const ip = String(request.params.ip);
      if (request.header('key') !== key) return answer(401, { message: 'Invalid API key' });
      if (!quota.take(now())) {
        return answer(429, {
          plan: 'community',
          'rate-limit': '50-lookups/week',
          plan_url: 'https://viz.greynoise.io/pricing',
          message: 'You have hit your weekly rate limit of 50 requests.',
        });
      }
      const seen = { ip, noise: false, riot: false };
      if (!ipaddr.IPv4.isValidFourPartDecimal(ip) || ipaddr.parse(ip).range() === 'private')
        return answer(400, { ...seen, message: 'Request is not a valid routable IPv4 address' });
      const known = addresses[ip]?.noise;
      if (!known) {
        return answer(404, {
          ...seen,
          message: 'IP not observed scanning the internet or contained in RIOT data set.',
        });
      }
      const { riot = false, classification, name } = known;
      answer(200, {
        ip,
        noise: !riot,
        riot,
        classification,
        name,
        link: `https://viz.greynoise.io/${riot ? 'riot' : 'ip'}/${ip}`,
        last_seen: now().toISOString().slice(0, 10),
        message: 'Success',
      });
    },
  );
}
