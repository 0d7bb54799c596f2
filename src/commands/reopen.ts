import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

export const reopen: ChangeCommand = {
  kind: 'change',
  verb: 'reopen',
  name: 'reopen',
  aliases: ['open-again'],
  usage: 'reopen [INC-1042]',
  summary: 'Open a closed incident again.',
  understand: () => ({ type: 'reopen' }),
  told: (incident) => `${incidentName(incident.id)} is open again.`,
};
