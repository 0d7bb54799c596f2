import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRest } from '../../src/azure/rest.ts';
import {
  createSentinelIntelligence,
  type SentinelWorkspace,
} from '../../src/enrichers/sentinel-intelligence.ts';
import { readPattern } from '../../src/enrichers/stix-pattern.ts';
import { createAzure } from '../../src/sandbox/azure/azure.ts';
import { sentinel } from '../../src/sandbox/azure/estate.ts';
import { indicatorRoutes } from '../../src/sandbox/azure/indicator-routes.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { type Arm, startArm } from './arm.ts';
import { context, domain, file, ip, now, said, startAnswering, url } from './outside-world.ts';

let arm: Arm;
const faults = new Faults(() => {});
beforeAll(async () => {
  arm = await startArm((entra) =>
    createAzure({ entra, faults, changed: () => {}, routes: indicatorRoutes(() => now) }),
  );
});
afterAll(() => arm.stop());

const scope = 'https://management.azure.com/.default';
const rest = (endpoint = arm.endpoint) => createRest({ endpoint, scope, credential: arm.credential });
const enricher = (workspaces: SentinelWorkspace[] = [sentinel], endpoint = arm.endpoint) =>
  createSentinelIntelligence({ rest: rest(endpoint), workspaces });

describe("Sentinel's threat intelligence", () => {
  it('tells what an address is known for, by whom and until when', async () => {
    const told = await enricher().enrich(ip('198.51.100.201'), context());
    expect(told.verdict).toEqual({
      by: 'Sentinel',
      level: 'malicious',
      says: 'malicious-activity, of Contoso CERT',
    });
    expect(said(told)).toEqual([
      'Indicator: Tor exit used against backups',
      'Threat: malicious-activity, anonymization',
      'Confidence: 90 of 100',
      'Source: Contoso CERT',
      'Valid until: 2027-01-20T10:00:00.000Z',
      'Kill chain: command-and-control, impact',
      'Labels: tor-exit',
      'Description: Seen in three companies before their backups were deleted.',
      'Updated: 2026-11-12T06:30:00.000Z',
    ]);
  });

  it('does not take a neighbour for the address that was asked about', async () => {
    // The search for it finds 198.51.100.20 and 198.51.100.201.
    const told = await enricher().enrich(ip('198.51.100.2'), context());
    expect(told).toEqual({ facts: [], traits: [] });
  });

  it('accuses nobody by an indicator that no longer holds, but tells of it', async () => {
    const told = await enricher().enrich(ip('203.0.113.66'), context());
    expect(told.verdict).toBeUndefined();
    expect(said(told)[0]).toBe('Was an indicator: Server of a botnet of last year: malicious-activity');
  });

  it('knows domains, URLs and files, however they are written', async () => {
    const level = async (subject: Parameters<ReturnType<typeof enricher>['enrich']>[0]) =>
      (await enricher().enrich(subject, context())).verdict?.level;
    expect(await level(domain('POOL.coin-dig.example'))).toBe('malicious');
    expect(await level(url('http://bargain.example/dropper'))).toBe('malicious');
    expect(await level(url('HTTP://Bargain.example/dropper#top'))).toBe('malicious');
    expect(await level(url('http://bargain.example/dropper/2'))).toBeUndefined();
    expect(await level(url('https://login-contoso.example/owa?x=1'))).toBe('malicious');
    // Sixty of a hundred is a suspicion.
    const sha256 = 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78';
    expect(await level(file(sha256))).toBe('suspicious');
  });

  it('answers from one workspace where another is closed to us', async () => {
    const other = { ...sentinel, workspace: 'closed' };
    using both = await startAnswering((request, response) => {
      if (request.url?.includes('/closed/')) {
        response.statusCode = 403;
        response.end('{"error":{"code":"AuthorizationFailed","message":"no"}}');
      } else response.end('{"value":[]}');
    });
    const told = await enricher([sentinel, other], both.url).enrich(ip('198.51.100.201'), context());
    expect(said(told)).toEqual(['closed: not allowed: Microsoft Sentinel Reader']);
    const closed = enricher([other], both.url).enrich(ip('198.51.100.201'), context());
    await expect(closed).rejects.toMatchObject({ reason: 'auth' });
  });

  it('is tried again where Azure asks to wait', async () => {
    faults.set('azure', { kind: 'throttled', ms: 20_000 });
    const asked = enricher().enrich(ip('198.51.100.201'), context());
    await expect(asked).rejects.toMatchObject({ reason: 'rate-limited', retryAfter: 20_000 });
    faults.set('azure', { kind: 'none' });
  });

  it.each([['{"value":null}'], ['[]'], ['"value"']])('takes %s for an outage', async (body) => {
    using odd = await startAnswering((_request, response) => response.end(body));
    const asked = enricher([sentinel], odd.url).enrich(ip('198.51.100.201'), context());
    await expect(asked).rejects.toMatchObject({ side: 'azure', reason: 'unavailable' });
  });

  it('leaves out of an answer what is no indicator', async () => {
    const pattern = "[ipv4-addr:value = '198.51.100.201']";
    const value = [
      null,
      {},
      { properties: { pattern: 7 } },
      { properties: { pattern: `${pattern} AND [url:value = 'x']`, confidence: 99 } },
      {
        properties: {
          pattern,
          confidence: 'high',
          threatTypes: 'x',
          validUntil: 'never',
          killChainPhases: [null],
        },
      },
    ];
    using odd = await startAnswering((_request, response) => response.end(JSON.stringify({ value })));
    const told = await enricher([sentinel], odd.url).enrich(ip('198.51.100.201'), context());
    expect(told).toEqual({
      facts: [],
      traits: [],
      verdict: { by: 'Sentinel', level: 'suspicious', says: '' },
    });
  });
});

describe('the search of indicators in the sandbox', () => {
  const path = `/subscriptions/${sentinel.subscription}/resourceGroups/${sentinel.resourceGroup}/providers/Microsoft.OperationalInsights/workspaces/${sentinel.workspace}/providers/Microsoft.SecurityInsights/threatIntelligence/main/queryIndicators`;

  it('refuses versions and words that the vendor does not know', async () => {
    await expect(rest().post(`${path}?api-version=2019-01-01`, {})).rejects.toMatchObject({
      reason: 'rejected',
    });
    const asked = rest().post(`${path}?api-version=2025-09-01`, { keyword: 'x' });
    await expect(asked).rejects.toMatchObject({ reason: 'rejected' });
  });

  it('gives pages of the size that was asked for', async () => {
    const answer = await rest().post(`${path}?api-version=2025-09-01`, { pageSize: 2 });
    expect(answer).toMatchObject({ value: [{ kind: 'indicator' }, { kind: 'indicator' }] });
    expect(JSON.stringify(answer)).toContain('skipToken');
  });
});

describe('a STIX pattern', () => {
  it.each([
    ["[ipv4-addr:value = '198.51.100.1']", [['ipv4-addr:value', '198.51.100.1']]],
    [
      "[ipv4-addr:value='198.51.100.1' OR domain-name:value = 'evil.example']",
      [
        ['ipv4-addr:value', '198.51.100.1'],
        ['domain-name:value', 'evil.example'],
      ],
    ],
    [
      "[url:value = 'http://evil.example/it\\'s'] OR [file:hashes.'SHA-256' = 'AB']",
      [
        ['url:value', "http://evil.example/it's"],
        ['file:hashes.sha-256', 'AB'],
      ],
    ],
    ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", [['ipv4-addr:value', '198.51.100.0/24']]],
  ])('%s names what it compares', (pattern, read) => {
    expect(readPattern(pattern)?.map(({ path, value }) => [path, value])).toEqual(read);
  });

  it.each([
    "[ipv4-addr:value = '198.51.100.1' AND url:value = 'x']",
    "[url:value LIKE 'http%']",
    "[url:value != 'x']",
    "[NOT url:value = 'x']",
    "[ipv4-addr:value = '198.51.100.1'] FOLLOWEDBY [url:value = 'x']",
    "[ipv4-addr:value = '198.51.100.1'",
    "[ipv4-addr:value = '198.51.100.1' OR]",
    "ipv4-addr:value = '198.51.100.1'",
    "[ipv4-addr:value = '198.51.100.1']]",
    '',
    `[url:value = '${'x'.repeat(20_000)}']`,
    '[[[[',
  ])('%s means more than we look for', (pattern) => {
    expect(readPattern(pattern)).toBeUndefined();
  });
});
