import { Refused } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import type { Intent } from '../incident/decide.ts';
import { incidentName } from '../incident/incident.ts';
import type { People } from '../people/people.ts';
import type { Person } from '../people/roster.ts';
import type { ChangeCommand, Words } from './command.ts';

/** More are a room, and a room can be shown less by the settings. */
const most = 20;

/** Whoever restricts is always among those who are named: nobody can lock themselves out, or others in. */
export const restrict: ChangeCommand = {
  kind: 'change',
  verb: 'restrict',
  name: 'restrict',
  aliases: ['lock'],
  usage: 'restrict [INC-1042] to <name, name …>',
  summary: 'Show it to named people only; all others see that it exists.',

  understand({ rest, person, people }) {
    const names = rest.replace(/^to\b/i, '');
    if (!names.trim()) {
      throw new Refused('Say to whom: restrict INC-1042 to Adam, Lena. You are among them in any case.');
    }
    return toPeople(names, person, people);
  },

  dialog: {
    draw: (incident) => ({
      title: 'Restrict',
      submit: 'Restrict',
      fields: [
        {
          kind: 'text',
          id: 'names',
          label: incident.restrictedTo ? 'Who may see it from now on?' : 'Who may see it beside you?',
          required: false,
          maxLength: 1_000,
          placeholder: 'Names or addresses, parted by commas. Empty: you alone.',
        },
      ],
    }),
    read(fields, { person, people }: Words) {
      try {
        return toPeople(fields.names ?? '', person, people);
      } catch (error) {
        if (error instanceof Refused) return { faults: { names: error.message } };
        throw error;
      }
    },
  },

  told: ({ id, restrictedTo = [] }) =>
    `${incidentName(id)} is restricted to ${restrictedTo.map(({ name }) => name).join(', ')}. ` +
    'All others see that it exists.',
};

/** Throws `Refused` where a name fits nobody, or several. */
function toPeople(names: string, person: Person, people: People): Intent {
  const words = names
    .split(/[,;\n]|\band\b/i)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name.toLowerCase() !== 'me');
  const found = [person, ...words.map((name) => people.findAnybody(name))];
  const to = new Map<string, Owner>(found.map(({ id, name, upn }) => [id, { id, name, upn }]));
  if (to.size > most) throw new Refused(`At most ${most} people can be named.`);
  return { type: 'restrict', to: [...to.values()] };
}
