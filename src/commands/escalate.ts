import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import type { Person } from '../people/roster.ts';
import type { ChangeCommand } from './command.ts';

/** A sentence or two: whoever is called reads it on a phone at night. */
const whyLimit = 300;

export const escalate: ChangeCommand = {
  kind: 'change',
  verb: 'escalate',
  name: 'escalate',
  aliases: ['page', 'call'],
  usage: 'escalate [INC-1042] [to <name>] ["why"]',
  summary: 'Call the next one of the chain now, or somebody by name.',
  examples: ['escalate INC-1042', 'escalate INC-1042 to Lena "customers are affected"'],

  understand({ rest, people }) {
    const { name, why } = readWhom(rest);
    const to = name === '' ? undefined : ownerOf(people.findAnybody(name));
    return { type: 'escalate', to, why: written(why, whyLimit) };
  },

  dialog: {
    draw: () => ({
      title: 'Escalate',
      submit: 'Call',
      fields: [
        { kind: 'person', id: 'to', label: 'Whom? The next of the chain if empty', required: false },
        {
          kind: 'text',
          id: 'why',
          label: 'Why',
          required: false,
          maxLength: whyLimit,
          placeholder: 'What should they know before they open it?',
        },
      ],
    }),
    read(fields, { people }) {
      const to = fields.to ? people.byId(fields.to) : undefined;
      if (fields.to && !to) return { faults: { to: 'Choose somebody from the list.' } };
      return { type: 'escalate', to: to && ownerOf(to), why: written(fields.why?.trim() ?? '', whyLimit) };
    },
  },

  told: (incident) => calledInWords(incident),
};

/** `to Lena "why"`, `to Lena`, `"why"`, `why`. */
function readWhom(rest: string): { name: string; why: string } {
  const [, name = '', quoted] =
    rest.match(/^(?:to\s+)([^"\u201c\u201d\u201e\u00ab]+?)\s*(?:["\u201c\u201e\u00ab](.*))?$/is) ?? [];
  if (name) return { name, why: (quoted ?? '').replace(/["\u201c\u201d\u00bb]\s*$/, '') };
  if (/^to\s*$/i.test(rest))
    throw new Refused('Say whom: escalate INC-1042 to Lena "customers are affected".');
  return { name: '', why: rest };
}

function ownerOf({ id, name, upn }: Person) {
  return { id, name, upn };
}

function calledInWords({ id, deeds }: Incident): string {
  const last = deeds.findLast((deed) => deed.type === 'escalated');
  const names = last?.to.map(({ name }) => name).join(' and ') ?? '';
  return `${names || 'The room'} ${last && last.to.length > 1 ? 'are' : 'is'} called about ${incidentName(id)}.`;
}
