import { describe, expect, it } from 'vitest';
import type { SecurityGroup, SecurityRule } from '../../../src/azure/network-rules.ts';
import {
  decidingRule,
  openToAll,
  openToSome,
  rulesFor,
} from '../../../src/enrichers/network/inbound-rules.ts';

let priority = 100;
const rule = (
  access: 'Allow' | 'Deny',
  from: string,
  ports: string,
  more: Partial<SecurityRule> = {},
): SecurityRule => {
  priority += 1;
  return {
    name: `${access.toLowerCase()}-${ports}`,
    priority,
    direction: 'Inbound',
    access,
    protocol: 'tcp',
    from: from.split(' '),
    fromExpanded: [],
    isFromAnyPort: true,
    to: ['*'],
    toApplications: [],
    ports: ports.split(' '),
    ...more,
  };
};
const last = rule('Deny', '*', '*', { name: 'DenyAllInBound', priority: 65_500, protocol: 'any' });
const inside = rule('Allow', 'VirtualNetwork', '*', {
  name: 'AllowVnetInBound',
  priority: 65_000,
  protocol: 'any',
});
const group = (name: string, ...rules: SecurityRule[]): SecurityGroup => ({
  id: name,
  name,
  rules: [...rules, inside, last],
});

const open = (...groups: SecurityGroup[]) =>
  openToAll(groups).map(({ protocol, first, last: end }) =>
    first === end ? `${first}/${protocol}` : `${first}-${end}/${protocol}`,
  );

describe('what is open to all', () => {
  it('is nothing where only default rules stand', () => {
    expect(open(group('a'))).toEqual([]);
  });

  it.each(['*', 'Internet', '0.0.0.0/0', 'INTERNET', 'Any'])('is what a rule lets in from %s', (from) => {
    expect(open(group('a', rule('Allow', from, '22')))).toEqual(['22/tcp']);
  });

  it('is not what an earlier rule denies', () => {
    const rules = [rule('Deny', '*', '3000-4000'), rule('Allow', '*', '22 3389 5000')];
    expect(open(group('a', ...rules))).toEqual(['22/tcp', '5000/tcp']);
  });

  it('is what an earlier rule denies to a few alone', () => {
    expect(open(group('a', rule('Deny', '198.51.100.23', '3389'), rule('Allow', '*', '3389')))).toEqual([
      '3389/tcp',
    ]);
  });

  it('is only what the group of the subnet lets in as well', () => {
    const subnet = group('subnet', rule('Allow', 'Internet', '443 80'));
    const nic = group('nic', rule('Allow', '*', '22 443'));
    expect(open(subnet, nic)).toEqual(['443/tcp']);
    expect(openToAll([subnet, nic])[0]?.by).toMatch(/ of subnet and .* of nic$/);
  });

  it('is everything but what is denied, where a rule lets in everything', () => {
    const rules = [rule('Deny', '*', '22'), rule('Allow', '*', '*', { protocol: 'any' })];
    expect(open(group('a', ...rules))).toEqual(['0-21/tcp', '23-65535/tcp', '0-65535/udp']);
  });

  it('is everything where there is no group at all', () => {
    expect(open()).toEqual(['0-65535/tcp', '0-65535/udp']);
  });

  it('is not what has no ports, goes out, or comes from within', () => {
    const rules = [
      rule('Allow', '*', '*', { protocol: 'other' }),
      rule('Allow', '*', '*', { direction: 'Outbound' }),
      rule('Allow', '10.0.0.0/8', '22'),
      rule('Allow', 'AzureLoadBalancer', '443'),
      rule('Allow', '*', 'nonsense'),
    ];
    expect(open(group('a', ...rules))).toEqual([]);
  });
});

describe('rules for others in the same group', () => {
  const nic = { addresses: ['10.0.0.4', 'fd00::4'], applications: ['/asg/web'] };
  const openOn = (...rules: SecurityRule[]) => open(...rulesFor([group('subnet', ...rules)], nic));

  it.each([
    [{ to: ['10.0.0.5'] }, []],
    [{ to: ['10.0.0.5', '10.0.0.4'] }, ['22/tcp']],
    [{ to: ['10.0.0.0/24'] }, ['22/tcp']],
    [{ to: ['VirtualNetwork'] }, ['22/tcp']],
    [{ to: ['fd00::/8'] }, ['22/tcp']],
    [{ to: [], toApplications: ['/asg/web'] }, ['22/tcp']],
    [{ to: [], toApplications: ['/asg/db'] }, []],
  ])('open nothing here: %j', (more, wanted) => {
    expect(openOn(rule('Allow', '*', '22', more))).toEqual(wanted);
  });

  it('close nothing here, either', () => {
    const rules = [rule('Deny', '*', '22', { to: ['10.0.0.5'] }), rule('Allow', '*', '22')];
    expect(openOn(...rules)).toEqual(['22/tcp']);
  });

  it('close nothing where they are against some source ports alone', () => {
    expect(openOn(rule('Deny', '*', '22', { isFromAnyPort: false }), rule('Allow', '*', '22'))).toEqual([
      '22/tcp',
    ]);
  });
});

describe('what is open to some', () => {
  it('is what a rule lets in from addresses or services outside', () => {
    const rules = [
      rule('Allow', '198.51.100.0/24', '22'),
      rule('Allow', 'AzureCloud', '443'),
      rule('Allow', '10.0.0.0/8', '3389'),
      rule('Allow', '*', '80'),
      rule('Deny', '192.0.2.0/24', '22'),
    ];
    expect(openToSome([group('a', ...rules)])).toEqual([
      { ports: '22', from: '198.51.100.0/24', by: 'allow-22 of a' },
      { ports: '443', from: 'AzureCloud', by: 'allow-443 of a' },
    ]);
  });
});

describe('the rule that decides', () => {
  const rules = [
    rule('Deny', '198.51.100.23', '22'),
    rule('Allow', 'Internet', '22'),
    rule('Allow', '2001:db8::/32', '443'),
  ];
  const name = (from: string, port: number, ...groups: SecurityGroup[]) => {
    const decided = decidingRule(groups, { from, protocol: 'tcp', port });
    return decided && `${decided.rule.name} of ${decided.group.name}`;
  };

  it.each([
    ['198.51.100.23', 22, 'deny-22 of a'],
    ['198.51.100.24', 22, 'allow-22 of a'],
    ['10.1.2.3', 22, 'AllowVnetInBound of a'],
    ['198.51.100.24', 23, 'DenyAllInBound of a'],
    ['2001:db8::17', 443, 'allow-443 of a'],
    ['2001:db9::17', 443, 'DenyAllInBound of a'],
  ])('for %s at port %i is the first that fits', (from, port, wanted) => {
    expect(name(from, port, group('a', ...rules))).toBe(wanted);
  });

  it('is of the group that denies, whichever lets it in before', () => {
    expect(name('198.51.100.24', 22, group('subnet', ...rules), group('nic'))).toBe('DenyAllInBound of nic');
  });

  it('takes what the tag stands for where Azure says so', () => {
    const tagged = { ...inside, fromExpanded: ['10.20.0.0/16'] };
    expect(name('10.99.0.1', 22, { id: 'a', name: 'a', rules: [tagged, last] })).toBe('DenyAllInBound of a');
  });

  it('is none without a group', () => {
    expect(name('198.51.100.24', 22)).toBeUndefined();
  });
});
