import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FarSideError } from '../../../src/errors.ts';
import { newIncidents, summaryView } from '../storm.ts';
import { type Company, createCompany, SOC } from './company.ts';
import { cardView, closedView, logView, takenView } from './views.ts';

let company: Company;
beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());

describe('cards and logs in Teams', () => {
  beforeEach(() => {
    company.rest();
    company.faults.set('teams', { kind: 'none' });
  });

  it('posts a card as a thread of its own and edits it in place', async () => {
    const ref = await company.teams.channel.post(SOC, cardView(), 'card-1');
    await company.teams.channel.update(ref, takenView('Olivia Marsh'));
    const posted = company.messages().filter(({ id }) => id === ref.message);
    expect(posted).toMatchObject([
      {
        posts: 2,
        edited: true,
        summary: 'High incident INC-1042 is active, Olivia Marsh has it: Reverse shell on vm-pay-web-01.',
      },
    ]);
    expect(ref).toEqual({ conversation: SOC, message: expect.stringMatching(/^\d+$/) });
  });

  it('keeps the log as one message under the card', async () => {
    const { channel } = company.teams;
    const card = await channel.post(SOC, cardView(), 'card-2');
    const log = await channel.postLog(card, logView('Olivia Marsh took it'), 'log-2');
    await channel.updateLog(log, logView('Olivia Marsh took it', 'Olivia Marsh closed it'));
    const under = company.messages().filter(({ root }) => root === card.message);
    expect(under).toMatchObject([{ id: log.message, posts: 2, summary: 'Olivia Marsh closed it' }]);
  });

  it('posts a summary as a thread of its own and edits it in place', async () => {
    const { channel } = company.teams;
    const ref = await channel.postSummary(SOC, summaryView({ total: 214 }), 'storm-1');
    await channel.updateSummary(ref, summaryView({ incidents: newIncidents(3) }));
    const posted = company.messages().filter(({ id }) => id === ref.message);
    expect(posted).toMatchObject([
      { posts: 2, edited: true, summary: expect.stringMatching(/^Storm: 3 new/) },
    ]);
    expect(posted[0]?.root).toBeUndefined();
    expect(JSON.stringify(posted)).not.toContain('INC-1004');
    expect(ref).toEqual({ conversation: SOC, message: expect.stringMatching(/^\d+$/) });
  });

  it('posts a summary to a direct chat', async () => {
    const ref = await company.teams.channel.postSummary('a:1olivia', summaryView(), 'storm-2');
    expect(company.messages('a:1olivia').map(({ id }) => id)).toContain(ref.message);
  });

  it('lets no token out with an error', async () => {
    const { channel } = company.teams;
    const errors: unknown[] = [];
    for (const kind of ['failing', 'throttled', 'lost-answer'] as const) {
      company.faults.set('teams', { kind, count: 2 });
      errors.push(await channel.post(SOC, cardView(), 'm').catch((error: unknown) => error));
      errors.push(await channel.postSummary(SOC, summaryView(), 'm').catch((error: unknown) => error));
    }
    const told = errors.map(
      (error) => `${error} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`,
    );
    expect(errors.every((error) => error instanceof FarSideError)).toBe(true);
    expect(told.join()).not.toMatch(/Bearer|eyJ/);
  });

  it('shrinks the card of a closed incident to what can still be done with it', async () => {
    const ref = await company.teams.channel.post(SOC, closedView(), 'card-3');
    const card = company.messages().find(({ id }) => id === ref.message)?.attachments[0]?.content;
    expect(JSON.stringify(card)).not.toContain('203.0.113');
    expect(card).toMatchObject({
      body: [{ style: 'good' }, {}, {}, { type: 'ActionSet', actions: [{ verb: 'watchfloor/reopen' }] }],
    });
  });

  it('posts to a direct chat', async () => {
    const ref = await company.teams.channel.post('a:1olivia', cardView(), 'card-4');
    expect(ref.conversation).toBe('a:1olivia');
    expect(company.messages('a:1olivia').map(({ id }) => id)).toContain(ref.message);
  });

  it('says that the message is gone when a person deleted it', async () => {
    const gone = company.teams.channel.update({ conversation: SOC, message: '1700000000000' }, cardView());
    await expect(gone).rejects.toMatchObject({ side: 'teams', reason: 'not-found' });
    const ref = { conversation: SOC, message: '1700000000000' };
    const summary = company.teams.channel.updateSummary(ref, summaryView());
    await expect(summary).rejects.toMatchObject({ side: 'teams', reason: 'not-found' });
  });

  it('says what people have to mend where the app is not installed', async () => {
    const foreign = company.teams.channel.post('19:elsewhere@thread.tacv2', cardView(), 'card-5');
    await expect(foreign).rejects.toMatchObject({
      reason: 'auth',
      message: 'Teams answered 403 BotNotInConversationRoster. Add the Watchfloor app to the team or chat.',
    });
  });

  it('does not take a room that is out of reach for a message that was deleted', async () => {
    for (const conversation of ['19:elsewhere@thread.tacv2', 'a:1nobody']) {
      const edited = company.teams.channel.update({ conversation, message: '1700000000000' }, cardView());
      await expect(edited).rejects.toMatchObject({ side: 'teams', reason: 'auth' });
    }
  });

  it('cannot tell whether a card is there when the answer is lost', async () => {
    const before = company.messages().length;
    company.faults.set('teams', { kind: 'lost-answer', count: 1 });
    const lost = company.teams.channel.post(SOC, cardView(), 'card-8');
    await expect(lost).rejects.toMatchObject({ reason: 'unavailable' });
    expect(company.messages()).toHaveLength(before + 1);
  });

  it('passes on how long Teams wants to be left alone', async () => {
    company.faults.set('teams', { kind: 'throttled', ms: 3_000, count: 1 });
    const throttled = company.teams.channel.post(SOC, cardView(), 'card-6');
    await expect(throttled).rejects.toMatchObject({ reason: 'rate-limited', retryAfter: 3_000 });
  });

  it('calls once and leaves trying again to the queue', async () => {
    company.faults.set('teams', { kind: 'failing', count: 1 });
    const failed = company.teams.channel.post(SOC, cardView(), 'card-7');
    await expect(failed).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('sends nothing that is longer than people read', async () => {
    const facts = Array.from({ length: 400 }, (_, n) => ({ label: `Fact ${n}`, value: 'x'.repeat(60) }));
    const huge = company.teams.channel.post(SOC, cardView({ facts }), 'card-9');
    await expect(huge).rejects.toMatchObject({ reason: 'rejected' });
  });

  it('keeps the newest lines of a log that grew too long', async () => {
    const { channel } = company.teams;
    const card = await channel.post(SOC, cardView(), 'card-10');
    const lines = Array.from({ length: 500 }, (_, n) => `Line ${n} ${'x'.repeat(300)}`);
    const log = await channel.postLog(card, logView(...lines), 'log-10');
    const shown = JSON.stringify(company.messages().find(({ id }) => id === log.message));
    expect(shown).toContain('Line 499 ');
    expect(shown).toMatch(/\d+ earlier lines are not shown/);
  });
});
