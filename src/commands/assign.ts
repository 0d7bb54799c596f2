import { clean } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import type { Intent } from '../incident/decide.ts';
import { incidentName } from '../incident/incident.ts';
import { canOwn } from '../people/permissions.ts';
import type { Person } from '../people/roster.ts';
import type { ChangeCommand } from './command.ts';

export const assign: ChangeCommand = {
  kind: 'change',
  verb: 'assign',
  name: 'assign',
  aliases: ['give'],
  usage: 'assign [INC-1042] to <name | me | nobody>',
  summary: 'Make somebody the owner.',
  settles: 'assigned',

  understand({ args, person, people }) {
    const name = (args[0]?.toLowerCase() === 'to' ? args.slice(1) : args).join(' ');
    switch (name.toLowerCase()) {
      case '':
        throw new Refused('Say to whom: assign INC-1042 to Adam, to me, or to nobody.');
      case 'me':
        if (!canOwn(person)) throw new Refused('Your role hands work to others; it does not own it.');
        return to(person);
      case 'nobody':
        return { type: 'assign', owner: undefined };
      default:
        return to(people.find(name));
    }
  },

  dialog: {
    draw: (incident) => ({
      title: incident.owner ? 'Hand over' : 'Assign',
      submit: incident.owner ? 'Hand over' : 'Assign',
      fields: [
        {
          kind: 'person',
          id: 'owner',
          label: 'Who takes it?',
          required: true,
          // Azure may know an owner by name only, and then there is nothing to choose.
          ...(incident.owner?.id && {
            chosen: { value: incident.owner.id, label: clean(incident.owner.name, 75) },
          }),
        },
      ],
    }),
    read(fields, { people }) {
      const owner = people.byId(fields.owner ?? '');
      return owner && canOwn(owner) ? to(owner) : { faults: { owner: 'Choose somebody from the list.' } };
    },
  },

  told: (incident) =>
    incident.owner
      ? `${incident.owner.name} has ${incidentName(incident.id)} now.`
      : `Nobody has ${incidentName(incident.id)} now.`,
};

function to({ id, name, upn }: Person): Intent {
  const owner: Owner = { id, name, upn };
  return { type: 'assign', owner };
}
