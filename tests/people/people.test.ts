import { describe, expect, it } from 'vitest';
import type { ChatUser } from '../../src/channels/channel.ts';
import { Refused } from '../../src/errors.ts';
import { createPeople, isOneOf } from '../../src/people/people.ts';
import { readers, responders } from '../../src/people/roles.ts';
import { company, tenantId } from './company.ts';

const people = createPeople(Object.values(company), tenantId);
const { adam, lena, marcus } = company;

const inTeams = (changes: Partial<Extract<ChatUser, { channel: 'teams' }>> = {}): ChatUser => ({
  channel: 'teams',
  id: adam.id,
  name: 'Adam Keller',
  tenantId,
  ...changes,
});
const inSlack = (changes: Partial<Extract<ChatUser, { channel: 'slack' }>> = {}): ChatUser => ({
  channel: 'slack',
  id: 'U0ADAM',
  name: 'adam',
  teamId: 'T0CONTOSO',
  email: adam.upn,
  member: true,
  ...changes,
});

describe('somebody in chat', () => {
  it('is known in Teams by object id and in Slack by address, however they are spelled', () => {
    expect(people.identify(inTeams({ id: adam.id.toUpperCase() }))).toEqual(adam);
    expect(people.identify(inSlack({ email: 'Adam@Contoso.com' }))).toEqual(adam);
  });

  it.each([
    { who: 'a stranger in Teams', user: inTeams({ id: '99999999-5a1e-4c0d-9b7a-3f6e2d81c0a9' }) },
    { who: 'a known id of another tenant', user: inTeams({ tenantId: 'another-tenant' }) },
    { who: 'a stranger with a known name', user: inTeams({ id: '', name: 'Adam Keller' }) },
    { who: 'a stranger in Slack', user: inSlack({ email: 'mallory@evil.example' }) },
    { who: 'somebody in Slack whose address is hidden', user: inSlack({ email: '' }) },
  ])('is refused as $who, and told whom to ask', ({ user }) => {
    expect(() => people.identify(user)).toThrow(
      new Refused('I do not know you. Ask an admin to add you to the people in the configuration.'),
    );
  });

  it('may do nothing but look as a guest of the workspace, whatever address the account has', () => {
    const guest = people.identify(inSlack({ email: lena.upn, member: false }));
    expect(isOneOf(guest, responders)).toBe(false);
    expect(guest.roles).not.toContain('lead');
    expect(isOneOf(people.identify(inSlack({ email: lena.upn })), responders)).toBe(true);
  });

  it('may look with every role there is', () => {
    for (const person of Object.values(company)) expect(isOneOf(person, readers)).toBe(true);
  });
});

describe('a typed name', () => {
  it.each([
    { text: 'Adam Keller', found: adam },
    { text: 'adam@contoso.com', found: adam },
    { text: ' lena ', found: lena },
    { text: 'FISCHER', found: lena },
  ])('"$text" finds one person', ({ text, found }) => {
    expect(people.find(text)).toEqual(found);
  });

  it('that fits two is refused with both', () => {
    expect(() => people.find('a')).toThrow(/^"a" fits .*Adam Keller.* and .*\. Write more of the name\.$/);
  });

  it('that fits one exactly is that one, though it is part of another', () => {
    const two = createPeople(
      [{ ...adam, name: 'Ada' }, lena, { ...marcus, name: 'Ada Byron', roles: ['lead'] }],
      tenantId,
    );
    expect(two.find('ada').id).toBe(adam.id);
  });

  it('that fits nobody is refused with who is there', () => {
    expect(() => people.find('Mallory')).toThrow(/^Nobody here is called "Mallory"\. There are Olivia Marsh/);
  });

  it('never finds who could not own an incident', () => {
    expect(() => people.find('Marcus')).toThrow(Refused);
    expect(people.search('guest')).toEqual([]);
    expect(people.search('').map((person) => person.name)).not.toContain('Marcus Boyd');
  });
});
