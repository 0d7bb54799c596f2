import ipaddr from 'ipaddr.js';
import type { Request, RequestHandler, Response, Server } from 'restify';
import { addresses, domains, files, urls } from './known.ts';
import type { Quota } from './quota.ts';

/** Every address is known to it, most of them without a flag. */
const nobody = { country: '', asn: 0, owner: '', malicious: 0, suspicious: 0, reputation: 0, tags: [] };
const engines = 94;
const dayMs = 24 * 60 * 60 * 1000;

/** Stand-in for the API v3 of VirusTotal. https://docs.virustotal.com/reference/overview */
export function mountVirusTotal(
  secure: Server,
  { key, quota, now, before }: { key: string; quota: Quota; now: () => Date; before: RequestHandler[] },
): void {
  const route = (path: string, type: string, answer: (id: string) => object | undefined) =>
    secure.get(
      `/intel/virustotal/api/v3/${path}/:id`,
      ...before,
      async (request: Request, response: Response) => {
        try {
          authorise(request, key);
          if (!quota.take(now())) throw new VtRefusal(429, 'QuotaExceededError', 'Quota exceeded');
          const id = String(request.params.id);
          const attributes = answer(id);
          if (!attributes) throw new VtRefusal(404, 'NotFoundError', `${type} "${id}" not found`);
          const links = { self: `https://www.virustotal.com/api/v3/${path}/${id}` };
          response.send(200, { data: { id, type: type.toLowerCase(), links, attributes } });
        } catch (failure) {
          if (!(failure instanceof VtRefusal)) throw failure;
          response.send(failure.status, { error: { code: failure.code, message: failure.message } });
        }
      },
    );
  const seconds = (daysAgo: number) => Math.floor((now().getTime() - daysAgo * dayMs) / 1000);

  route('ip_addresses', 'ip_address', (id) => {
    if (!ipaddr.isValid(id))
      throw new VtRefusal(400, 'InvalidArgumentError', `"${id}" is not a valid IP address`);
    const { country, asn, owner, reputation, tags, ...found } = addresses[id] ?? nobody;
    const whose = asn ? { country, asn, as_owner: owner, network: `${id}/24` } : {};
    return { ...whose, reputation, tags, ...analysed(found, seconds(0.5)) };
  });
  route('domains', 'domain', (id) => {
    const found = domains[id];
    if (!found) return undefined;
    const { ageDays, registrar, reputation, tags, ...stats } = found;
    return { creation_date: seconds(ageDays), registrar, reputation, tags, ...analysed(stats, seconds(0.2)) };
  });
  route('files', 'file', (id) => {
    if (!/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(id))
      throw new VtRefusal(400, 'BadRequestError', `"${id}" is not a valid hash`);
    const found = files[id.toLowerCase()];
    if (!found) return undefined;
    const { malicious, name, type, threat, size, tags } = found;
    return {
      sha256: id,
      meaningful_name: name,
      type_description: type,
      size,
      tags,
      reputation: -malicious,
      first_submission_date: seconds(2),
      popular_threat_classification: { suggested_threat_label: threat },
      ...analysed({ malicious, suspicious: 0 }, seconds(1)),
    };
  });
  route('urls', 'URL', (id) => {
    if (!/^[\w-]+$/.test(id)) throw new VtRefusal(400, 'InvalidArgumentError', 'Invalid URL id');
    const url = Buffer.from(id, 'base64url').toString();
    const found = urls[url];
    if (!found) return undefined;
    const { title, ...stats } = found;
    return { url, last_final_url: url, title, tags: [], reputation: 0, ...analysed(stats, seconds(0.1)) };
  });
}

class VtRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** https://docs.virustotal.com/reference/errors */
function authorise(request: Request, key: string): void {
  const given = request.header('x-apikey');
  if (!given) throw new VtRefusal(401, 'AuthenticationRequiredError', 'X-Apikey header is missing');
  if (given !== key) throw new VtRefusal(401, 'WrongCredentialsError', 'Wrong API key');
}

function analysed({ malicious, suspicious }: { malicious: number; suspicious: number }, at: number): object {
  const rest = engines - malicious - suspicious;
  const harmless = Math.floor(rest * 0.6);
  return {
    last_analysis_date: at,
    last_analysis_stats: { malicious, suspicious, harmless, undetected: rest - harmless, timeout: 0 },
  };
}
