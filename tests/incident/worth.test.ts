import { expect, it } from 'vitest';
import { learn, learnedInWords } from '../../src/incident/worth.ts';

it('never cuts what is said of worth within a character', () => {
  const [learned] = learn([
    {
      enricher: 'identity',
      subject: { kind: 'ip', address: '203.0.113.9' },
      answer: {
        traits: [{ chip: 'bad', says: `${'a'.repeat(199)}💥 and more`, tone: 'bad', mark: 'malicious' }],
      },
      answeredAt: undefined,
      state: 'answered',
      failure: undefined,
      isTriedAgain: false,
    },
  ]);
  expect(learned?.says.isWellFormed()).toBe(true);
  expect(learned?.says.endsWith('a💥')).toBe(true);
});

it('says of a reason that weighs no more than another that the priority stays', () => {
  const learned = [
    {
      mark: 'at-risk',
      subject: 'account nina',
      name: 'nina',
      says: 'is at high risk',
      by: 'account-risk',
    } as const,
  ];
  expect(learnedInWords(learned, { before: 4, after: 6 })).toBe(
    'priority 4 → 6: nina is at high risk (account-risk)',
  );
  expect(learnedInWords(learned, { before: 6, after: 6 })).toBe(
    'priority stays 6: nina is at high risk (account-risk)',
  );
});
