import { describe, expect, it } from 'vitest';
import { type ApprovalFacts, type ApprovalRule, needOf } from '../../src/incident/approval.ts';

const facts = (more: Partial<ApprovalFacts> = {}): ApprovalFacts => ({
  risk: 'medium',
  play: 'isolate-machine',
  values: [],
  environment: [],
  at: new Date('2026-11-21T12:00:00Z'),
  isRule: false,
  ...more,
});
const rule = (match: ApprovalRule['match'], needs: ApprovalRule['needs'] = 'two', name = 'rule') => ({
  name,
  match,
  needs,
});

describe('whose yes a run needs, where no rule says', () => {
  it.each([
    ['low', 'own'],
    ['medium', 'peer'],
    ['high', 'lead'],
  ] as const)('of %s risk, is %s', (risk, need) => {
    expect(needOf([], facts({ risk }))).toEqual({ need, because: `${risk} risk` });
  });

  it.each([
    ['low', 'peer'],
    ['medium', 'lead'],
    ['high', 'two'],
  ] as const)('of %s risk on a crown jewel, is %s', (risk, need) => {
    expect(needOf([], facts({ risk, values: ['crown-jewel'] }))).toEqual({
      need,
      because: `${risk} risk, a crown jewel`,
    });
  });

  it('rises by one step for a privileged account, and by no more for one that is a crown jewel too', () => {
    expect(needOf([], facts({ values: ['privileged'] }))).toEqual({
      need: 'lead',
      because: 'medium risk, a privileged account',
    });
    expect(needOf([], facts({ values: ['privileged', 'crown-jewel'] })).need).toBe('lead');
  });

  it('is nobody’s but that of the settings where a rule of theirs wants what is harmless', () => {
    expect(needOf([], facts({ risk: 'low', isRule: true }))).toEqual({
      need: 'own',
      because: 'low risk, wanted by a rule of the settings',
    });
    expect(needOf([], facts({ isRule: true })).need).toBe('peer');
  });
});

describe('rules about approval', () => {
  it('are looked at in order, and the first that fits decides', () => {
    const rules = [
      rule({ risk: ['high'] }, 'two', 'high'),
      rule({ play: ['isolate-machine', 'stop-vm'] }, 'own', 'machines'),
      rule({}, 'lead', 'all'),
    ];
    expect(needOf(rules, facts())).toEqual({ need: 'own', because: 'the rule "machines"' });
    expect(needOf(rules, facts({ risk: 'high' })).because).toBe('the rule "high"');
    expect(needOf(rules, facts({ play: 'disable-account' })).need).toBe('lead');
  });

  it('fit only where everything that they name does', () => {
    const both = [rule({ value: ['crown-jewel'], environment: ['production'] })];
    expect(needOf(both, facts({ values: ['crown-jewel'] })).need).toBe('lead');
    expect(needOf(both, facts({ values: ['crown-jewel'], environment: ['Production'] })).need).toBe('two');
    expect(needOf(both, facts({ values: ['privileged'], environment: ['production'] })).need).toBe('lead');
  });

  it('may ask for less than the risk would', () => {
    expect(
      needOf([rule({ environment: ['test'] }, 'own')], facts({ risk: 'high', environment: ['test'] })),
    ).toEqual({ need: 'own', because: 'the rule "rule"' });
  });
});

describe('hours', () => {
  const isIn = (from: string, to: string, timeZone: string, at: string) =>
    needOf([rule({ hours: { from, to, timeZone } })], facts({ at: new Date(at) })).need === 'two';

  it('of a day begin with their first minute and end before their last', () => {
    const office = (at: string) => isIn('09:00', '17:00', 'UTC', at);
    expect(office('2026-11-21T08:59:59Z')).toBe(false);
    expect(office('2026-11-21T09:00:00Z')).toBe(true);
    expect(office('2026-11-21T16:59:59Z')).toBe(true);
    expect(office('2026-11-21T17:00:00Z')).toBe(false);
  });

  it('of a night go over midnight', () => {
    const night = (at: string) => isIn('22:00', '06:00', 'UTC', at);
    expect(
      ['21:59', '22:00', '23:59', '00:00', '05:59', '06:00'].map((at) => night(`2026-11-21T${at}:00Z`)),
    ).toEqual([false, true, true, true, true, false]);
  });

  it('are those of the named zone, in winter and in summer', () => {
    const berlin = (at: string) => isIn('22:00', '06:00', 'Europe/Berlin', at);
    expect(berlin('2026-01-15T20:59:00Z')).toBe(false);
    expect(berlin('2026-01-15T21:00:00Z')).toBe(true);
    expect(berlin('2026-07-15T19:59:00Z')).toBe(false);
    expect(berlin('2026-07-15T20:00:00Z')).toBe(true);
    expect(isIn('22:00', '06:00', 'Asia/Kolkata', '2026-07-15T16:30:00Z')).toBe(true);
    expect(isIn('22:00', '06:00', 'Asia/Kolkata', '2026-07-15T16:29:00Z')).toBe(false);
  });

  it('follow the clock on the wall through the nights in which it jumps', () => {
    const small = (at: string) => isIn('02:00', '03:00', 'Europe/Berlin', at);
    // 29 March 2026: after 01:59 comes 03:00.
    expect(small('2026-03-29T00:59:00Z')).toBe(false);
    expect(small('2026-03-29T01:00:00Z')).toBe(false);
    // 25 October 2026: 02:00 to 02:59 comes twice.
    expect([small('2026-10-25T00:30:00Z'), small('2026-10-25T01:30:00Z')]).toEqual([true, true]);
    expect(small('2026-10-25T02:00:00Z')).toBe(false);
  });
});
