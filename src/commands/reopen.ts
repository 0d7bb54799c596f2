import { incidentName } from '../incident/incident.ts';
import { responders } from '../people/roles.ts';
import type { ChangeCommand } from './command.ts';

export const reopen: ChangeCommand = {
  kind: 'change',
  verb: 'reopen',
  name: 'reopen',
  aliases: ['open-again'],
  usage: 'reopen [INC-1042]',
  summary: 'Open a closed incident again.',
  allowed: responders,
  understand: () => ({ type: 'reopen' }),
  told: (incident) => `${incidentName(incident.id)} is open again.`,
};
