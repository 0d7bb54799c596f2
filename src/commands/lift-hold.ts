import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

export const liftHold: ChangeCommand = {
  kind: 'change',
  verb: 'lift-hold',
  name: 'lift-hold',
  aliases: ['unhold'],
  usage: 'lift-hold [INC-1042]',
  summary: 'Lift the legal hold of an incident.',
  understand: () => ({ type: 'lift-hold' }),
  told: (incident) => `${incidentName(incident.id)} is under no legal hold any more.`,
};
