import type { FieldFaults } from '../../channels/channel.ts';
import { clean } from '../../channels/clean.ts';
import type { FormView } from '../../channels/views.ts';
import { Refused } from '../../errors.ts';
import { clockName, findRunning } from '../../incident/clock.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { runningName } from './clocks.ts';

/** What is asked before a clock starts. */
export function drawStart(
  floor: Watchfloor,
  incident: Incident,
): Pick<FormView, 'title' | 'submit' | 'fields'> {
  const left = floor.after.clocks.filter(({ name }) => !findRunning(incident.clocks, name));
  if (left.length === 0)
    throw new Refused(
      floor.after.clocks.length === 0
        ? 'No clocks are set up: clocks in the settings.'
        : `Every clock runs on ${incidentName(incident.id)} already.`,
    );
  return {
    title: 'Start a clock',
    submit: 'Start it',
    fields: [
      {
        kind: 'choice',
        id: 'clock',
        label: 'Which one?',
        required: true,
        choices: left.slice(0, 100).map((rule) => ({ value: rule.name, label: clean(clockName(rule), 75) })),
      },
      {
        kind: 'text',
        id: 'since',
        label: 'Since when did we know?',
        required: false,
        maxLength: 60,
        placeholder: 'Now, unless you say: 02:14, or 2026-11-28 02:14',
      },
    ],
  };
}

export function drawStop(incident: Incident, name: string): Pick<FormView, 'title' | 'submit' | 'fields'> {
  runningName(incident, name);
  return {
    title: 'Stop the clock',
    submit: 'Stop it',
    fields: [
      {
        kind: 'text',
        id: 'note',
        label: 'What was done?',
        required: true,
        maxLength: 500,
        placeholder: 'Notified the authority, ref …; or why nobody has to be notified',
      },
    ],
  };
}

export function readStart(fields: Record<string, string>): { name: string; since: string } | FieldFaults {
  if (!fields.clock) return { faults: { clock: 'Choose a clock.' } };
  return { name: fields.clock, since: fields.since?.trim() ?? '' };
}
