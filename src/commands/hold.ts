import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

/** A sentence with the number of the matter; the papers are elsewhere. */
const limit = 500;

export const hold: ChangeCommand = {
  kind: 'change',
  verb: 'hold',
  name: 'hold',
  aliases: ['legal-hold'],
  usage: 'hold [INC-1042] <reason>',
  summary: 'Put an incident under legal hold: nothing of it is archived or removed.',

  understand({ rest }) {
    if (!rest) throw new Refused('Say why: hold INC-1042 "matter 2026-17, asked for by legal".');
    return { type: 'hold', reason: written(rest, limit) };
  },

  dialog: {
    draw: () => ({
      title: 'Legal hold',
      submit: 'Hold',
      fields: [
        {
          kind: 'text',
          id: 'reason',
          label: 'Why must it be kept?',
          required: true,
          maxLength: limit,
          placeholder: 'The matter, and who asked for it',
        },
      ],
    }),
    read(fields) {
      const reason = fields.reason?.trim() ?? '';
      return reason
        ? { type: 'hold', reason: written(reason, limit) }
        : { faults: { reason: 'Write the reason.' } };
    },
  },

  told: (incident) => `${incidentName(incident.id)} is under legal hold.`,
};
