import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/enrichers/answer.ts';
import type { Mark, Tone, Trait } from '../../src/incident/enrichment.ts';

const trait = (chip: string, tone: Tone, mark?: Mark): Trait => ({
  chip,
  says: `is ${chip}`,
  tone,
  ...(mark && { mark }),
});
const kept = (...traits: Trait[]) =>
  readAnswer('oracle', { facts: [], traits }).traits.map(({ chip }) => chip);

describe('what an enricher tells at a glance', () => {
  it('is as it told it, where that is little', () => {
    expect(kept(trait('no MFA', 'bad'), trait('guest', 'warning'))).toEqual(['no MFA', 'guest']);
  });

  it('is of much what weighs most: what makes the incident weigh more, then the worst', () => {
    expect(
      kept(
        trait('synced', 'neutral'),
        trait('MFA on', 'good'),
        trait('guest', 'warning'),
        trait('no MFA', 'bad'),
        trait('blocked', 'bad'),
        trait('at risk', 'warning', 'at-risk'),
      ),
    ).toEqual(['at risk', 'no MFA', 'blocked', 'guest']);
  });

  it('holds each mark, however many roles somebody has', () => {
    const roles = Array.from({ length: 9 }, (_role, n) => trait(`role ${n}`, 'bad', 'privileged'));
    expect(kept(...roles, trait('at risk', 'warning', 'at-risk'))).toEqual([
      'role 0',
      'at risk',
      'role 1',
      'role 2',
    ]);
  });
});
