import { describe, expect, it } from 'vitest';
import type { Severity } from '../../src/incident/alert.ts';
import { consequencesOf, needsSignIn, usualQuestions } from '../../src/incident/consequence.ts';
import { defenderAlert, owner, priya } from './alerts.ts';
import { incidentAfter, type Past } from './given.ts';
import { question } from './questions.ts';

const of = (severity: Severity) => incidentAfter({ type: 'opened', alert: defenderAlert({ severity }) });
const weighed = { question: question().id, confirmed: false, isNamed: true } as const;
const yes = { ...weighed, answer: 'yes' } as const;
const sure = { ...yes, confirmed: true } as const;

describe('by the usual settings', () => {
  it('no and silence raise the severity by one, as far as there is a graver one', () => {
    for (const answer of ['no', 'none'] as const) {
      const given = { ...weighed, answer };
      expect(consequencesOf(usualQuestions, of('medium'), given)).toEqual([
        { type: 'set-severity', severity: 'high' },
      ]);
      expect(consequencesOf(usualQuestions, of('high'), given)).toEqual([]);
    }
  });

  it('a yes is written down and nothing else, confirmed or not', () => {
    expect(consequencesOf(usualQuestions, of('high'), yes)).toEqual([]);
    expect(consequencesOf(usualQuestions, of('high'), sure)).toEqual([]);
    expect(needsSignIn(usualQuestions, question(), { answer: 'yes', inDoubt: false })).toBe(false);
  });

  it('not sure leaves it to whoever asked', () => {
    expect(consequencesOf(usualQuestions, of('low'), { ...weighed, answer: 'not-sure' })).toEqual([]);
  });
});

describe('a yes that may lower', () => {
  const policy = { ...usualQuestions, yes: 'lower' } as const;

  it('lowers by one step once it is confirmed, and not before', () => {
    expect(consequencesOf(policy, of('high'), sure)).toEqual([{ type: 'set-severity', severity: 'medium' }]);
    expect(consequencesOf(policy, of('informational'), sure)).toEqual([]);
    expect(consequencesOf(policy, of('high'), yes)).toEqual([]);
  });

  it('closes only where the settings say so', () => {
    const [close] = consequencesOf({ ...policy, yes: 'close' }, of('medium'), sure);
    expect(close).toMatchObject({
      type: 'close',
      closing: { classification: 'benign-positive', reason: 'suspicious-but-expected' },
    });
  });

  it('lowers and closes nothing for somebody whom no alert names', () => {
    for (const yes of ['lower', 'close'] as const)
      expect(consequencesOf({ ...policy, yes }, of('high'), { ...sure, isNamed: false })).toEqual([]);
  });

  const other = question({ id: 'other', about: owner(priya), asked: owner(priya) });
  const said = {
    type: 'answered',
    question: 'other',
    about: owner(priya),
    note: '',
    confirmed: false,
  } as const;
  const unanswered = { type: 'unanswered', question: 'other', asked: owner(priya) } as const;
  const inspite = (...past: Past[]) => {
    const opened = { type: 'opened', alert: defenderAlert({ severity: 'high' }) } as const;
    const asked = { type: 'asked', question: question() } as const;
    const incident = incidentAfter(opened, asked, { type: 'asked', question: other }, ...past);
    return consequencesOf(policy, incident, sure);
  };

  it.each<[string, Past[]]>([
    ['has not answered yet', []],
    ['said no', [{ ...said, answer: 'no' }]],
    ['is not sure', [{ ...said, answer: 'not-sure' }]],
    ['said yes out of an account that proves nothing', [{ ...said, answer: 'yes' }]],
    ['did not answer', [{ ...unanswered, why: 'late' }]],
    ['could not be reached', [{ ...unanswered, why: 'unreachable' }]],
  ])('lowers nothing where somebody else who was asked %s', (_, past) => {
    expect(inspite(...past)).toEqual([]);
  });

  it('lowers where the others were as sure', () => {
    expect(inspite({ ...said, answer: 'yes', confirmed: true })).toEqual([
      { type: 'set-severity', severity: 'medium' },
    ]);
  });

  it('needs a fresh sign-in of the person, which a manager or an account in doubt cannot give', () => {
    const direct = question();
    const manager = question({ asked: owner(priya) });
    expect(needsSignIn(policy, direct, { answer: 'yes', inDoubt: false })).toBe(true);
    expect(needsSignIn(policy, direct, { answer: 'no', inDoubt: false })).toBe(false);
    expect(needsSignIn(policy, direct, { answer: 'yes', inDoubt: true })).toBe(false);
    expect(needsSignIn(policy, manager, { answer: 'yes', inDoubt: false })).toBe(false);
  });
});

describe('settings that only note', () => {
  it('change nothing, whatever is said', () => {
    const policy = { ...usualQuestions, no: 'note', unanswered: 'note' } as const;
    for (const answer of ['yes', 'no', 'not-sure', 'none'] as const)
      expect(consequencesOf(policy, of('low'), { ...weighed, answer, confirmed: true })).toEqual([]);
  });
});
