import { describe, expect, it } from 'vitest';
import type { DirectoryUser, Graph } from '../../src/azure/graph.ts';
import type { ChatUser } from '../../src/channels/channel.ts';
import { FarSideError } from '../../src/errors.ts';
import { company, peopleOf, tenantId } from './company.ts';

const { adam, lena, marcus, guest } = company;
const analysts = {
  id: '0a0a0a0a-5a1e-4c0d-9b7a-3f6e2d81c0aa',
  name: 'soc-analysts',
  roles: ['analyst' as const],
};
const minute = 60_000;

const account = ({ id, name, upn }: typeof adam, changes: Partial<DirectoryUser> = {}): DirectoryUser => ({
  id,
  name,
  upn,
  mail: upn,
  guest: false,
  enabled: true,
  ...changes,
});
const asks = ({ id, name }: typeof adam): ChatUser => ({
  channel: 'teams',
  id,
  name,
  tenantId,
  standing: 'member',
});

/** A directory whose accounts and members can be changed, and that can be away. */
function createDirectory(users: DirectoryUser[], members: DirectoryUser[] = []) {
  const state = { users, members, away: false, asked: 0 };
  const answer = async <T>(what: T): Promise<T> => {
    state.asked += 1;
    if (state.away) throw new FarSideError('azure', 'unavailable', 'Microsoft Graph does not answer.');
    return what;
  };
  const directory: Graph = {
    user: (id) => answer(state.users.find((user) => user.id === id)),
    members: () => answer(state.members),
    withAddress: (address) => answer([account(adam)].filter(({ upn }) => upn === address)),
    managerOf: (id) => answer(id === adam.id ? account(lena) : undefined),
  };
  return { state, directory };
}

describe('the directory', () => {
  it('gives members of a role group their roles, beside those of the settings file', async () => {
    const { directory } = createDirectory([account(lena)], [account(adam), account(lena)]);
    const people = peopleOf([lena], { directory, groups: [analysts] });
    expect((await people.identify(asks(adam))).roles).toEqual(['analyst']);
    expect((await people.identify(asks(lena))).roles.sort()).toEqual(['analyst', 'lead']);
    expect(people.find('Adam').id).toBe(adam.id);
  });

  it('is known to be whole once it has answered, and as it said last while it does not', async () => {
    const { directory, state } = createDirectory([account(lena)], [account(adam)]);
    state.away = true;
    let now = 0;
    const people = peopleOf([lena], { directory, groups: [analysts], now: () => now });
    expect(await people.settled()).toBe(false);
    state.away = false;
    now += minute;
    expect(await people.settled()).toBe(true);
    expect(people.havingRole(['analyst']).map(({ id }) => id)).toEqual([adam.id]);
    state.away = true;
    now += 6 * minute;
    expect(await people.settled()).toBe(true);
    expect(people.havingRole(['analyst']).map(({ id }) => id)).toEqual([adam.id]);
  });

  it('turns away who is switched off there, and whom it does not know any more', async () => {
    const { directory } = createDirectory([account(adam, { enabled: false })]);
    const people = peopleOf([adam, lena], { directory });
    await expect(people.identify(asks(adam))).rejects.toMatchObject({ reason: 'deactivated' });
    await expect(people.identify(asks(lena))).rejects.toMatchObject({ reason: 'unknown' });
  });

  it('says who is a guest, and a guest may look and nothing else', async () => {
    const { directory } = createDirectory([account(guest, { guest: true }), account(lena, { guest: true })]);
    const people = peopleOf([guest, lena], { directory });
    expect((await people.identify(asks(guest))).roles).toEqual(['viewer']);
    await expect(people.identify(asks(lena))).rejects.toMatchObject({ reason: 'unknown' });
    expect(people.search('Lena')).toEqual([]);
  });

  it('is asked again after five minutes, and at once when somebody changed', async () => {
    let now = 0;
    const { state, directory } = createDirectory([account(adam)]);
    const people = peopleOf([adam], { directory, now: () => now });
    await people.identify(asks(adam));
    state.users = [account(adam, { enabled: false })];
    now = 4 * minute;
    expect((await people.identify(asks(adam))).assurance).toBe('full');
    now = 6 * minute;
    await expect(people.identify(asks(adam))).rejects.toMatchObject({ reason: 'deactivated' });
    state.users = [account(adam)];
    people.forget();
    expect((await people.identify(asks(adam))).assurance).toBe('full');
  });

  it('is asked once more where somebody changed while it was answering', async () => {
    const { state, directory } = createDirectory([account(adam)]);
    const people = peopleOf([adam], { directory });
    const asking = people.identify(asks(adam));
    people.forget();
    await asking;
    state.users = [account(adam, { enabled: false })];
    await expect(people.identify(asks(adam))).rejects.toMatchObject({ reason: 'deactivated' });
  });

  it('that does not answer leaves people what cannot do harm, and is not asked with every click', async () => {
    let now = 0;
    const { state, directory } = createDirectory([account(adam)]);
    const people = peopleOf([adam], { directory, now: () => now });
    await people.identify(asks(adam));
    state.away = true;
    now = 6 * minute;
    const caller = await people.identify(asks(adam));
    expect(caller).toMatchObject({ id: adam.id, assurance: 'basic' });
    expect(caller.because).toContain('directory does not answer');
    const { asked } = state;
    await people.identify(asks(adam));
    expect(state.asked).toBe(asked);
    state.away = false;
    now += minute;
    expect((await people.identify(asks(adam))).assurance).toBe('full');
  });

  it('away from the start leaves the people of the settings file able to acknowledge', async () => {
    const { state, directory } = createDirectory([]);
    state.away = true;
    const people = peopleOf([adam], { directory, groups: [analysts] });
    expect(await people.identify(asks(adam))).toMatchObject({ id: adam.id, assurance: 'basic' });
  });

  it('knows whom to ask in a place of somebody; the settings file may name another', async () => {
    const { directory } = createDirectory([account(adam), account(marcus)]);
    expect((await peopleOf([adam], { directory }).managerOf(adam.id))?.id).toBe(lena.id);
    const named = peopleOf([{ ...adam, manager: marcus.id }, marcus], { directory });
    expect((await named.managerOf(adam.id))?.id).toBe(marcus.id);
  });
});
