import { describe, expect, it } from 'vitest';
import type { ChatUser } from '../../src/channels/channel.ts';
import { Denied, Refused } from '../../src/errors.ts';
import { admitTo, maySee } from '../../src/people/people.ts';
import { admit, mayDo } from '../../src/people/permissions.ts';
import { company, peopleOf, tenantId } from './company.ts';

const { adam, lena, marcus } = company;
const slackOfAdam = 'U0ADAM';
const people = peopleOf([
  ...Object.values(company).filter((person) => person !== adam),
  { ...adam, slack: slackOfAdam },
]);

const inTeams = (changes: Partial<Extract<ChatUser, { channel: 'teams' }>> = {}): ChatUser => ({
  channel: 'teams',
  id: adam.id,
  name: 'Adam Keller',
  tenantId,
  standing: 'member',
  ...changes,
});
const inSlack = (changes: Partial<Extract<ChatUser, { channel: 'slack' }>> = {}): ChatUser => ({
  channel: 'slack',
  id: slackOfAdam,
  name: 'adam',
  teamId: 'T0CONTOSO',
  email: adam.upn,
  standing: 'member',
  ...changes,
});

describe('somebody in chat', () => {
  it('is known for sure in Teams by object id and in Slack by a link, however they are spelled', async () => {
    const sure = { ...adam, assurance: 'full', because: '' };
    expect(await people.identify(inTeams({ id: adam.id.toUpperCase() }))).toEqual(sure);
    expect(await people.identify(inSlack({ email: '' }))).toEqual(sure);
  });

  it('is known in Slack by a verified address well enough to take work, not to close it', async () => {
    const caller = await people.identify(inSlack({ id: 'U0OTHER', email: 'Lena@Contoso.com' }));
    expect(caller).toMatchObject({ id: lena.id, assurance: 'basic' });
    expect(caller.because).toContain('Type "link"');
    expect([mayDo(caller, 'take'), mayDo(caller, 'close')]).toEqual([true, false]);
  });

  it('is told what is known of people, where they signed in and how, only when known for sure', async () => {
    const [sure, unsure] = [
      await people.identify(inSlack({ email: '' })),
      await people.identify(inSlack({ id: 'U0OTHER', email: 'Lena@Contoso.com' })),
    ];
    for (const deed of ['details', 'enrich'] as const) {
      expect(mayDo(sure, deed)).toBe(true);
      expect(() => admit(unsure, deed)).toThrow(
        `"${deed}" needs to know for sure that it is you. ${unsure.because}`,
      );
    }
  });

  it('who linked an account of their own is that person, whatever address Slack shows', async () => {
    const linked = peopleOf([adam, lena], {
      links: { personOf: async (team, id) => (`${team} ${id}` === 'T0CONTOSO U0LENA' ? lena.id : undefined) },
    });
    const caller = await linked.identify(inSlack({ id: 'U0LENA', email: adam.upn }));
    expect(caller).toMatchObject({ id: lena.id, assurance: 'full' });
  });

  it.each([
    {
      who: 'a stranger in Teams',
      user: inTeams({ id: '99999999-5a1e-4c0d-9b7a-3f6e2d81c0a9' }),
      why: 'unknown',
    },
    { who: 'a known id of another tenant', user: inTeams({ tenantId: 'another-tenant' }), why: 'external' },
    { who: 'a stranger with a known name', user: inTeams({ id: '', name: 'Adam Keller' }), why: 'unknown' },
    {
      who: 'a stranger in Slack',
      user: inSlack({ id: 'U0X', email: 'mallory@evil.example' }),
      why: 'unknown',
    },
    { who: 'somebody whose address is hidden', user: inSlack({ id: 'U0X', email: '' }), why: 'unknown' },
    { who: 'a partner in a shared channel', user: inSlack({ standing: 'external' }), why: 'external' },
    { who: 'a bot', user: inSlack({ standing: 'bot' }), why: 'bot' },
    { who: 'somebody who left', user: inSlack({ standing: 'deactivated' }), why: 'deactivated' },
  ])('is refused as $who', async ({ user, why }) => {
    const refusal = await people.identify(user).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Denied);
    expect(refusal).toMatchObject({ reason: why });
  });

  it('is nobody where two people have the address', async () => {
    const twins = peopleOf([adam, { ...lena, upn: adam.upn }]);
    await expect(twins.identify(inSlack({ id: 'U0X' }))).rejects.toThrow('I do not know you');
  });

  it('may do nothing but look as a guest, and nothing at all without the role to look', async () => {
    const viewer = peopleOf([{ ...lena, roles: ['lead', 'viewer'] }, marcus]);
    const guest = await viewer.identify(inSlack({ id: 'U0X', email: lena.upn, standing: 'guest' }));
    expect(guest.roles).toEqual(['viewer']);
    await expect(
      viewer.identify(inSlack({ id: 'U0X', email: marcus.upn, standing: 'guest' })),
    ).rejects.toThrow(Denied);
  });
});

describe('a restricted incident', () => {
  const restrictedTo = [{ id: lena.id, name: lena.name, upn: lena.upn }];
  const asLena = { ...lena, assurance: 'full', because: '' } as const;

  it('is for those whom it names, once we know for sure who they are', () => {
    expect(maySee(asLena, { restrictedTo })).toBe(true);
    expect(maySee({ ...asLena, assurance: 'basic' }, { restrictedTo })).toBe(false);
    expect(maySee({ ...asLena, id: adam.id }, { restrictedTo })).toBe(false);
    expect(maySee({ ...asLena, id: adam.id }, { restrictedTo: undefined })).toBe(true);
  });

  it('says to everybody else whom to ask, and to a named one how to prove who they are', () => {
    expect(() => admitTo({ ...asLena, id: adam.id }, { restrictedTo })).toThrow('Ask one of them.');
    const unproven = { ...asLena, assurance: 'basic', because: 'Type "link" and sign in once.' } as const;
    expect(() => admitTo(unproven, { restrictedTo })).toThrow('Type "link"');
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
    expect(() => people.find('a')).toThrow(/^"a" fits .*Lena Fischer.* and .*\. Write more of the name\.$/);
  });

  it('that fits one exactly is that one, though it is part of another', () => {
    const two = peopleOf([{ ...adam, name: 'Ada' }, lena, { ...marcus, name: 'Ada Byron', roles: ['lead'] }]);
    expect(two.find('ada').id).toBe(adam.id);
  });

  it('that two people have is refused with their addresses, not given to the first', () => {
    const twins = peopleOf([adam, { ...lena, name: 'Adam Keller' }]);
    expect(() => twins.find('adam keller')).toThrow(
      'There are adam@contoso.com and lena@contoso.com of that name. Write the address.',
    );
    expect(twins.find('lena@contoso.com').id).toBe(lena.id);
  });

  it('that fits nobody is refused with who is there', () => {
    expect(() => people.find('Mallory')).toThrow(/^Nobody here is called "Mallory"\. There are Olivia Marsh/);
  });

  it('never finds who could not own an incident', () => {
    expect(() => people.find('Marcus')).toThrow(Refused);
    expect(people.findAnybody('Marcus').id).toBe(marcus.id);
    expect(people.search('guest')).toEqual([]);
    expect(people.search('').map((person) => person.name)).not.toContain('Marcus Boyd');
  });
});
