import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

export const take: ChangeCommand = {
  kind: 'change',
  verb: 'take',
  name: 'take',
  aliases: ['mine', 'own'],
  usage: 'take [INC-1042]',
  summary: 'Acknowledge an incident and own it.',
  understand: ({ person }) => ({ type: 'take', as: { id: person.id, name: person.name, upn: person.upn } }),
  told: (incident) => `${incidentName(incident.id)} is yours.`,
};
