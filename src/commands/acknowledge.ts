import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

export const acknowledge: ChangeCommand = {
  kind: 'change',
  verb: 'acknowledge',
  name: 'ack',
  aliases: ['acknowledge', 'seen'],
  usage: 'ack [INC-1042]',
  summary: 'Acknowledge an incident without owning it.',
  understand: () => ({ type: 'acknowledge' }),
  told: (incident) => `${incidentName(incident.id)} is acknowledged.`,
};
