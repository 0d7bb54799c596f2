import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type AddressOptions, createAddress } from '../../src/enrichers/address.ts';
import { kindOf, readIp, readRange, within } from '../../src/enrichers/ip.ts';
import { Ranges } from '../../src/enrichers/ranges.ts';
import { context, domain, ip, now, said } from './outside-world.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'address-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const write = (name: string, content: string | object) => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const failures: string[] = [];
const enricher = (options: Partial<AddressOptions> = {}) =>
  createAddress({
    networks: [],
    cloudRanges: [],
    places: [],
    failed: (_path, why) => failures.push(why),
    ...options,
  });
const ask = (address: string, options: Partial<AddressOptions> = {}) =>
  enricher(options).enrich(ip(address), context());

const networks = [
  { name: 'Office Frankfurt', range: '203.0.113.0/28', trusted: true },
  { name: 'Guests', range: '203.0.113.8/29', trusted: false },
];
const places = ['src/sandbox/intel/places.mmdb'];

describe('an address', () => {
  it('of an office is told by the name of the narrowest network', async () => {
    const told = await ask('203.0.113.2', { networks, places });
    expect(told.traits).toEqual([
      { chip: 'Office Frankfurt', says: 'is in our network Office Frankfurt', tone: 'good', isOurName: true },
    ]);
    expect((await ask('203.0.113.9', { networks })).traits).toMatchObject([
      { chip: 'Guests', tone: 'neutral' },
    ]);
    expect(said(await ask('203.0.113.9', { networks }))[0]).toBe(
      'Our network: Guests (203.0.113.8/29); Office Frankfurt (203.0.113.0/28, trusted)',
    );
  });

  it('has a place and a network by the database', async () => {
    const told = await ask('198.51.100.23', { places });
    expect(said(told)).toContain('Place: Recife, Brazil');
    expect(said(told)).toContain('Network: AS64501 Capibaribe Telecom');
    expect(told.traits).toMatchObject([{ chip: 'Recife, BR' }]);
    expect((await ask('8.8.8.8', { places })).facts).toEqual([]);
    // A database of IPv4 has a wrong answer to it.
    expect((await ask('2001:4860:4860::8888', { places })).facts).toEqual([]);
  });

  it.each([
    ['10.20.4.11', 'Kind: private (RFC 1918, RFC 4193)'],
    ['fd00::1', 'Kind: private (RFC 1918, RFC 4193)'],
    ['100.64.1.1', 'Kind: shared by customers of a provider (RFC 6598)'],
    ['127.0.0.1', 'Kind: loopback'],
    ['169.254.169.254', 'Kind: link-local (RFC 3927, RFC 4291)'],
    ['224.0.0.1', 'Kind: multicast'],
    ['203.0.113.66', 'Kind: for examples (RFC 5737, RFC 3849)'],
    ['168.63.129.16', 'Kind: of Azure itself: DNS, DHCP, health probes'],
    ['240.0.0.1', 'Kind: reserved'],
    ['2002:a00:1::', 'Kind: IPv4 translated to IPv6'],
  ])('%s tells what it is by itself', async (address, fact) => {
    expect(said(await ask(address))).toEqual([fact]);
  });

  it('that is none concerns nobody', async () => {
    for (const text of [
      '',
      'vm-1',
      '1.2.3',
      '010.0.0.1',
      '0x7f.1',
      'fe80::1%eth0',
      '1.2.3.4/8',
      `${'1'.repeat(999)}`,
    ]) {
      expect(enricher().concerns?.(ip(text))).toBe(false);
      expect(await ask(text)).toEqual({ facts: [], traits: [] });
    }
    expect(enricher().concerns?.(domain('evil.example'))).toBe(false);
  });
});

describe('the address of a cloud', () => {
  const azure = 'src/sandbox/intel/azure-service-tags.json';
  const aws = write('ip-ranges.json', {
    syncToken: '1',
    prefixes: [
      { ip_prefix: '3.5.140.0/22', region: 'ap-northeast-2', service: 'AMAZON', network_border_group: 'x' },
      { ip_prefix: '3.5.140.0/22', region: 'ap-northeast-2', service: 'S3', network_border_group: 'x' },
      { ip_prefix: 'nonsense', region: 'x', service: 'EC2' },
    ],
    ipv6_prefixes: [{ ipv6_prefix: '2600:1f14::/35', region: 'us-west-2', service: 'EC2' }],
  });
  const google = write('cloud.json', {
    prefixes: [
      { ipv4Prefix: '34.80.0.0/15', service: 'Google Cloud', scope: 'asia-east1' },
      { ipv6Prefix: '2600:1900::/35', service: 'Google Cloud', scope: 'us-west1' },
    ],
  });
  const cloudRanges = [azure, aws, google];

  it.each([
    ['203.0.113.80', 'Cloud: Azure, AzureApiManagement, westeurope; Azure, westeurope', 'Azure'],
    ['3.5.141.7', 'Cloud: AWS, S3, ap-northeast-2; AWS, ap-northeast-2', 'AWS'],
    ['2600:1f14::1', 'Cloud: AWS, EC2, us-west-2', 'AWS'],
    ['34.81.2.3', 'Cloud: Google Cloud, asia-east1', 'Google Cloud'],
    ['2600:1900::9', 'Cloud: Google Cloud, us-west1', 'Google Cloud'],
  ])('%s is told with its service and region', async (address, fact, chip) => {
    const told = await ask(address, { cloudRanges });
    expect(said(told)).toContain(fact);
    expect(told.traits).toMatchObject([{ chip }]);
  });

  it('is told although other files cannot be read, and says which', async () => {
    failures.length = 0;
    const broken = [
      write('half.json', '{"prefixes": ['),
      write('other.json', { values: 7 }),
      path.join(folder, 'not-there.json'),
    ];
    const told = await ask('34.81.2.3', {
      cloudRanges: [...broken, google],
      places: [write('x.mmdb', 'nonsense')],
    });
    expect(said(told)).toEqual(['Cloud: Google Cloud, asia-east1']);
    expect(failures).toHaveLength(4);
    expect(failures.join()).toContain('It is no JSON, or not all of it.');
  });

  it('is read again when the file has changed, and looked at no oftener than each minute', async () => {
    const file = write('changing.json', { prefixes: [{ ipv4Prefix: '34.80.0.0/15', scope: 'before' }] });
    const one = enricher({ cloudRanges: [file] });
    const at = async (seconds: number) =>
      said(
        await one.enrich(ip('34.80.0.1'), { ...context(), now: new Date(now.getTime() + seconds * 1000) }),
      );
    expect(await at(0)).toEqual(['Cloud: Google Cloud, before']);
    write('changing.json', { prefixes: [{ ipv4Prefix: '34.80.0.0/15', scope: 'after all' }] });
    expect(await at(59)).toEqual(['Cloud: Google Cloud, before']);
    await at(60);
    await expect.poll(() => at(61)).toEqual(['Cloud: Google Cloud, after all']);
    write('changing.json', '{');
    await at(121);
    await expect.poll(() => failures.at(-1)).toContain('no JSON');
    expect(await at(122)).toEqual(['Cloud: Google Cloud, after all']);
  });
});

describe('ranges', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const ipv4 = fc.tuple(octet, octet, octet, octet).map((four) => four.join('.'));

  it('hold exactly the addresses that are within', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })), { maxLength: 20 }),
        ipv4,
        (all, asked) => {
          const ranges = new Ranges<string>();
          const address = readIp(asked);
          if (!address) throw new Error(`${asked} is an address.`);
          const expected: string[] = [];
          for (const [first, bits] of all) {
            const text = `${first}/${bits}`;
            const range = readRange(text);
            if (!range) throw new Error(`${text} is a range.`);
            ranges.add(range, text);
            if (within(address, range)) expected.push(text);
          }
          const found = ranges.find(address);
          expect(found.toSorted()).toEqual(expected.toSorted());
          const lengths = found.map((text) => Number(text.split('/')[1]));
          expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
        },
      ),
    );
  });

  it('and addresses are read from any text without harm', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6(), fc.webUrl()), (text) => {
        const read = readIp(text);
        if (read) expect(readIp(read.toString())?.toString()).toBe(read.toString());
        if (read) kindOf(read);
        readRange(text);
      }),
    );
  });
});
