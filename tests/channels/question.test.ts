import { describe, expect, it } from 'vitest';
import { drawCard } from '../../src/channels/card.ts';
import { adam, defenderAlert, owner, priya } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';
import { question } from '../incident/questions.ts';
import { everywhere, questionView, refused, toManager } from './questions.ts';

describe('the question', () => {
  it('says who asks and why, what happened, when, where and how sure we are', () => {
    const view = questionView({ note: 'Were you at work?' });
    expect(view.headline).toBe('Was this you, Adam?');
    expect(view.why).toBe('Olivia Marsh asks for the security team because of INC-1042. “Were you at work?”');
    expect(view.facts).toEqual([
      { label: 'What', value: 'Mass download from SharePoint' },
      { label: 'When', at: '2026-11-21T09:58:00.000Z' },
      { label: 'From', value: '198.51.100[.]23 (Brazil), NB-ADAM' },
      { label: 'How sure', value: 'medium severity, says Microsoft Sentinel' },
    ]);
    expect(view.answers.map(({ label }) => label)).toEqual(['Yes, it was me', 'No, not me', 'Not sure']);
    expect(view.fallback).toBe('Was this you, Adam? Mass download from SharePoint. Yes, no, or not sure?');
  });

  it('asks a manager in the third person, and says not to ask in writing', () => {
    const view = questionView(toManager);
    expect(view.headline).toBe('Was this Adam Keller?');
    expect(view.why).toContain('in place of Adam Keller, whose own chat proves nothing now');
    expect(view.why).toContain('by phone or in person, not in writing');
    expect(view.facts).toContainEqual({ label: 'Account', value: 'adam@contoso.com' });
    expect(view.answers[0]?.label).toBe('Yes, it was Adam');
  });

  it('that is settled says how, and has nothing to press', () => {
    const view = questionView({}, refused);
    expect(view.answers).toEqual([]);
    expect(view.outcome).toBe(
      'You said: no, that was not me. The security team is told; they will call you.',
    );
    expect(questionView(toManager, { ...refused, answer: 'yes' }).outcome).toContain(
      'yes, that was Adam Keller',
    );
    expect(questionView({}, { ...refused, answer: 'none' }).outcome).toContain('no answer in time');
    expect(questionView({}, { ...refused, answer: 'withdrawn' }).outcome).toBe(
      'No answer is needed any more.',
    );
  });

  it('bounds and cleans what others wrote', () => {
    const view = questionView(everywhere(`\u202eevil\u0000\n${'long '.repeat(500)}`));
    expect(JSON.stringify(view)).not.toMatch(/\u202e|\\u0000|\\n/);
    expect(JSON.stringify(view).length).toBeLessThan(5_000);
  });
});

describe('the card of the incident', () => {
  const opened = { type: 'opened', alert: defenderAlert() } as const;
  const said = (...past: Parameters<typeof incidentAfter>) =>
    drawCard(incidentAfter(opened, ...past), { reasons: [], failures: [] }).facts.flatMap((fact) =>
      'value' in fact && /Was this|Next/.test(fact.label) ? [`${fact.label} ${fact.value}`] : [],
    );
  const asked = { type: 'asked', question: question(), by: priya } as const;
  const answered = {
    type: 'answered',
    question: question().id,
    about: owner(adam),
    answer: 'no',
    note: 'I was asleep',
    confirmed: false,
    by: adam,
  } as const;

  it('shows who is asked until when, and why not directly', () => {
    expect(said(asked)).toEqual(['Was this you? Adam Keller is asked (open until 10:30 UTC)']);
    expect(said({ ...asked, question: question(toManager) })).toEqual([
      "Was this you? Adam Keller's account may be in somebody else's hands, so Priya Nair, their manager, is asked (open until 10:30 UTC)",
    ]);
  });

  it('shows the answer with its time, and after a no what to do next', () => {
    expect(said(asked, answered)).toEqual([
      'Was this you? Adam Keller: no, that was not me “I was asleep” (10:02 UTC)',
      'Next Treat adam@contoso.com as taken over: end its sessions, reset its password, check its MFA methods.',
    ]);
    expect(said(asked, { ...answered, answer: 'yes', note: '', confirmed: true })).toEqual([
      'Was this you? Adam Keller: yes, that was me, signed in anew (10:02 UTC)',
    ]);
    const late = { type: 'unanswered', question: question().id, asked: owner(adam), why: 'late' } as const;
    expect(said(asked, late)).toEqual(['Was this you? Adam Keller: no answer in time (10:02 UTC)']);
  });

  it('offers the question only where an alert names an account', () => {
    const offers = (alert: ReturnType<typeof defenderAlert>) =>
      drawCard(incidentAfter({ type: 'opened', alert }), { reasons: [], failures: [] }).more.some(
        ({ verb }) => verb === 'ask',
      );
    const account = { kind: 'account', name: 'adam', upn: adam.upn, oid: adam.id } as const;
    expect([offers(defenderAlert()), offers(defenderAlert({ entities: [account] }))]).toEqual([false, true]);
  });
});
