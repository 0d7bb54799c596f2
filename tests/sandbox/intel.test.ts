import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placesDatabase, sandboxPlaces } from '../../src/sandbox/intel/write-places.ts';
import { keys, startWorld, type World } from '../enrichers/outside-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function ask(address: string, headers: Record<string, string> = {}) {
  const answer = await fetch(address, { headers });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

describe("VirusTotal's stand-in", () => {
  const path = (rest: string) => `${world.virustotal}/api/v3/${rest}`;

  it('refuses who has no key, or another one, in its own words', async () => {
    expect(await ask(path('ip_addresses/8.8.8.8'))).toMatchObject({
      status: 401,
      body: { error: { code: 'AuthenticationRequiredError' } },
    });
    expect(await ask(path('ip_addresses/8.8.8.8'), { 'x-apikey': 'x' })).toMatchObject({
      status: 401,
      body: { error: { code: 'WrongCredentialsError' } },
    });
  });

  it('answers four calls a minute', async () => {
    const headers = { 'x-apikey': keys.virustotal };
    expect(await ask(path('ip_addresses/nobody'), headers)).toMatchObject({ status: 400 });
    expect(await ask(path('domains/quiet.example'), headers)).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFoundError' } },
    });
    expect(await ask(path('files/not-a-hash'), headers)).toMatchObject({ status: 400 });
    expect(await ask(path('urls/YQ=='), headers)).toMatchObject({ status: 400 });
    expect(await ask(path('ip_addresses/8.8.8.8'), headers)).toMatchObject({
      status: 429,
      body: { error: { code: 'QuotaExceededError' } },
    });
  });
});

describe("AbuseIPDB's stand-in", () => {
  const path = (query: string) => `${world.abuseipdb}/api/v2/check?${query}`;
  const headers = { key: keys.abuseipdb };

  it('refuses as it does', async () => {
    expect(await ask(path('ipAddress=8.8.8.8'))).toMatchObject({
      status: 401,
      body: { errors: [{ status: 401 }] },
    });
    expect(await ask(path('ipAddress=x'), headers)).toMatchObject({ status: 422 });
    expect(await ask(path('ipAddress=8.8.8.8&maxAgeInDays=900'), headers)).toMatchObject({ status: 422 });
  });

  it('gives nulls where it knows nothing', async () => {
    const { body } = await ask(path('ipAddress=8.8.8.8&maxAgeInDays=90'), headers);
    expect(body.data).toMatchObject({
      usageType: null,
      lastReportedAt: null,
      isWhitelisted: null,
      totalReports: 0,
    });
  });

  it('says when the day is over for who has used it up', async () => {
    const calls = Array.from({ length: 1_000 }, () => ask(path('ipAddress=8.8.8.8'), headers));
    const answers = await Promise.all(calls);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('86400');
    expect(refused?.body.errors[0].detail).toMatch(/^Daily rate limit/);
  });
});

describe("GreyNoise's stand-in", () => {
  const path = (ip: string) => `${world.greynoise}/v3/community/${ip}`;
  const headers = { key: keys.greynoise };

  it('refuses as it does', async () => {
    expect(await ask(path('8.8.8.8'))).toMatchObject({ status: 401 });
    expect(await ask(path('10.0.0.1'), headers)).toMatchObject({ status: 400 });
    expect(await ask(path('8.8.8.8'), headers)).toMatchObject({
      status: 404,
      body: { noise: false, riot: false },
    });
  });

  it('answers fifty calls a week', async () => {
    const calls = Array.from({ length: 51 }, () => ask(path('8.8.8.8'), headers));
    const answers = await Promise.all(calls);
    expect(answers.some(({ status, body }) => status === 429 && body.plan === 'community')).toBe(true);
  });
});

describe('the database of places', () => {
  it('is what its writer makes', () => {
    expect(fs.readFileSync('src/sandbox/intel/places.mmdb').equals(placesDatabase(sandboxPlaces))).toBe(true);
  });
});
