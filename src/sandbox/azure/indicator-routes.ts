import { z } from 'zod';
import type { ArmRoute } from './arm.ts';
import { badRequest } from './arm-error.ts';
import { insights } from './estate.ts';
import { nextLink, readToken } from './paging.ts';
import { armTime } from './times.ts';

/** https://learn.microsoft.com/rest/api/securityinsights/threat-intelligence-indicator/query-indicators */
const criteria = z.strictObject({
  pageSize: z.int().min(1).optional(),
  minConfidence: z.int().optional(),
  maxConfidence: z.int().optional(),
  minValidUntil: z.string().optional(),
  maxValidUntil: z.string().optional(),
  includeDisabled: z.boolean().optional(),
  sortBy: z
    .array(
      z.strictObject({ itemKey: z.string(), sortOrder: z.enum(['unsorted', 'ascending', 'descending']) }),
    )
    .optional(),
  sources: z.array(z.string()).optional(),
  patternTypes: z.array(z.string()).optional(),
  threatTypes: z.array(z.string()).optional(),
  ids: z.array(z.string()).optional(),
  keywords: z.array(z.string()).optional(),
  skipToken: z.string().optional(),
});
const page = z.object({ from: z.number().int().min(0) });

/** `Microsoft.SecurityInsights/threatIntelligence` of the one workspace, as far as indicators are searched. */
export function indicatorRoutes(now: () => Date = () => new Date()): ArmRoute[] {
  return [
    {
      method: 'POST',
      path: `${insights}/threatIntelligence/main/queryIndicators`,
      apiVersions: ['2024-09-01', '2025-09-01'],
      answer({ body, url }) {
        const { data, error } = criteria.safeParse(body ?? {});
        if (!data) throw badRequest(`The request body is not valid. ${error.issues[0]?.message}`);
        const { pageSize = 100 } = data;
        const found = indicators(now()).filter((one) => isWanted(one, data));
        const token = readToken(url);
        const from = token === undefined ? 0 : page.parse(token).from;
        const value = found.slice(from, from + pageSize).map(resourceOf);
        const end = from + pageSize;
        const more = end < found.length ? { nextLink: nextLink(url, { from: end }) } : {};
        return { status: 200, body: { value, ...more } };
      },
    },
  ];
}

interface Indicator {
  pattern: string;
  patternType: string;
  displayName: string;
  description: string;
  threatTypes: string[];
  tags: string[];
  phases: string[];
  confidence: number;
  source: string;
  validUntil: string;
}

function isWanted(one: Indicator, asked: z.output<typeof criteria>): boolean {
  const { keywords = [], patternTypes = [], sources = [], threatTypes = [] } = asked;
  const said = [one.pattern, one.displayName, one.description, ...one.tags].join('\n').toLowerCase();
  return (
    keywords.every((word) => said.includes(word.toLowerCase())) &&
    (patternTypes.length === 0 || patternTypes.includes(one.patternType)) &&
    (sources.length === 0 || sources.includes(one.source)) &&
    (threatTypes.length === 0 || one.threatTypes.some((type) => threatTypes.includes(type))) &&
    one.confidence >= (asked.minConfidence ?? 0) &&
    one.confidence <= (asked.maxConfidence ?? 100) &&
    one.validUntil >= (asked.minValidUntil ?? '') &&
    one.validUntil <= (asked.maxValidUntil ?? '9999')
  );
}

function resourceOf(one: Indicator): object {
  const { tags, phases, ...rest } = one;
  const name = nameOf(one.pattern);
  return {
    id: `${insights}/threatIntelligence/main/indicators/${name}`,
    name,
    etag: `"${name.slice(0, 8)}-0000-0d00-0000-000000000000"`,
    type: 'Microsoft.SecurityInsights/threatIntelligence',
    kind: 'indicator',
    properties: {
      ...rest,
      externalId: `indicator--${name}`,
      externalReferences: [],
      granularMarkings: [],
      revoked: false,
      threatIntelligenceTags: tags,
      killChainPhases: phases.map((phaseName) => ({ killChainName: 'mitre-attack', phaseName })),
      created: '2026-10-02T08:00:00.0000000Z',
      lastUpdatedTimeUtc: '2026-11-12T06:30:00.0000000Z',
      validFrom: '2026-10-02T08:00:00.0000000Z',
    },
  };
}

/** The same one for the same pattern, whenever it is asked for. */
function nameOf(pattern: string): string {
  let sum = 0x811c9dc5;
  for (const letter of pattern) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `${sum.toString(16).padStart(8, '0')}-71d0-4c0d-9b7a-3f6e2d81c0a0`;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Those of the table ThreatIntelIndicators, and some beside them that only look alike. */
function indicators(now: Date): Indicator[] {
  const indicator = (patternType: string, value: string, more: Partial<Indicator>): Indicator => ({
    pattern:
      patternType === 'file' ? `[file:hashes.'SHA-256' = '${value}']` : `[${patternType}:value = '${value}']`,
    patternType,
    displayName: value,
    description: '',
    threatTypes: ['malicious-activity'],
    tags: [],
    phases: [],
    confidence: 80,
    source: 'Contoso CERT',
    validUntil: armTime(new Date(now.getTime() + 60 * dayMs)),
    ...more,
  });
  const expired = { validUntil: armTime(new Date(now.getTime() - 40 * dayMs)) };
  return [
    indicator('ipv4-addr', '198.51.100.201', {
      displayName: 'Tor exit used against backups',
      description: 'Seen in three companies before their backups were deleted.',
      threatTypes: ['malicious-activity', 'anonymization'],
      tags: ['tor-exit'],
      phases: ['command-and-control', 'impact'],
      confidence: 90,
    }),
    indicator('ipv4-addr', '198.51.100.20', {
      displayName: 'A neighbour',
      threatTypes: ['anomalous-activity'],
      confidence: 20,
    }),
    indicator('ipv4-addr', '203.0.113.66', {
      displayName: 'Server of a botnet of last year',
      tags: ['botnet'],
      ...expired,
    }),
    indicator('ipv4-addr', '192.0.2.199', {
      displayName: 'Botnet',
      tags: ['botnet'],
      phases: ['command-and-control'],
    }),
    indicator('domain-name', 'pool.coin-dig.example', {
      displayName: 'Pool of miners',
      tags: ['mining'],
      phases: ['impact'],
      confidence: 95,
    }),
    indicator('domain-name', 'login-contoso.example', {
      displayName: 'Sign-in page that looks like ours',
      tags: ['phishing'],
      phases: ['initial-access'],
      confidence: 85,
    }),
    indicator('url', 'http://bargain.example/dropper', {
      displayName: 'Dropper',
      tags: ['malware'],
      phases: ['execution'],
    }),
    indicator('file', 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78', {
      displayName: 'voucher.html: page that asks for passwords',
      tags: ['phishing'],
      phases: ['initial-access', 'credential-access'],
      confidence: 60,
      source: 'Microsoft Defender Threat Intelligence',
    }),
  ];
}
