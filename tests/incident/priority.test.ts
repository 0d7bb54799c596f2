import { describe, expect, it } from 'vitest';
import { severities } from '../../src/incident/alert.ts';
import { prioritise, type ValueRule } from '../../src/incident/priority.ts';
import { type Learned, usualWeights } from '../../src/incident/worth.ts';
import { defenderAlert } from './alerts.ts';

const rules: ValueRule[] = [
  { name: 'Faces the internet', match: { target: ['*web*'] }, weight: 1.5 },
  { name: 'Crown jewel', match: { target: ['*pay*'] }, weight: 3 },
];

const worth = (rules: ValueRule[]) => ({ rules, weights: usualWeights });

describe('priority', () => {
  it('orders by severity where nothing valuable is touched', () => {
    const scores = severities.map(
      (severity) => prioritise({ severity, alerts: [defenderAlert()] }, worth([])).score,
    );
    expect(scores).toEqual([8, 4, 2, 1]);
  });

  it('weighs the most valuable thing and says the others, the most valuable first', () => {
    expect(prioritise({ severity: 'high', alerts: [defenderAlert()] }, worth(rules))).toEqual({
      score: 24,
      reasons: ['Crown jewel: vm-pay-web-01', 'Faces the internet: vm-pay-web-01'],
    });
  });

  it('is a whole number, whatever the weights: an informational one that faces the internet is stored too', () => {
    const [internet] = rules;
    if (!internet) throw new Error('No rules.');
    expect(
      prioritise({ severity: 'informational', alerts: [defenderAlert()] }, worth([internet])).score,
    ).toBe(2);
  });

  it('puts a medium on a crown jewel before a high on nothing special', () => {
    const jewel = prioritise({ severity: 'medium', alerts: [defenderAlert()] }, worth(rules)).score;
    const plain = prioritise(
      { severity: 'high', alerts: [defenderAlert({ target: 'vm-test-01' })] },
      worth(rules),
    ).score;
    expect(jewel).toBeGreaterThan(plain);
  });

  it('says the same reason once for many alerts', () => {
    const alerts = [defenderAlert(), defenderAlert({ sourceId: 'b' })];
    expect(prioritise({ severity: 'low', alerts }, worth(rules)).reasons).toHaveLength(2);
  });

  const admin: Learned = {
    mark: 'privileged',
    subject: 'account adm-keller@contoso.com',
    name: 'adm-keller@contoso.com',
    says: 'is Global Administrator',
    by: 'identity',
  };

  it('rises by what enrichers tell, and says who or what it is about', () => {
    const incident = { severity: 'medium' as const, alerts: [defenderAlert({ target: 'vm-test-01' })] };
    expect(prioritise({ ...incident, learned: [admin] }, worth([]))).toEqual({
      score: 12,
      reasons: ['Privileged account: adm-keller@contoso.com is Global Administrator'],
    });
  });

  it('says one reason once, by whoever knows more of it, and weighs the heavier of both', () => {
    const jewel: Learned = {
      ...admin,
      mark: 'crown-jewel',
      name: 'vm-pay-web-01',
      says: 'is tagged crown-jewel',
    };
    const incident = { severity: 'low' as const, alerts: [defenderAlert()], learned: [jewel] };
    expect(prioritise(incident, worth(rules))).toEqual({
      score: 6,
      reasons: ['Crown jewel: vm-pay-web-01 is tagged crown-jewel', 'Faces the internet: vm-pay-web-01'],
    });
  });

  it('gives one reason for each mark, and names all whom it holds for', () => {
    const jewel = (name: string): Learned => ({
      ...admin,
      mark: 'crown-jewel',
      subject: name,
      name,
      says: 'is one',
    });
    const incident = {
      severity: 'low' as const,
      alerts: [],
      learned: [jewel('vm-1'), jewel('vm-1'), jewel('kv-1')],
    };
    expect(prioritise(incident, worth([])).reasons).toEqual(['Crown jewel: vm-1 is one; also kv-1']);
  });

  it('weighs that an address is known bad, and leaves saying so to the address', () => {
    const bad: Learned = {
      ...admin,
      mark: 'malicious',
      subject: 'ip 203.0.113.9',
      name: '203.0.113.9',
      says: '',
    };
    const incident = { severity: 'high' as const, alerts: [defenderAlert()], learned: [bad] };
    expect(prioritise(incident, worth([]))).toEqual({ score: 12, reasons: [] });
  });
});
