import type { DirectoryUser, Graph } from '../azure/graph.ts';
import type { ChatUser } from '../channels/channel.ts';
import { Denied, Refused } from '../errors.ts';
import type { Incident } from '../incident/incident.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type Asking, canOwn } from './permissions.ts';
import type { Role } from './roles.ts';
import { createRoster, type KnownPerson, type Person, type RoleGroup, type RosterEntry } from './roster.ts';

/** Who is asking, and how surely we know. */
export interface Caller extends Person, Omit<Asking, 'roles'> {}

/** Who works here, and who a chat user is. */
export interface People extends Accounts {
  /** Throws `Denied` for anybody unknown, deactivated, of another organisation, or no person at all. */
  identify(user: ChatUser): Promise<Caller>;
  /** People who can own an incident and whose name or address holds the text. */
  search(text: string): Person[];
  /** The one person who can own an incident that typed words mean; throws `Refused` where none or several fit. */
  find(text: string): Person;
  /** Like `find`, among everybody who has a role. */
  findAnybody(text: string): Person;
  /** Everybody with one of these roles, guests left out. */
  havingRole(wanted: readonly Role[]): Person[];
  byId(id: string): Person | undefined;
  /** Whoever has a role and is meant by an id, a principal name, an address, or a name that no other one has. */
  entry(who: string): Promise<RosterEntry | undefined>;
  /** Whom to ask in a person's place; `undefined` where nobody is known. */
  managerOf(id: string): Promise<Person | undefined>;
  /** Slack user ids that are this person by a link, explicit or of the settings file. */
  slackIdsOf(id: string): Promise<string[]>;
  /** Reads anew who works here, where that is older than five minutes. False until the directory has answered once. */
  settled(): Promise<boolean>;
  /** Somebody's account, membership or link changed: the next look asks anew. */
  forget(): void;
}

export interface PeopleOptions {
  known: KnownPerson[];
  groups: RoleGroup[];
  tenantId: string;
  /** Absent where the settings file alone says who works here. */
  directory: Graph | undefined;
  links: Links;
  now: () => number;
}

/** Slack accounts that people linked to their Entra accounts themselves. */
export interface Links {
  /** Entra object id that this Slack user linked. */
  personOf(teamId: string, slackId: string): Promise<string | undefined>;
  slackIdsOf(personId: string): Promise<string[]>;
}

export function createPeople(options: PeopleOptions): People {
  const { known, directory, links } = options;
  const roster = createRoster(options);
  const linkedByAdmin = new Map(
    known.flatMap(({ id, slack }) => (slack ? [[slack, id.toLowerCase()] as const] : [])),
  );
  const linkedTo = async (teamId: string, slackId: string) =>
    linkedByAdmin.get(slackId) ?? (await links.personOf(teamId, slackId));
  const everybody = () => [...roster.newest().entries.values()].filter(({ enabled }) => enabled);
  const owners = () => everybody().flatMap(({ person, guest }) => (!guest && canOwn(person) ? [person] : []));
  const searchAmong = (among: Person[], text: string) => {
    const wanted = text.trim().toLowerCase();
    return among.filter((p) => p.name.toLowerCase().includes(wanted) || p.upn.toLowerCase().includes(wanted));
  };

  /** Who it is by an id that is proven, or by an address that the workspace vouches for. */
  async function recognise(user: ChatUser, entries: Map<string, RosterEntry>) {
    if (user.channel === 'teams') {
      if (user.tenantId.toLowerCase() !== options.tenantId.toLowerCase())
        throw new Denied('external', elsewhere);
      return { entry: entries.get(user.id.toLowerCase()), byAddress: false };
    }
    const id = await linkedTo(user.teamId, user.id);
    if (id) return { entry: entries.get(id.toLowerCase()), byAddress: false };
    const address = user.email.toLowerCase();
    const fitting = address ? [...entries.values()].filter((e) => e.addresses.includes(address)) : [];
    // Two accounts with one address: nobody can tell which of them it is.
    return { entry: fitting.length === 1 ? fitting[0] : undefined, byAddress: true };
  }

  return {
    ...createAccounts({ known, tenantId: options.tenantId, directory, linkedTo }),
    search: (text) => searchAmong(owners(), text),
    find: (text) => findOne(owners(), text, searchAmong),
    findAnybody: (text) =>
      findOne(
        everybody().map(({ person }) => person),
        text,
        searchAmong,
      ),
    havingRole: (wanted) =>
      everybody().flatMap(({ person, guest }) =>
        !guest && person.roles.some((role) => wanted.includes(role)) ? [person] : [],
      ),
    byId: (id) => roster.newest().entries.get(id.toLowerCase())?.person,
    settled: async () => (await roster.read()).complete,
    forget: () => roster.forget(),

    async entry(who) {
      const wanted = who.trim().toLowerCase();
      const { entries } = await roster.read();
      const all = [...entries.values()];
      const byKey = entries.get(wanted) ?? all.find(({ person }) => person.upn.toLowerCase() === wanted);
      if (byKey) return byKey;
      const byAddress = all.filter(({ addresses }) => addresses.includes(wanted));
      const fitting =
        byAddress.length > 0 ? byAddress : all.filter((one) => one.person.name.toLowerCase() === wanted);
      return fitting.length === 1 ? fitting[0] : undefined;
    },

    async managerOf(id) {
      const named = known.find((person) => person.id.toLowerCase() === id.toLowerCase())?.manager;
      const user = named ? await directory?.user(named) : await directory?.managerOf(id);
      if (user) return user.enabled && !user.guest ? toPerson(user) : undefined;
      return named && !directory ? roster.newest().entries.get(named)?.person : undefined;
    },

    async slackIdsOf(id) {
      const byAdmin = [...linkedByAdmin].flatMap(([slack, person]) =>
        person === id.toLowerCase() ? [slack] : [],
      );
      return [...byAdmin, ...(await links.slackIdsOf(id.toLowerCase()))];
    },

    async identify(user) {
      refuseStanding(user);
      const { entries, vouched } = await roster.read();
      const { entry, byAddress } = await recognise(user, entries);
      if (!entry) throw new Denied('unknown', stranger);
      if (!entry.enabled) throw new Denied('deactivated', 'Your account is switched off in the directory.');
      const isGuest = entry.guest || user.standing === 'guest';
      // A guest account with a member's address still is a guest.
      const roles = isGuest ? entry.person.roles.filter((role) => role === 'viewer') : entry.person.roles;
      if (roles.length === 0) throw new Denied('unknown', stranger);
      const because = byAddress ? onlyAddress : vouched ? '' : noDirectory;
      return { ...entry.person, roles, assurance: because === '' ? 'full' : 'basic', because };
    },
  };
}

const stranger = 'I do not know you. Ask an admin to add you to the people or groups in the configuration.';
const elsewhere = 'You are of another organisation. Ask somebody of the team to do it.';
const onlyAddress = 'I know you by your e-mail address alone. Type "link" and sign in once.';
const noDirectory = 'The directory does not answer, so I cannot check your account. Try again in a minute.';

/** Throws `Denied` for whoever is none of ours, whatever they are called. */
function refuseStanding({ standing }: ChatUser): void {
  switch (standing) {
    case 'member':
    case 'guest':
      return;
    case 'external':
      throw new Denied('external', elsewhere);
    case 'bot':
      throw new Denied('bot', 'I take orders from people, not from bots.');
    case 'deactivated':
      throw new Denied('deactivated', 'Your account is switched off.');
  }
}

/** Throws `Denied` where the incident is for named people, and this is none of them. */
export function admitTo(caller: Caller, incident: Pick<Incident, 'restrictedTo'>): void {
  if (maySee(caller, incident)) return;
  const named = incident.restrictedTo?.map(({ name }) => name).join(', ') ?? '';
  const isNamed = incident.restrictedTo?.some(({ id }) => id === caller.id);
  if (isNamed)
    throw new Denied(
      'assurance',
      `A restricted incident needs to know for sure that it is you. ${caller.because}`,
    );
  throw new Denied('restricted', `It is restricted to ${named}. Ask one of them.`);
}

/** A restricted incident is for those whom it names, once we know for sure who they are. */
export function maySee(
  { id, assurance }: Pick<Caller, 'id' | 'assurance'>,
  { restrictedTo }: Pick<Incident, 'restrictedTo'>,
): boolean {
  return !restrictedTo || (assurance === 'full' && restrictedTo.some((named) => named.id === id));
}

function toPerson({ id, name, upn }: DirectoryUser): Person {
  return { id: id.toLowerCase(), name, upn, roles: [] };
}

/** Names listed in a refusal; a directory may hold thousands. */
const mostNames = 10;

function findOne(among: Person[], text: string, search: (among: Person[], text: string) => Person[]): Person {
  const wanted = text.trim().toLowerCase();
  const byKey = among.filter(({ id, upn }) => [id, upn].some((key) => key.toLowerCase() === wanted));
  const byName = among.filter(({ name }) => name.toLowerCase() === wanted);
  const found = byKey.length > 0 ? byKey : byName.length > 0 ? byName : search(among, text);
  const [first, second] = found;
  if (first && !second) return first;
  // Two of one name: what tells them apart is the address.
  if (first && byName.length > 1)
    throw new Refused(`There are ${listed(found, ({ upn }) => upn)} of that name. Write the address.`);
  if (first)
    throw new Refused(`"${text}" fits ${listed(found, ({ name }) => name)}. Write more of the name.`);
  throw new Refused(`Nobody here is called "${text}". There are ${listed(among, ({ name }) => name, ', ')}.`);
}

function listed(people: Person[], show: (person: Person) => string, joint = ' and '): string {
  const more = people.length > mostNames ? ` and ${people.length - mostNames} more` : '';
  return people.slice(0, mostNames).map(show).join(joint) + more;
}
