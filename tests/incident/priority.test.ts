import { describe, expect, it } from 'vitest';
import { severities } from '../../src/incident/alert.ts';
import { prioritise, type ValueRule } from '../../src/incident/priority.ts';
import { defenderAlert } from './alerts.ts';

const rules: ValueRule[] = [
  { name: 'Faces the internet', match: { target: ['*web*'] }, weight: 1.5 },
  { name: 'Crown jewel', match: { target: ['*pay*'] }, weight: 3 },
];

describe('priority', () => {
  it('orders by severity where nothing valuable is touched', () => {
    const scores = severities.map((severity) => prioritise(severity, [defenderAlert()], []).score);
    expect(scores).toEqual([8, 4, 2, 1]);
  });

  it('weighs the most valuable thing and says the others, the most valuable first', () => {
    expect(prioritise('high', [defenderAlert()], rules)).toEqual({
      score: 24,
      reasons: ['Crown jewel: vm-pay-web-01', 'Faces the internet: vm-pay-web-01'],
    });
  });

  it('is a whole number, whatever the weights: an informational one that faces the internet is stored too', () => {
    const [internet] = rules;
    if (!internet) throw new Error('No rules.');
    expect(prioritise('informational', [defenderAlert()], [internet]).score).toBe(2);
  });

  it('puts a medium on a crown jewel before a high on nothing special', () => {
    const jewel = prioritise('medium', [defenderAlert()], rules).score;
    const plain = prioritise('high', [defenderAlert({ target: 'vm-test-01' })], rules).score;
    expect(jewel).toBeGreaterThan(plain);
  });

  it('says the same reason once for many alerts', () => {
    const alerts = [defenderAlert(), defenderAlert({ sourceId: 'b' })];
    expect(prioritise('low', alerts, rules).reasons).toHaveLength(2);
  });
});
