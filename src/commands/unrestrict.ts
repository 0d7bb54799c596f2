import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

export const unrestrict: ChangeCommand = {
  kind: 'change',
  verb: 'unrestrict',
  name: 'unrestrict',
  aliases: ['unlock'],
  usage: 'unrestrict [INC-1042]',
  summary: 'Show it to everybody again; only those it names may lift it.',
  understand: () => ({ type: 'unrestrict' }),
  told: (incident) => `${incidentName(incident.id)} is shown to everybody again, with all that was done.`,
};
