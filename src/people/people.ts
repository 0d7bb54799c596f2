import type { ChatUser } from '../channels/channel.ts';
import { Refused } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import { type Role, responders } from './roles.ts';

/** Somebody whom the configuration names. `id` is the Entra object id, `upn` the user principal name. */
export interface Person extends Owner {
  roles: Role[];
}

/** Who works here, and who a chat user is. */
export interface People {
  /** Throws `Refused` for anybody unknown. */
  identify(user: ChatUser): Person;
  /** People who can own an incident and whose name or address holds the text. */
  search(text: string): Person[];
  /** The one person that typed words mean; throws `Refused` where none or several fit. */
  find(text: string): Person;
  byId(id: string): Person | undefined;
}

export function createPeople(known: Person[], tenantId: string): People {
  const byId = new Map(known.map((person) => [person.id.toLowerCase(), person]));
  const byUpn = new Map(known.map((person) => [person.upn.toLowerCase(), person]));
  const eligible = known.filter(canOwn);

  const search = (text: string) => {
    const wanted = text.trim().toLowerCase();
    return eligible.filter(
      (p) => p.name.toLowerCase().includes(wanted) || p.upn.toLowerCase().includes(wanted),
    );
  };

  return {
    search,
    byId: (id) => byId.get(id.toLowerCase()),

    identify(user) {
      const person =
        user.channel === 'teams' ? teamsPerson(user, tenantId, byId) : byUpn.get(user.email.toLowerCase());
      if (!person)
        throw new Refused('I do not know you. Ask an admin to add you to the people in the configuration.');
      // A guest account with a member's address still is a guest.
      if (user.channel === 'slack' && !user.member)
        return { ...person, roles: person.roles.filter((r) => r === 'viewer') };
      return person;
    },

    find(text) {
      const exact = eligible.find((p) =>
        [p.id, p.upn, p.name].some((v) => v.toLowerCase() === text.trim().toLowerCase()),
      );
      const found = exact ? [exact] : search(text);
      const [first, second] = found;
      if (first && !second) return first;
      if (first)
        throw new Refused(
          `"${text}" fits ${found.map((p) => p.name).join(' and ')}. Write more of the name.`,
        );
      throw new Refused(
        `Nobody here is called "${text}". There are ${eligible.map((p) => p.name).join(', ')}.`,
      );
    },
  };
}

function teamsPerson(
  user: Extract<ChatUser, { channel: 'teams' }>,
  tenantId: string,
  byId: Map<string, Person>,
): Person | undefined {
  return user.tenantId.toLowerCase() === tenantId.toLowerCase() ? byId.get(user.id.toLowerCase()) : undefined;
}

/** Whoever may take work may be given it. */
export function canOwn(person: Person): boolean {
  return isOneOf(person, responders);
}

export function isOneOf(person: Person, allowed: Role[]): boolean {
  return person.roles.some((role) => allowed.includes(role));
}
