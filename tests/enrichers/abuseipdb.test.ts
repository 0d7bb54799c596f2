import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAbuseIpDb } from '../../src/enrichers/abuseipdb.ts';
import {
  context,
  domain,
  ip,
  keys,
  said,
  startAnswering,
  startWorld,
  url,
  type World,
} from './outside-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const enricher = (at = world.abuseipdb, key = keys.abuseipdb) =>
  createAbuseIpDb({ url: at, key: () => key, internal: ['203.0.113.0/28'] });

describe('AbuseIPDB', () => {
  it('tells that an address is an exit of Tor, and how often it was reported', async () => {
    const told = await enricher().enrich(ip('198.51.100.201'), context());
    expect(told.traits.map(({ chip }) => chip)).toEqual(['Tor exit']);
    expect(told.verdict).toEqual({ by: 'AbuseIPDB', level: 'malicious', says: '100 %, 1,482 reports' });
    expect(said(told)).toContain('Reports: 1,482 in 90 days, by 341 of its users');
    expect(said(told)).toContain('Last reported: 2026-11-21T09:00:00.000Z');
  });

  it('takes a few reports for a suspicion and none for nothing at all', async () => {
    const few = await enricher().enrich(ip('192.0.2.147'), context());
    expect(few.verdict).toMatchObject({ level: 'suspicious', says: '31 %, 6 reports' });
    expect(few.traits.map(({ chip }) => chip)).toEqual(['data centre']);
    const none = await enricher().enrich(ip('2001:4860:4860::8888'), context());
    expect(none.verdict).toMatchObject({ level: 'unknown', says: 'no reports' });
    expect(said(none)).toEqual(['Reports: none in 90 days', 'Abuse confidence: 0 %']);
  });

  it('is asked about addresses alone, and about none of ours', async () => {
    world.asked();
    for (const subject of [
      ip('203.0.113.9'),
      ip('10.0.0.4'),
      domain('evil.example'),
      url('http://192.0.2.147/'),
    ]) {
      expect(enricher().concerns?.(subject)).toBe(false);
      expect(await enricher().enrich(subject, context())).toEqual({ facts: [], traits: [] });
    }
    expect(world.asked()).toEqual([]);
  });

  it('says that it does not take our key', async () => {
    const asked = enricher(world.abuseipdb, 'another').enrich(ip('8.8.8.8'), context());
    await expect(asked).rejects.toMatchObject({ side: 'intel', reason: 'auth', isOurs: true });
  });

  it('keeps harmless what its makers know as harmless, whoever reports it', async () => {
    const data = {
      isWhitelisted: true,
      abuseConfidenceScore: 80,
      totalReports: 12,
      usageType: null,
      isTor: 'no',
    };
    using server = await startAnswering((_request, response) => response.end(JSON.stringify({ data })));
    const told = await enricher(server.url).enrich(ip('8.8.8.8'), context());
    expect(told.verdict).toMatchObject({ level: 'harmless' });
    expect(told.traits).toEqual([]);
  });
});
