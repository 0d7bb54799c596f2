import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGreyNoise } from '../../src/enrichers/greynoise.ts';
import { context, ip, keys, said, startAnswering, startWorld, type World } from './outside-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const enricher = (at = world.greynoise) =>
  createGreyNoise({ url: at, key: () => keys.greynoise, internal: [] });

describe('GreyNoise', () => {
  it('tells that an address scans everybody, with ill intent', async () => {
    const told = await enricher().enrich(ip('203.0.113.66'), context());
    expect(told.traits.map(({ chip }) => chip)).toEqual(['scans the internet']);
    expect(told.verdict).toEqual({ by: 'GreyNoise', level: 'malicious', says: 'attacks in its sensors' });
    expect(said(told)).toContain('Last seen: 2026-11-21T00:00:00.000Z');
  });

  it('tells a common service, which is harmless', async () => {
    const told = await enricher().enrich(ip('203.0.113.200'), context());
    expect(told.traits).toMatchObject([{ chip: 'common service', tone: 'good' }]);
    expect(told.verdict).toMatchObject({ level: 'harmless', says: 'Example Content Network' });
  });

  it('says of whom it has not seen that they scan nobody else', async () => {
    const told = await enricher().enrich(ip('192.0.2.147'), context());
    expect(said(told)).toEqual(['Scans the internet: not seen scanning in 90 days']);
    expect(told.verdict).toMatchObject({ level: 'unknown' });
  });

  it('is not asked about IPv6, which it does not know', () => {
    expect(enricher().concerns?.(ip('2001:4860:4860::8888'))).toBe(false);
    expect(enricher().concerns?.(ip('8.8.8.8'))).toBe(true);
  });

  it('does not take the page of somebody in between for "not seen"', async () => {
    using server = await startAnswering((_request, response) => {
      response.statusCode = 404;
      response.end('<html>');
    });
    await expect(enricher(server.url).enrich(ip('8.8.8.8'), context())).rejects.toMatchObject({
      reason: 'rejected',
    });
  });
});
