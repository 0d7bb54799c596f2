import { describe, expect, it } from 'vitest';
import { mayBeAsked } from '../../src/incident/entrust.ts';
import { bot, concernsSources, keptInquiries } from '../../src/incident/incident.ts';
import { nextStep } from '../../src/incident/question.ts';
import { deedInWords } from '../../src/incident/summary.ts';
import { adam, defenderAlert, owner, priya } from './alerts.ts';
import { given, incidentAfter, type Past } from './given.ts';
import { question } from './questions.ts';

const opened = { type: 'opened', alert: defenderAlert() } as const;
const asked = { type: 'asked', question: question(), by: priya } as const;
const { id } = asked.question;
const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
const answered = {
  type: 'answered',
  question: id,
  about: owner(adam),
  answer: 'no',
  note: '',
  confirmed: false,
  by: adam,
} as const;
const late = { type: 'unanswered', question: id, asked: owner(adam), why: 'late' } as const;
const over = 'INC-1042 was closed meanwhile. Call the security team if there is something to tell.';
const yes = { type: 'answer', question: id, answer: 'yes', note: 'travelling', confirmed: false } as const;

describe('asking "was this you?"', () => {
  it('is a fact, told to the sources', () => {
    given(opened)
      .when({ type: 'ask', question: question() })
      .follows({ type: 'asked', question: question() });
    expect([concernsSources('asked'), concernsSources('answered'), concernsSources('unanswered')]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is refused while the same person may still answer, and allowed again after', () => {
    const again = {
      type: 'ask',
      question: question({ id: '5f0c6f1e-6d0e-4f0e-9a35-6f1d2c3b4a60' }),
    } as const;
    given(opened, asked).when(again).isRefused('Adam Keller has been asked already and may still answer.');
    given(opened, asked, late).when(again).follows({ type: 'asked', question: again.question });
  });

  const restricted: Past = { type: 'restricted', to: [owner(priya)] };
  const lena = { id: '00000004-5a1e-4c0d-9b7a-3f6e2d81c0a4', name: 'Lena Fischer', upn: 'lena@contoso.com' };

  it('about a restricted incident tells nobody else of it in the place of whoever it is about', () => {
    given(opened, restricted)
      .when({ type: 'ask', question: question({ asked: lena }) })
      .isRefused(
        'INC-1042 is restricted, and Lena Fischer, the manager who would be asked instead, may not see it. Call Adam Keller by phone.',
      );
    const priyaInstead = question({ asked: owner(priya) });
    given(opened, restricted)
      .when({ type: 'ask', question: priyaInstead })
      .follows({ type: 'asked', question: priyaInstead });
    given(opened, restricted)
      .when({ type: 'ask', question: question() })
      .follows({ type: 'asked', question: question() });
  });

  it('may not go out any more where the incident was restricted after it was asked for', () => {
    expect(mayBeAsked(incidentAfter(opened, asked, restricted), asked.question)).toBe(false);
    expect(mayBeAsked(incidentAfter(opened, restricted, asked), asked.question)).toBe(true);
    const toAdam: Past = { type: 'restricted', to: [owner(adam)] };
    expect(mayBeAsked(incidentAfter(opened, asked, toAdam), asked.question)).toBe(true);
  });

  it('is refused about what is closed or merged', () => {
    const ask = { type: 'ask', question: question() } as const;
    given(opened, { type: 'closed', closing }).when(ask).isRefused('INC-1042 is closed. Reopen it first.');
    given(opened, { type: 'merged', into: 1001 })
      .when(ask)
      .isRefused('INC-1042 was merged into INC-1001. Go on there.');
  });

  it('never lets an open question be forgotten: settled ones go first, and there is an end to asking', () => {
    const many: Past[] = Array.from({ length: keptInquiries + 3 }, (_, n) => {
      const about = { ...owner(priya), id: `person-${n}` };
      return { type: 'asked', question: question({ id: `question-${n}`, about }) };
    });
    const settled: Past = { ...late, question: 'question-3' };
    const kept = incidentAfter(opened, ...many.slice(0, keptInquiries), settled, ...many.slice(-1));
    expect(kept.inquiries).toHaveLength(keptInquiries);
    expect(kept.inquiries.map(({ question }) => question.id)).not.toContain('question-3');
    given(opened, ...many.slice(0, keptInquiries))
      .when({ type: 'ask', question: question() })
      .isRefused('10 people are asked already. Wait for their answers.');
  });
});

describe('an answer', () => {
  it('is a fact that says whom it is about', () => {
    given(opened, asked)
      .when(yes, adam)
      .follows({
        type: 'answered',
        question: id,
        about: owner(adam),
        answer: 'yes',
        note: 'travelling',
        confirmed: false,
      });
  });

  it.each<{ after: string; past: Past[]; sentence: string }>([
    {
      after: 'another answer',
      past: [answered],
      sentence: 'This question is answered already. Call the security team if it was otherwise.',
    },
    {
      after: 'its time',
      past: [late],
      sentence: 'The time to answer is over. Call the security team if there is something to tell.',
    },
    {
      after: 'the incident closed',
      past: [{ type: 'closed', closing }],
      sentence: over,
    },
    {
      after: 'the incident closed and was reopened',
      past: [{ type: 'closed', closing }, { type: 'reopened' }],
      sentence: over,
    },
    {
      after: 'the incident became part of another',
      past: [{ type: 'merged', into: 1001 }],
      sentence: over,
    },
  ])('after $after is refused, and says so', ({ past, sentence }) => {
    given(opened, asked, ...past)
      .when(yes, adam)
      .isRefused(sentence);
  });

  it('that never came is given up once', () => {
    const giveUp = { type: 'give-up-asking', question: id, why: 'late' } as const;
    given(opened, asked).when(giveUp).follows(late);
    given(opened, asked, late).when(giveUp).nothingFollows();
    given(opened, asked, answered).when(giveUp).nothingFollows();
    given(opened, asked, { type: 'closed', closing }).when(giveUp).nothingFollows();
  });

  it('of no says what to do next, and no other answer does', () => {
    const [refused] = incidentAfter(opened, asked, answered).inquiries;
    expect(refused && nextStep(refused)).toContain('Treat adam@contoso.com as taken over');
    const [open] = incidentAfter(opened, asked).inquiries;
    expect(open && nextStep(open)).toBe('');
  });
});

describe('the story', () => {
  it('says who asked whom, who answered for whom, and who did not', () => {
    const manager = question({ id: 'manager', asked: owner(priya), detour: 'Adam is in doubt.' });
    const { deeds } = incidentAfter(
      opened,
      asked,
      answered,
      { type: 'asked', question: manager, by: bot },
      { ...answered, question: 'manager', answer: 'yes', confirmed: false, by: priya },
      { ...late, why: 'unreachable' },
    );
    expect(deeds.map(deedInWords)).toEqual([
      'Priya Nair asked Adam Keller whether it was them',
      'Adam Keller answered no, that was not me',
      'Watchfloor asked Priya Nair whether it was Adam Keller',
      'Priya Nair answered yes, that was Adam Keller',
      'Adam Keller could not be reached to answer "was this you?"; call them',
    ]);
  });
});
