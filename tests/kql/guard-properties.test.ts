import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../src/kql/judge.ts';
import { kindOf, nodesOf, parse, tablesOf } from '../../src/kql/kusto.ts';
import { closed, typed, workspace } from './workspace.ts';

const known = tablesOf(workspace.tables);
const unknown = tablesOf([]);

/** Parts of queries, good and bad, in any order. */
const pieces = [
  ...[
    'SigninLogs',
    'EmailEvents',
    "['EmailEvents']",
    'Operation',
    'OfficeActivity',
    'Firewall_CL',
    'Everything',
    'imDns()',
  ],
  ...[
    ' | ',
    ';',
    ',',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '\n',
    ' ',
    '//',
    '"',
    "'",
    '@"',
    '```',
    '\\',
    '*',
    '.',
    '=',
    '==',
  ],
  ...[
    'where ',
    'union ',
    'join ',
    'project ',
    'extend ',
    'let x = ',
    'let f = (T:(*)) ',
    'in ',
    'on ',
    'by ',
    'as x',
    'take 5',
  ],
  ...[
    'table("EmailEvents")',
    'toscalar(',
    'materialize(',
    'search "x"',
    'find ',
    'evaluate ',
    'invoke f()',
    'x',
    'f()',
    'count',
  ],
  ...[
    'UserId',
    'Subject',
    'a',
    '1',
    '.show ',
    'render timechart',
    'externaldata(a:string)["x"]',
    'workspace("x")',
    'é',
    '\u200b',
  ],
];
const whole = [
  'SigninLogs | where UserId in ((OfficeActivity | project UserId)) | summarize count() by UserId | render timechart',
  'let f = (T:(*)) { T | where UserId == "x" }; union f(SigninLogs), (OfficeActivity | extend Operation = 1) // end',
  'Firewall_CL | extend x = toscalar(SigninLogs | count) | join kind=inner OfficeActivity on UserId',
  'SigninLogs | as all | mv-apply d = DeviceDetail on (where d == 1 | union (OfficeActivity)) | take 5;',
];

/** A whole query of which a part is replaced, a few times over. */
const mutated = fc
  .tuple(
    fc.constantFrom(...whole),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom(...pieces)), { maxLength: 4 }),
  )
  .map(([text, cuts]) =>
    cuts.reduce((now, [at, length, piece]) => {
      const place = at % (now.length + 1);
      return now.slice(0, place) + piece + now.slice(place + length);
    }, text),
  );
const anything = fc.oneof(
  mutated,
  fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

it('answers whatever the text, and reads no closed table', () => {
  fc.assert(
    fc.property(anything, fc.boolean(), fc.boolean(), (text, isReviewed, isBlind) => {
      const rules = { ...closed, isReviewed, ...(isBlind && { schema: undefined }) };
      const verdict = judge(text, rules, isBlind ? unknown : known);
      if (verdict.kind === 'refused') {
        expect(verdict.message.length).toBeGreaterThan(5);
        return;
      }
      // Bound anew, by somebody who knows the tables and has no rules.
      const names = new Set(Object.keys(closed.closed));
      for (const table of verdict.tables) expect(names.has(table)).toBe(false);
      for (const node of nodesOf(parse(verdict.bounded).analyse(known).root)) {
        if (kindOf(node) !== 'NameReference' || !names.has(node.SimpleName ?? '')) continue;
        expect(node.ReferencedSymbol && 'Columns' in node.ReferencedSymbol).toBeFalsy();
      }
    }),
    { numRuns: 600 },
  );
}, 240_000);

it('runs what it was asked: the same tokens, but for take and comments', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const verdict = judge(text, typed, known);
      if (verdict.kind === 'refused') return;
      const before = tokensOf(text);
      const after = tokensOf(verdict.bounded);
      const at = after.length - before.length;
      expect(at).toBe(3);
      const bound = after.findIndex((token, n) => token !== before[n]);
      const place = bound < 0 ? before.length : bound;
      // Where the text itself has the very same bound, the three stand right behind it.
      const without = [...after];
      const begin = [place, place - 1, place - 2].find(
        (n) => after[n] === '|' && after[n + 1] === 'take' && after[n + 2] === '501',
      );
      expect(begin).toBeDefined();
      without.splice(begin ?? 0, 3);
      expect(without).toEqual(before);
      expect(verdict.bounded).not.toMatch(/^\s*\/\//m);
    }),
    { numRuns: 250 },
  );
}, 240_000);

const tokensOf = (text: string): string[] =>
  parse(text)
    .tokens()
    .map(({ Text }) => Text)
    .filter(Boolean);
