import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitting, type Matcher, mismatch } from '../../src/incident/match.ts';
import { defenderAlert } from './alerts.ts';

const alert = defenderAlert({
  entities: [
    { kind: 'account', name: 'adm-keller', upn: 'adm-keller@contoso.com', oid: '' },
    { kind: 'host', name: 'vm-pay-web-01', resourceId: '/subscriptions/s1/vm-pay-web-01' },
    { kind: 'ip', address: '203.0.113.66', country: 'NL' },
  ],
  tactics: ['Execution', 'CommandAndControl'],
});

describe('a rule', () => {
  it('without fields fits everything', () => {
    expect(mismatch({}, alert)).toBeUndefined();
  });

  it('needs every field, and of each field any pattern', () => {
    expect(mismatch({ severity: ['low', 'medium'], tactic: ['Command*'] }, alert)).toBeUndefined();
    expect(mismatch({ severity: ['medium'], tactic: ['Impact'] }, alert)).toBe('tactic');
  });

  it.each<Matcher>([
    { account: ['adm-*'] },
    { account: ['*@contoso.com'] },
    { host: ['VM-PAY-*'] },
    { ip: ['203.0.113.*'] },
    { resource: ['*/vm-pay-web-01'] },
    { source: ['defender'] },
  ])('looks at what is in the alert: %o', (matcher) => {
    expect(mismatch(matcher, alert)).toBeUndefined();
  });

  it('does not fit where the alert has no such thing', () => {
    expect(mismatch({ tag: ['*'] }, alert)).toBe('tag');
  });

  it('tells which value made it fit', () => {
    expect(fitting({ account: ['adm-*'] }, alert)).toBe('adm-keller@contoso.com');
  });
});

describe('a pattern', () => {
  const fits = (pattern: string, title: string) =>
    mismatch({ title: [pattern] }, defenderAlert({ title })) === undefined;

  it('means what the same thing means as a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.', '*'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (pattern, title) => {
        const pieces = pattern.split('*').map((piece) => piece.replaceAll('.', '\\.'));
        expect(fits(pattern, title)).toBe(new RegExp(`^${pieces.join('.*')}$`, 'is').test(title));
      }),
      { numRuns: 2_000 },
    );
  });

  it('fits whatever was written at its stars', () => {
    const words = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(words, fc.string({ unit: 'grapheme' }), (pieces, between) => {
        const plain = pieces.map((piece) => piece.replaceAll('*', ''));
        expect(fits(plain.join('*'), plain.join(between))).toBe(true);
      }),
    );
  });

  it('comes to an end on a title made to be slow', () => {
    const title = 'a'.repeat(200_000);
    expect(fits(`${'*a'.repeat(50)}*b`, title)).toBe(false);
    expect(fits(`${'*a'.repeat(50)}*`, title)).toBe(true);
  });
});
