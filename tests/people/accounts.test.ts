import { describe, expect, it } from 'vitest';
import type { DirectoryUser, Graph } from '../../src/azure/graph.ts';
import type { ChatUser } from '../../src/channels/channel.ts';
import { Denied, FarSideError, Refused } from '../../src/errors.ts';
import { company, peopleOf, tenantId } from './company.ts';

const { adam } = company;
/** Nobody in the settings file knows her: she has an account and no role. */
const nina: DirectoryUser = {
  id: '3C9E1F48-75D2-4A0B-9E63-B1F80D2C57A9',
  name: 'Nina Berg',
  upn: 'nina.berg@contoso.com',
  mail: '',
  guest: false,
  enabled: true,
};
const directoryOf = (...users: DirectoryUser[]): Graph => ({
  user: async (wanted) =>
    users.find(({ id, upn }) => [id, upn].some((one) => one.toLowerCase() === wanted.toLowerCase())),
  withAddress: async () => [],
  members: async () => [],
  managerOf: async () => undefined,
});
const silent: Graph = {
  ...directoryOf(),
  user: async () => {
    throw new FarSideError('azure', 'unavailable', 'Graph is away.');
  },
};
const inTeams = (changes: Partial<Extract<ChatUser, { channel: 'teams' }>> = {}): ChatUser => ({
  channel: 'teams',
  id: nina.id,
  name: 'Nina',
  tenantId,
  standing: 'member',
  ...changes,
});
const inSlack = (changes: Partial<Extract<ChatUser, { channel: 'slack' }>> = {}): ChatUser => ({
  channel: 'slack',
  id: 'U0NINA',
  name: 'nina',
  teamId: 'T0CONTOSO',
  email: nina.upn,
  standing: 'member',
  ...changes,
});

describe('an account', () => {
  it('is found by object id or principal name, role or none', async () => {
    const people = peopleOf([adam], { directory: directoryOf(nina) });
    const found = {
      id: nina.id.toLowerCase(),
      name: 'Nina Berg',
      upn: nina.upn,
      guest: false,
      enabled: true,
    };
    expect(await people.account(nina.id)).toEqual(found);
    expect(await people.account('Nina.Berg@Contoso.com')).toEqual(found);
    expect(await people.account('nobody@contoso.com')).toBeUndefined();
    expect(await people.account('')).toBeUndefined();
  });

  it('is of the settings file where that alone says who works here', async () => {
    expect(await peopleOf([adam]).account(adam.upn)).toMatchObject({ id: adam.id, enabled: true });
    expect(await peopleOf([adam]).account(nina.upn)).toBeUndefined();
  });

  it('cannot be looked up while the directory does not answer', async () => {
    await expect(peopleOf([adam], { directory: silent }).account(nina.upn)).rejects.toThrow(Refused);
  });
});

describe('whose account a chat user proves to be', () => {
  const people = peopleOf([], {
    directory: directoryOf(nina),
    links: { personOf: async (_team, id) => (id === 'U0NINA' ? nina.id : undefined) },
  });

  it('is known of people without a role too, who may do nothing else', async () => {
    const proven = { id: nina.id.toLowerCase(), name: 'Nina Berg', upn: nina.upn };
    expect(await people.prove(inTeams())).toEqual(proven);
    expect(await people.prove(inSlack())).toEqual(proven);
    await expect(people.identify(inTeams())).rejects.toThrow(Denied);
    await expect(people.identify(inSlack())).rejects.toThrow(Denied);
  });

  it.each<{ who: string; user: ChatUser; why: string; known?: DirectoryUser[]; graph?: Graph }>([
    { who: 'an address that Slack verified', user: inSlack({ id: 'U0OTHER' }), why: 'assurance' },
    {
      who: 'another tenant',
      user: inTeams({ tenantId: '2b9e61f4-08d7-4a53-bc12-e47f3a90d815' }),
      why: 'external',
    },
    { who: 'a guest of the workspace', user: inSlack({ standing: 'guest' }), why: 'external' },
    { who: 'a partner', user: inSlack({ standing: 'external' }), why: 'external' },
    { who: 'a bot', user: inTeams({ standing: 'bot' }), why: 'external' },
    { who: 'a guest account', user: inTeams(), why: 'external', known: [{ ...nina, guest: true }] },
    {
      who: 'an account that is switched off',
      user: inTeams(),
      why: 'deactivated',
      known: [{ ...nina, enabled: false }],
    },
    { who: 'an account that the directory does not know', user: inTeams(), why: 'unknown', known: [] },
    { who: 'anybody while the directory does not answer', user: inTeams(), why: 'assurance', graph: silent },
  ])('is not known of $who', async ({ user, why, known = [nina], graph }) => {
    const some = peopleOf([], {
      directory: graph ?? directoryOf(...known),
      links: { personOf: async (_team, id) => (id === 'U0NINA' ? nina.id : undefined) },
    });
    await expect(some.prove(user)).rejects.toMatchObject({ reason: why });
  });
});
