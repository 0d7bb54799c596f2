import { Refused } from '../errors.ts';
import { type Deed, permissions, rolesOf } from '../people/permissions.ts';
import type { ReadCommand } from './command.ts';

export const access: ReadCommand = {
  kind: 'read',
  name: 'access',
  aliases: [],
  usage: 'access <person>',
  summary: 'What somebody may do, by which roles.',
  private: true,

  async answer({ rest, people }) {
    if (!rest) throw new Refused('Say whose: access Adam Keller.');
    const person = people.findAnybody(rest);
    const deeds = (Object.keys(permissions) as Deed[]).filter((deed) => {
      const allowed = rolesOf(deed);
      return allowed === 'everyone' || person.roles.some((role) => allowed.includes(role));
    });
    return {
      kind: 'lines',
      title: `${person.name}, ${person.upn}`,
      rows: [
        { lead: 'roles', text: person.roles.join(', ') },
        { lead: 'may', text: deeds.join(', ') },
      ],
    };
  },
};
