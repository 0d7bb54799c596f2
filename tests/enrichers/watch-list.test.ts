import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from '../../src/enrichers/watch-list/lines.ts';
import { createWatchLists, type WatchList } from '../../src/enrichers/watch-list.ts';
import type { Subject } from '../../src/incident/enrichment.ts';
import { context, domain, file, ip, now, said, url } from './outside-world.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-list-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

type Told = Parameters<Parameters<typeof createWatchLists>[0]['told']>[1];
let told: Told[] = [];
let failed: string[] = [];
beforeEach(() => {
  told = [];
  failed = [];
});

let files = 0;
function listOf(content: string | object, more: Partial<WatchList> = {}): WatchList {
  files += 1;
  const name = path.join(folder, `list-${files}`);
  fs.writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return { name: 'CERT', file: name, level: 'malicious', ...more };
}

function enricher(...lists: WatchList[]) {
  return createWatchLists({
    lists,
    told: (_list, read) => told.push(read),
    failed: (list, why) => failed.push(`${list.name}: ${why}`),
  });
}

const ask = (subject: Subject, ...lists: WatchList[]) => enricher(...lists).enrich(subject, context());
const isNamed = async (subject: Subject, ...lists: WatchList[]) =>
  (await ask(subject, ...lists)).verdict !== undefined;
/** It has been read, all of it. */
async function read(list: WatchList): Promise<Told> {
  await ask(ip('192.0.2.1'), list);
  const [first] = told;
  if (!first) throw new Error(`Nothing was read: ${failed.join()}`);
  return first;
}

describe('the sample list', () => {
  const list: WatchList = { name: 'Contoso CERT', file: 'examples/watch-list.csv', level: 'malicious' };

  it('is read without a fault', async () => {
    expect(await read(list)).toEqual({ indicators: 6, left: 0, broken: 0, faults: [], isCut: false });
  });

  it('names an address by its range, and says so', async () => {
    const found = await ask(ip('203.0.113.66'), list);
    expect(said(found)).toEqual([
      'Contoso CERT: Command and control of reverse shells as 203.0.113.64/28 (Contoso CERT)',
    ]);
    expect(found.verdict).toEqual({
      by: 'Watch list',
      level: 'malicious',
      says: 'Contoso CERT: Command and control of reverse shells',
    });
  });

  it.each([
    ['an address', ip('198.51.100.201'), true],
    ['its neighbour', ip('198.51.100.200'), false],
    ['a name below a domain', domain('SYNC.cdn-update.example.'), true],
    ['a name that only ends alike', domain('notcdn-update.example'), false],
    ['a URL', url('http://bargain.example/dropper#x'), true],
    ['another URL of the same host', url('http://bargain.example/other'), false],
    ['any URL of a host of the list', url('https://www.login-contoso.example/owa'), true],
    ['any URL of an address of the list', url('http://203.0.113.66:8080/'), true],
    ['a file', file('b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78'), true],
    ['a file without a hash', file(''), false],
    ['something that is no URL', url('::::'), false],
  ])('tells of %s whether it is named', async (_what, subject, named) => {
    expect(await isNamed(subject, list)).toBe(named);
  });
});

describe('a list as CSV', () => {
  it('is read as Excel writes it: with a mark at its beginning, semicolons and CRLF', async () => {
    const list = listOf('\ufeffIndicator;Description\r\n198.51.100.7;"Scans; a lot of ""ports"""\r\n\r\n');
    expect(said(await ask(ip('198.51.100.7'), list))).toEqual(['CERT: Scans; a lot of "ports"']);
    expect(told[0]).toMatchObject({ indicators: 1, broken: 0 });
  });

  it('may have nothing but indicators', async () => {
    const list = listOf(
      '198.51.100.7\n2001:DB8::7\n*.evil.example\nhxxps://evil[.]example/x\n198.51.100.64/26',
    );
    expect(await read(list)).toMatchObject({ indicators: 5, broken: 0 });
    expect(await isNamed(ip('2001:db8:0::7'), list)).toBe(true);
  });

  it('loses no line to a broken one, and names where they are', async () => {
    const lines = [
      'indicator,type,description',
      '198.51.100.1,ip,"nobody closes this',
      '198.51.100.2,ip,fine',
      'not an address,ip,',
      `${'x'.repeat(100_000)}`,
      '0.0.0.0/0,cidr,everybody',
      '198.51.100.1/33,cidr,',
      '010.0.0.1,ip,octal',
      'com,domain,',
      'evil.example,domain,fine',
      '1.2.3.4,md5,not looked for',
      '__proto__,constructor,',
      ',,',
    ];
    const list = listOf(lines.join('\n'));
    expect(await read(list)).toEqual({
      indicators: 2,
      left: 2,
      broken: 8,
      isCut: false,
      faults: [
        'line 2: has a quote that nobody closes',
        "line 4: 'not an address' is no address",
        'line 5: is too long',
        "line 6: '0.0.0.0/0' is no address",
        "line 7: '198.51.100.1/33' is no address",
      ],
    });
    expect(await isNamed(ip('198.51.100.2'), list)).toBe(true);
    expect(await isNamed(domain('evil.example'), list)).toBe(true);
  });

  it('may name harmless ones, such as partners', async () => {
    const partners = listOf('indicator,description\npartner.example,Our auditors\n', {
      name: 'Partners',
      level: 'harmless',
    });
    expect((await ask(domain('www.partner.example'), partners)).verdict).toMatchObject({ level: 'harmless' });
  });

  it('of two lists that name it, the worse decides', async () => {
    const mild = listOf('evil.example', { name: 'Mild', level: 'suspicious' });
    const hard = listOf('evil.example', { name: 'Hard' });
    expect((await ask(domain('evil.example'), mild, hard)).verdict).toEqual({
      by: 'Watch list',
      level: 'malicious',
      says: 'Mild, Hard',
    });
  });

  it('is read without harm whatever stands in it', async () => {
    const cell = fc.oneof(
      fc.string(),
      fc.constantFrom('ip', 'domain', 'url', '"', ';', '__proto__', '198.51.100.1', 'evil.example'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 20 }), async (rows) => {
        const good = '198.51.100.77,ip,the good line';
        // A quote within a line breaks no other.
        const lines = rows.map((cells) => cells.join(',').replaceAll(/[\r\n]/g, ' '));
        const list = listOf(['indicator,type,description', ...lines, good].join('\n'));
        expect(await isNamed(ip('198.51.100.77'), list)).toBe(true);
        fs.rmSync(list.file);
      }),
      { numRuns: 40 },
    );
  });

  it('comes in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 12 })),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const plain = lines.map((line) => line.replaceAll(/[\r\n]/g, ''));
          const whole = plain.map((line) => `${line}\r\n`).join('');
          async function* pieces() {
            for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size);
          }
          const found: (string | undefined)[] = [];
          for await (const line of linesOf(pieces(), 20)) found.push(line);
          expect(found).toEqual(plain);
        },
      ),
    );
  });
});

describe('a STIX bundle', () => {
  const indicator = (pattern: string, more = {}) => ({
    type: 'indicator',
    pattern,
    pattern_type: 'stix',
    ...more,
  });

  it('names what its simple patterns name', async () => {
    const list = listOf({
      type: 'bundle',
      id: 'bundle--1',
      objects: [
        indicator("[ipv4-addr:value = '198.51.100.0/28' OR domain-name:value = 'evil.example']", {
          name: 'Botnet',
        }),
        indicator(`[file:hashes.'SHA-256' = '${'AB'.repeat(32)}']`),
        indicator("[url:value = 'http://evil.example/a']", { revoked: true }),
        indicator("[file:name = 'x.exe' AND file:size = 1]"),
        indicator('rule x {}', { pattern_type: 'yara' }),
        { type: 'indicator' },
        { type: 'malware', name: 'x' },
        null,
        7,
      ],
    });
    expect(await read(list)).toEqual({
      indicators: 3,
      left: 3,
      broken: 1,
      isCut: false,
      faults: ['object 6: is an indicator without a pattern'],
    });
    expect(said(await ask(ip('198.51.100.9'), list))).toEqual(['CERT: Botnet as 198.51.100.0/28']);
    expect(await isNamed(file('ab'.repeat(32)), list)).toBe(true);
  });

  it('names nothing that no longer holds', async () => {
    const at = (valid_until: string) =>
      listOf({ type: 'bundle', objects: [indicator("[ipv4-addr:value = '198.51.100.9']", { valid_until })] });
    expect(await isNamed(ip('198.51.100.9'), at('2026-11-21T09:59:59Z'))).toBe(false);
    expect(await isNamed(ip('198.51.100.9'), at('2026-11-21T10:00:01Z'))).toBe(true);
    expect(await isNamed(ip('198.51.100.9'), at('when it suits'))).toBe(true);
  });
});

describe('an event of MISP', () => {
  const Attribute = [
    { type: 'ip-dst|port', value: '198.51.100.9|443', to_ids: true, comment: 'C2' },
    { type: 'domain|ip', value: 'evil.example|198.51.100.10', to_ids: '1' },
    { type: 'ip-src', value: '192.0.2.9', to_ids: false },
    { type: 'ip-src', value: '192.0.2.10', to_ids: true, deleted: true },
    { type: 'md5', value: 'x', to_ids: true },
    { type: 'url', value: 'not a url', to_ids: true },
    { type: 'toString', value: '192.0.2.11' },
    { value: 'x' },
  ];
  const inObject = [
    { Attribute: [{ type: 'filename|sha256', value: `x.exe|${'ab'.repeat(32)}`, to_ids: true }] },
  ];
  const event = { Event: { info: 'Campaign', Attribute, Object: inObject } };

  it.each([
    ['alone', event],
    ['as an answer to a search', { response: [event] }],
    ['in a list', [event]],
    ['without its event', { response: { Attribute: [...Attribute, ...(inObject[0]?.Attribute ?? [])] } }],
  ])('is read %s', async (_how, content) => {
    const list = listOf(content);
    expect(await read(list)).toMatchObject({ indicators: 4, left: 4, broken: 2 });
    expect(await isNamed(ip('198.51.100.9'), list)).toBe(true);
    expect(await isNamed(ip('198.51.100.10'), list)).toBe(true);
    expect(await isNamed(ip('192.0.2.9'), list)).toBe(false);
    expect(await isNamed(file('ab'.repeat(32)), list)).toBe(true);
  });

  it('tells its comment, or else its own title', async () => {
    const list = listOf(event);
    expect(said(await ask(ip('198.51.100.9'), list))).toEqual(['CERT: C2 (Campaign)']);
    expect(said(await ask(domain('evil.example'), list))).toEqual(['CERT: Campaign']);
  });
});

describe('a list that cannot be read', () => {
  it.each([
    [
      'is not there',
      { name: 'Gone', file: path.join(folder, 'gone'), level: 'malicious' } as const,
      'ENOENT',
    ],
    ['is half there', listOf('{"type":"bundle","objects":['), 'none, or not all of it'],
    ['is JSON of something else', listOf('{"type":"report"}'), 'neither a STIX 2.1 bundle nor'],
    ['is a deep nothing', listOf('['.repeat(200_000)), 'none, or not all of it'],
    ['is deeply nested', listOf(`${'['.repeat(50_000)}${']'.repeat(50_000)}`), 'neither'],
    ['claims another prototype', listOf('{"__proto__":{"type":"bundle","objects":[]}}'), 'neither'],
  ])('because it %s is an outage and no answer', async (_why, list, why) => {
    await expect(ask(ip('198.51.100.1'), list)).rejects.toMatchObject({
      side: 'intel',
      reason: 'unavailable',
    });
    expect(failed.join()).toContain(why);
  });

  it('is told of beside what the others say', async () => {
    const gone: WatchList = { name: 'Gone', file: path.join(folder, 'gone'), level: 'malicious' };
    expect(said(await ask(ip('198.51.100.1'), listOf('198.51.100.1'), gone))).toEqual([
      'CERT: named',
      'Gone: cannot be read',
    ]);
  });

  it('still answers with what stood in it before', async () => {
    const list = listOf('198.51.100.1');
    const one = enricher(list);
    const at = (seconds: number, address: string) =>
      one
        .enrich(ip(address), { ...context(), now: new Date(now.getTime() + seconds * 1000) })
        .then(({ verdict }) => verdict !== undefined);
    expect(await at(0, '198.51.100.1')).toBe(true);
    fs.writeFileSync(list.file, '{"half":');
    expect(await at(60, '198.51.100.1')).toBe(true);
    await expect.poll(() => failed).toHaveLength(1);
    fs.writeFileSync(list.file, '198.51.100.22');
    await at(120, '198.51.100.1');
    await expect.poll(() => at(121, '198.51.100.22')).toBe(true);
    expect(await at(121, '198.51.100.1')).toBe(false);
    expect(told).toHaveLength(2);
  });
});
