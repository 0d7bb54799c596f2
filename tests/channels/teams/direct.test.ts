import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPerson } from '../../../src/sandbox/people.ts';
import { type Company, createCompany } from './company.ts';
import { cardView } from './views.ts';

let company: Company;
beforeAll(async () => {
  company = await createCompany();
});
beforeEach(() => {
  company.rest();
  company.faults.set('teams', { kind: 'none' });
});
afterAll(() => company.stop());

describe('a direct chat in Teams', () => {
  it('is opened with a person of the directory and can be posted into', async () => {
    const chat = await company.teams.channel.direct(findPerson('adam').oid);
    await company.teams.channel.post(chat, cardView(), 'mark');
    expect(company.messages('a:1adam')).toHaveLength(1);
  });

  it('is asked for once', async () => {
    const chat = await company.teams.channel.direct(findPerson('priya').oid);
    company.faults.set('teams', { kind: 'failing' });
    expect(await company.teams.channel.direct(findPerson('priya').oid.toUpperCase())).toBe(chat);
  });

  it('with somebody whom the directory does not know is none', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(company.teams.channel.direct(nobody)).rejects.toMatchObject({
      side: 'teams',
      reason: 'auth',
      isOurs: false,
    });
  });

  it('that our own token does not open says nothing of the person', async () => {
    company.faults.set('teams', { kind: 'revoked' });
    const opened = company.teams.channel.direct(findPerson('lena').oid);
    await expect(opened).rejects.toMatchObject({ reason: 'auth', isOurs: true });
  });
});
