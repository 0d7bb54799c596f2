import { closest } from 'fastest-levenshtein';
import { Refused } from '../errors.ts';
import { type Severity, severities } from '../incident/alert.ts';
import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';

export const severity: ChangeCommand = {
  kind: 'change',
  verb: 'severity',
  name: 'severity',
  aliases: ['sev'],
  usage: 'severity [INC-1042] <high | medium | low | informational>',
  summary: 'Raise or lower the severity.',
  settles: 'severity-changed',

  understand({ args }) {
    const wanted = args[0]?.toLowerCase() ?? '';
    const found = find(wanted);
    if (found) return { type: 'set-severity', severity: found };
    const hint = wanted ? ` Did you mean ${closest(wanted, [...severities])}?` : '';
    throw new Refused(`Severity is one of ${severities.join(', ')}.${hint}`);
  },

  dialog: {
    draw: (incident) => ({
      title: 'Severity',
      submit: 'Set severity',
      fields: [
        {
          kind: 'choice',
          id: 'severity',
          label: 'How severe is it?',
          required: true,
          chosen: incident.severity,
          choices: severities.map((value) => ({ value, label: value })),
        },
      ],
    }),
    read(fields) {
      const found = find(fields.severity ?? '');
      return found ? { type: 'set-severity', severity: found } : { faults: { severity: 'Choose one.' } };
    },
  },

  told: (incident) => `${incidentName(incident.id)} is ${incident.severity} now.`,
};

function find(text: string): Severity | undefined {
  return severities.find((severity) => severity === text || (text.length >= 3 && severity.startsWith(text)));
}
