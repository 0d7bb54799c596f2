import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createVirusTotal } from '../../src/enrichers/virustotal.ts';
import {
  context,
  domain,
  file,
  ip,
  keys,
  said,
  startAnswering,
  startWorld,
  url,
  type World,
} from './outside-world.ts';

let world: World;
const worlds: World[] = [];
// Each test has its own minute of four calls.
beforeEach(async () => {
  world = await startWorld();
  worlds.push(world);
});
afterAll(() => {
  for (const one of worlds) one.stop();
});

const internal = ['contoso.com', '203.0.113.0/28'];
const enricher = (key = keys.virustotal, at = world.virustotal) =>
  createVirusTotal({ url: at, key: () => key, internal });

describe('VirusTotal', () => {
  it('tells how many engines flag an address, and whose it is', async () => {
    const told = await enricher().enrich(ip('198.51.100.201'), context());
    expect(told.verdict).toEqual({ by: 'VirusTotal', level: 'malicious', says: '15 of 94 engines' });
    expect(said(told)).toContain('Network: AS64503 Someș Hosting SRL');
    expect(told.link?.url).toBe('https://www.virustotal.com/gui/ip-address/198.51.100.201');
    expect(world.asked()).toEqual(['/intel/virustotal/api/v3/ip_addresses/198.51.100.201']);
  });

  it('does not take one engine of ninety for a warning, nor silence for a clean bill', async () => {
    const one = await enricher().enrich(ip('203.0.113.200'), context());
    expect(one.verdict).toMatchObject({ level: 'unknown', says: '1 of 94 engines' });
    const none = await enricher().enrich(ip('8.8.8.8'), context());
    expect(none.verdict).toMatchObject({ level: 'unknown', says: '0 of 94 engines' });
  });

  it('says that a domain was registered three days ago', async () => {
    const told = await enricher().enrich(domain('Login-Contoso.example'), context());
    expect(told.traits).toEqual([
      { chip: 'registered 3 days ago', says: 'was registered 3 days ago', tone: 'warning' },
    ]);
    expect(said(told)).toContain('Registered: 2026-11-18T10:00:00.000Z');
    expect(told.verdict?.level).toBe('malicious');
  });

  it('finds nothing telling in the age of an old domain', async () => {
    expect((await enricher().enrich(domain('pool.coin-dig.example'), context())).traits).toEqual([]);
  });

  it('names the threat in a file', async () => {
    const sha256 = 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78';
    const told = await enricher().enrich(file(sha256), context());
    expect(said(told).slice(0, 2)).toEqual(['Flagged by: 23 of 94 engines', 'Threat: phishing.html/voucher']);
  });

  it('asks for a URL by its base64 without padding', async () => {
    const told = await enricher().enrich(url('https://evil.example/login#victim'), context());
    const id = Buffer.from('https://evil.example/login').toString('base64url');
    expect(world.asked()).toEqual([`/intel/virustotal/api/v3/urls/${id}`]);
    expect(said(told)).toContain('Page title: Sign in to your account');
  });

  it('asks for the host alone where a URL holds something of ours', async () => {
    const lure = 'https://login.contoso.com@evil.example/%2e%2e/?next=https://portal.azure.com';
    const told = await enricher().enrich(url(lure), context());
    expect(world.asked()).toEqual(['/intel/virustotal/api/v3/domains/evil.example']);
    expect(said(told)[0]).toBe('Asked about: evil.example alone; the URL may hold something of ours');
    expect(told.verdict?.level).toBe('malicious');
  });

  it('knows nothing of what nobody has shown it', async () => {
    expect(await enricher().enrich(domain('quiet.example'), context())).toEqual({ facts: [], traits: [] });
  });

  it('says that its quota is used up', async () => {
    for (let calls = 0; calls < 4; calls++) await enricher().enrich(ip('8.8.8.8'), context());
    await expect(enricher().enrich(ip('8.8.8.8'), context())).rejects.toMatchObject({
      side: 'intel',
      reason: 'rate-limited',
    });
  });

  it.each(['', 'another-key', 'line\nbreak'])(
    'keeps the key %j out of what it says when refused',
    async (key) => {
      const failure: Error = await enricher(key)
        .enrich(ip('198.51.100.201'), context())
        .then(
          () => new Error('was not refused'),
          (error) => error,
        );
      expect(failure).toMatchObject({ side: 'intel' });
      const all = `${failure.message} ${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`;
      if (key) expect(all).not.toContain(key);
      expect(all).not.toContain(keys.virustotal);
    },
  );
});

describe('what VirusTotal is never told', () => {
  it.each([
    ['a private address', ip('10.20.4.11')],
    ['an address shared by a provider', ip('100.64.1.1')],
    ["Azure's own address", ip('168.63.129.16')],
    ['the metadata of a machine', ip('169.254.169.254')],
    ['an IPv6 address of the office', ip('fd00::1')],
    ['a private address in IPv6', ip('::ffff:10.0.0.1')],
    ['a private address behind a gateway', ip('64:ff9b::a00:1')],
    ['an address in octal', ip('0177.0.0.1')],
    ['our own range', ip('203.0.113.9')],
    ['no address at all', ip('../../users/me')],
    ['our domain', domain('vault.contoso.com')],
    ['our domain in capitals, with a dot at its end', domain('CONTOSO.COM.')],
    ['a name without a domain', domain('vm-pay-web-01')],
    ['a name of a virtual network', domain('vm-1.x1y2.bx.internal.cloudapp.net')],
    ['a private endpoint', domain('st.privatelink.blob.core.windows.net')],
    ['a local name', domain('printer.local')],
    ['a path', domain('..')],
    ['another path', domain('a/../b.example')],
    ['a URL of ours', url('https://app.contoso.com/admin?x=1')],
    ['a URL of a machine within', url('http://10.0.0.4/')],
    ['a URL of no web', url('ldap://evil.example/a')],
    ['a file by its name', file('')],
    ['a file by another hash', file('d41d8cd98f00b204e9800998ecf8427e')],
    ['an account', { kind: 'account', name: 'nina', upn: 'nina.berg@contoso.com', oid: '' } as const],
  ])('is %s', async (_what, subject) => {
    expect(enricher().concerns?.(subject)).toBe(false);
    expect(await enricher().enrich(subject, context())).toEqual({ facts: [], traits: [] });
    expect(world.asked()).toEqual([]);
  });

  it.each([
    'https://st.blob.core.windows.net/x?sv=2024&sig=abc',
    'https://evil.example/reset?token=abc',
    'https://nina:word@evil.example/',
    'https://evil.example/?to=nina.berg%40contoso.com',
    'https://evil.example/?to=nina.berg%2540CONTOSO.com',
    `https://evil.example/p/${Buffer.from('nina.berg@contoso.com').toString('base64')}`,
    `https://evil.example/?${'a'.repeat(3_000)}`,
    'https://hooks.slack.example/services/T01ABCDEF/B02ABCDEF/xYzAbCdEfGhIjKlMnOpQrStU',
    'https://evil.example/reset/0f8fad5b-d9cb-469f-a165-70867728950e',
    'https://evil.example/invite/Zm9vL-2Jhcg_x7Yk2LmQ',
    'https://evil.example/webhookb2/0f8fad5b%2Dd9cb@72f988bf/IncomingWebhook',
    'https://evil.example/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe',
    'https://evil.example/u?id=8f14e45fceea167a5a36dedd4bea2543',
    'https://evil.example/u?8f14e45fceea167a5a36dedd4bea2543',
    'https://8f14e45fceea167a5a36dedd4bea2543@evil.example/',
  ])('is a URL that holds a key or one of us: %s', async (address) => {
    await enricher().enrich(url(address), context());
    expect(world.asked().every((path) => path.includes('/domains/'))).toBe(true);
  });
});

describe('a link', () => {
  it.each([
    'https://evil.example/wp-content/plugins/update-2024/index.php',
    'https://evil.example/how-to-reset-your-password-in-three-steps.html?lang=en',
    'https://evil.example/files/invoice_2026-11-21.pdf',
  ])('of words is asked about whole: %s', async (address) => {
    await enricher().enrich(url(address), context());
    expect(world.asked()).toEqual([
      `/intel/virustotal/api/v3/urls/${Buffer.from(address).toString('base64url')}`,
    ]);
  });

  it.each([[[]], [['203.0.113.0/28']]])(
    'is asked about by its host alone where nobody said which domains are ours: %j',
    async (internal) => {
      const unaware = createVirusTotal({ url: world.virustotal, key: () => keys.virustotal, internal });
      const told = await unaware.enrich(url('https://evil.example/login'), context());
      expect(world.asked()).toEqual(['/intel/virustotal/api/v3/domains/evil.example']);
      expect(said(told)[0]).toBe('Asked about: evil.example alone; the URL may hold something of ours');
    },
  );
});

describe('an odd answer', () => {
  const answered = async (status: number, body: string, headers = {}) => {
    using server = await startAnswering((_request, response) => {
      // Restify's writeHead gives nothing back.
      response.writeHead(status, headers);
      response.end(body);
    });
    return await enricher('key', server.url).enrich(ip('198.51.100.201'), context());
  };

  it.each([
    ['an outage', 503, '', 'unavailable'],
    ['the page of somebody in between', 200, '<html>', 'unavailable'],
    ['half an answer', 200, '{"data":', 'unavailable'],
    ['an answer of something else', 200, '{"ok":true}', 'unavailable'],
    ['null', 200, 'null', 'unavailable'],
    ['no page of theirs, and not for what nobody knows,', 404, '<html>not here</html>', 'rejected'],
    ['a refusal', 403, '{"error":{"code":"ForbiddenError"}}', 'auth'],
    ['a bad request', 400, '{"error":{"code":"BadRequestError"}}', 'rejected'],
    ['a redirect', 302, '', 'rejected'],
  ])('is taken for %s', async (_what, status, body, reason) => {
    const headers = status === 302 ? { location: 'https://evil.example/' } : {};
    await expect(answered(status, body, headers)).rejects.toMatchObject({ side: 'intel', reason });
  });

  it('is not read where it is over a megabyte', async () => {
    await expect(answered(200, `{"data":"${'x'.repeat(2 * 1024 * 1024)}"}`)).rejects.toMatchObject({
      reason: 'rejected',
    });
  });

  it('tells how long to wait', async () => {
    const told = answered(429, '{}', { 'retry-after': '120' });
    await expect(told).rejects.toMatchObject({ reason: 'rate-limited', retryAfter: 120_000 });
  });

  it('ends when nobody waits for it any more', async () => {
    using server = await startAnswering(() => {});
    const asked = enricher('key', server.url).enrich(ip('198.51.100.201'), context(50));
    await expect(asked).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('is read as far as it goes where fields are missing or of another kind', async () => {
    const attributes = {
      last_analysis_stats: { malicious: '12', suspicious: null, harmless: -3 },
      tags: [1, null, '<!channel>', 'x'.repeat(900)],
      as_owner: { name: 'x' },
      creation_date: 1e300,
      popular_threat_classification: null,
      __proto__: { country: 'XX' },
    };
    const told = await answered(200, JSON.stringify({ data: { attributes } }));
    expect(told.verdict).toEqual({ by: 'VirusTotal', level: 'unknown', says: 'not looked at yet' });
    expect(said(told)).toEqual([`Tags: <!channel>, ${'x'.repeat(39)}…`]);
  });
});
