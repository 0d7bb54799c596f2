import type { DirectoryUser, Graph } from '../azure/graph.ts';
import { FarSideError } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import type { Role } from './roles.ts';

/** Somebody who works here. `id` is the Entra object id, `upn` the user principal name. */
export interface Person extends Owner {
  roles: Role[];
}

/** A person as the settings file names them. */
export interface KnownPerson extends Person {
  /** Slack user id, where an admin vouches for the link. */
  slack?: string | undefined;
  /** Entra object id of who is asked in their place. */
  manager?: string | undefined;
}

/** An Entra group whose members have these roles. */
export interface RoleGroup {
  id: string;
  name: string;
  roles: Role[];
}

export interface RosterEntry {
  person: Person;
  /** E-mail addresses in lower case that are theirs. */
  addresses: string[];
  guest: boolean;
  enabled: boolean;
}

/** Everybody who has a role, by Entra object id in lower case. */
export interface Roster {
  entries: Map<string, RosterEntry>;
  /** False while the directory did not answer: what is shown is the last that it said, or the settings file alone. */
  vouched: boolean;
  /** False until the directory has answered once: who is not here may work here all the same. */
  complete: boolean;
}

export interface RosterSource {
  /** At most five minutes old where the directory answers. */
  read(): Promise<Roster>;
  /** The newest that was read. */
  newest(): Roster;
  /** Somebody changed: the next look asks anew. */
  forget(): void;
}

/** Somebody who lost a role has lost it after this long at the latest. */
const keptMs = 5 * 60_000;
/** A directory that does not answer is not asked again with every click. */
const againMs = 15_000;

/** The people of the settings file and the members of the role groups, as the directory knows them now. */
export function createRoster(options: {
  known: KnownPerson[];
  groups: RoleGroup[];
  /** Absent where the settings file alone says who works here. */
  directory: Pick<Graph, 'user' | 'members'> | undefined;
  now: () => number;
}): RosterSource {
  const { known, groups, directory, now } = options;
  const isAlone = directory === undefined;
  let newest: Roster = { entries: entriesOf(known), vouched: isAlone, complete: isAlone };
  let goodUntil = directory ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let reading: Promise<Roster> | undefined;
  /** Counts who asked to forget: what was asked for before that is not good any more. */
  let forgotten = 0;

  async function readAnew(from: NonNullable<typeof directory>): Promise<Roster> {
    const at = forgotten;
    try {
      newest = { entries: await ask(known, groups, from), vouched: true, complete: true };
      goodUntil = forgotten === at ? now() + keptMs : Number.NEGATIVE_INFINITY;
    } catch (error) {
      if (!(error instanceof FarSideError)) throw error;
      newest = { ...newest, vouched: false };
      goodUntil = now() + againMs;
    }
    return newest;
  }

  return {
    newest: () => newest,
    forget() {
      forgotten += 1;
      if (directory) goodUntil = Number.NEGATIVE_INFINITY;
    },
    async read() {
      if (!directory || now() < goodUntil) return newest;
      reading ??= readAnew(directory).finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

function entriesOf(known: KnownPerson[]): Map<string, RosterEntry> {
  return new Map(
    known.map(({ id, name, upn, roles }) => [
      id.toLowerCase(),
      {
        person: { id: id.toLowerCase(), name, upn, roles },
        addresses: [upn.toLowerCase()],
        guest: false,
        enabled: true,
      },
    ]),
  );
}

async function ask(
  known: KnownPerson[],
  groups: RoleGroup[],
  directory: Pick<Graph, 'user' | 'members'>,
): Promise<Map<string, RosterEntry>> {
  const entries = new Map<string, RosterEntry>();
  const add = (user: DirectoryUser, roles: Role[]) => {
    const id = user.id.toLowerCase();
    const had = entries.get(id)?.person.roles ?? [];
    entries.set(id, {
      person: { id, name: user.name, upn: user.upn, roles: [...new Set([...had, ...roles])] },
      addresses: [...new Set([user.upn, user.mail].map((one) => one.toLowerCase()).filter(Boolean))],
      guest: user.guest,
      enabled: user.enabled,
    });
  };
  const [members, users] = await Promise.all([
    Promise.all(groups.map(async (group) => ({ group, users: await directory.members(group.id) }))),
    Promise.all(known.map(async (person) => ({ person, user: await directory.user(person.id) }))),
  ]);
  for (const { group, users } of members) for (const user of users) add(user, group.roles);
  // Whom the directory does not know any more has left.
  for (const { person, user } of users) if (user) add(user, person.roles);
  return entries;
}
