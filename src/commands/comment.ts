import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

/** Slack's largest text input; a whole history of them still fits Sentinel's 30,000 characters in most cases. */
const limit = 3_000;

export const comment: ChangeCommand = {
  kind: 'change',
  verb: 'comment',
  name: 'comment',
  aliases: ['say'],
  usage: 'comment [INC-1042] <text>',
  summary: 'Write something down; it goes to Azure too.',

  understand({ rest }) {
    if (!rest) throw new Refused('Say what to write down: comment INC-1042 "user confirmed the sign-in".');
    return { type: 'comment', text: written(rest, limit) };
  },

  dialog: {
    draw: () => ({
      title: 'Comment',
      submit: 'Comment',
      fields: [
        {
          kind: 'text',
          id: 'text',
          label: 'Comment',
          required: true,
          maxLength: limit,
          placeholder: 'What did you find, do or decide?',
        },
      ],
    }),
    read(fields) {
      const text = fields.text?.trim() ?? '';
      return text
        ? { type: 'comment', text: written(text, limit) }
        : { faults: { text: 'Write something.' } };
    },
  },

  told: (incident) => `Written to ${incidentName(incident.id)}.`,
};
