import { z } from 'zod';
import type { Rest } from '../azure/rest.ts';
import { FarSideError } from '../errors.ts';
import type { Subject } from '../incident/enrichment.ts';
import { safeParse } from '../safe-parse.ts';
import type { Enricher } from './enricher.ts';
import { type Indicator, indicator, tell } from './sentinel-intelligence/indicator.ts';
import { type Comparison, readPattern } from './stix-pattern.ts';
import { readIndicator } from './watch-list/indicator.ts';

/** A workspace of Log Analytics with Sentinel on it. */
export interface SentinelWorkspace {
  subscription: string;
  resourceGroup: string;
  workspace: string;
}

export interface SentinelIntelligenceOptions {
  /** To Resource Manager. */
  rest: Rest;
  workspaces: readonly SentinelWorkspace[];
}

/**
 * What Sentinel's own threat intelligence says: indicators of its connectors, and those that the analysts made.
 * https://learn.microsoft.com/rest/api/securityinsights/threat-intelligence-indicator/query-indicators
 */
export function createSentinelIntelligence(options: SentinelIntelligenceOptions): Enricher {
  const { rest, workspaces } = options;

  async function ask(
    workspace: SentinelWorkspace,
    subject: Subject,
    signal: AbortSignal,
  ): Promise<Indicator[]> {
    const found: Indicator[] = [];
    for (const keyword of keywordsOf(subject)) {
      const { data } = safeParse(answer, await rest.post(pathOf(workspace), question(keyword), { signal }));
      if (!data)
        throw new FarSideError('azure', 'unavailable', 'Sentinel gave an answer that nobody can read.');
      found.push(...data.value.flatMap((one) => safeParse(indicator, one).data?.properties ?? []));
    }
    return found;
  }

  return {
    name: 'sentinel-intelligence',
    title: 'Sentinel threat intelligence',
    question: 'Is it an indicator in our Sentinel?',
    about: ['ip', 'domain', 'url', 'file'],
    concerns: (subject) => keywordsOf(subject).length > 0,
    side: 'sentinel',
    // Of a URL, its host is asked about as well.
    calls: 2 * workspaces.length,
    api: 'Azure Resource Manager: Microsoft.SecurityInsights/threatIntelligence/main/queryIndicators, 2025-09-01',
    permission: 'Microsoft Sentinel Reader on the workspace',
    lifetimeSeconds: 60 * 60,
    deadlineMs: 15_000,
    limits: '100 indicators a question; only those whose pattern names it exactly count',
    async enrich(subject, { now, signal }) {
      const asked = await Promise.allSettled(workspaces.map((one) => ask(one, subject, signal)));
      const refused = workspaces.filter((_one, at) => isRefusal(asked[at]));
      for (const one of asked) {
        // Where one workspace is closed to us, the others still answer.
        const counts = one.status === 'rejected' && (!isRefusal(one) || refused.length === workspaces.length);
        if (counts) throw one.reason;
      }
      const all = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      const exact = all.filter(({ pattern }) => readPattern(pattern)?.some((said) => names(said, subject)));
      const told = tell(exact, now);
      const closed = refused.map(({ workspace }) => ({
        label: workspace,
        value: 'not allowed: Microsoft Sentinel Reader',
      }));
      return { ...told, facts: [...told.facts, ...closed] };
    },
  };
}

function isRefusal(outcome: PromiseSettledResult<unknown> | undefined): boolean {
  return (
    outcome?.status === 'rejected' &&
    outcome.reason instanceof FarSideError &&
    outcome.reason.reason === 'auth'
  );
}

function pathOf({ subscription, resourceGroup, workspace }: SentinelWorkspace): string {
  const [first, second, third] = [subscription, resourceGroup, workspace].map(encodeURIComponent);
  return (
    `/subscriptions/${first}/resourceGroups/${second}/providers/Microsoft.OperationalInsights/workspaces/${third}` +
    '/providers/Microsoft.SecurityInsights/threatIntelligence/main/queryIndicators?api-version=2025-09-01'
  );
}

const answer = z.object({ value: z.array(z.unknown()) });

/** The search is for words within all that an indicator says, so it finds others as well. */
function question(keyword: string) {
  return {
    keywords: [keyword],
    includeDisabled: false,
    pageSize: 100,
    sortBy: [{ itemKey: 'lastUpdatedTimeUtc', sortOrder: 'descending' }],
  };
}

function keywordsOf(subject: Subject): string[] {
  switch (subject.kind) {
    case 'ip':
      return [subject.address];
    case 'domain':
      return subject.name.includes('.') ? [subject.name.toLowerCase()] : [];
    case 'url': {
      const host = URL.parse(subject.url)?.hostname;
      return host ? [subject.url, host] : [];
    }
    case 'file':
      return subject.sha256 ? [subject.sha256] : [];
    case 'account':
    case 'machine':
    case 'resource':
    case 'mailbox':
    case 'path':
    case 'incident':
      return [];
  }
}

/** Whether it is this very one, however each of them is written. */
function names({ path, value }: Comparison, subject: Subject): boolean {
  switch (path) {
    case 'ipv4-addr:value':
    case 'ipv6-addr:value':
      return subject.kind === 'ip' && isSame(value, subject.address);
    case 'domain-name:value':
      if (subject.kind === 'domain') return isSame(value, subject.name);
      return subject.kind === 'url' && isSame(value, URL.parse(subject.url)?.hostname ?? '');
    case 'url:value':
      return subject.kind === 'url' && isSame(value, subject.url);
    case 'file:hashes.sha-256':
    case 'file:hashes.sha256':
      return subject.kind === 'file' && isSame(value, subject.sha256);
    default:
      return false;
  }
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [readIndicator(one), readIndicator(other)];
  return first !== undefined && second !== undefined && plain(first) === plain(second);
}

function plain(read: NonNullable<ReturnType<typeof readIndicator>>): string {
  switch (read.kind) {
    case 'ip':
      return read.ip.toString();
    case 'range':
      return read.range.join('/');
    case 'domain':
      return read.name;
    case 'url':
      return read.url;
    case 'sha256':
      return read.sha256;
  }
}
