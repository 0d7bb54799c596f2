import type { FieldFaults } from '../channels/channel.ts';
import { written } from '../channels/clean.ts';
import type { FormView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import type { Words } from './command.ts';
import { needEnd } from './read-until.ts';
import { type SilenceScope, silenceScopes } from './silence-desk.ts';

/** Behind More on a card: what of the incident, for how long and why. What comes of it is a preview. */
export function drawSilenceForm(timeZone: string): Pick<FormView, 'title' | 'submit' | 'fields'> {
  return {
    title: 'Silence',
    submit: 'Preview',
    fields: [
      {
        kind: 'choice',
        id: 'scope',
        label: 'What is kept quiet',
        required: true,
        chosen: 'both',
        choices: [
          { value: 'both', label: 'This rule about this entity', description: 'The narrowest' },
          { value: 'rule', label: 'This rule, whatever it is about' },
          { value: 'entity', label: 'This entity, whatever the rule' },
        ],
      },
      {
        kind: 'text',
        id: 'until',
        label: 'For how long, or until when',
        required: true,
        maxLength: 40,
        placeholder: `4h, 2d, or friday 18:00 (${timeZone})`,
      },
      {
        kind: 'text',
        id: 'reason',
        label: 'Why',
        required: true,
        maxLength: 300,
        placeholder: 'What whoever wonders later has to know',
      },
    ],
  };
}

/** What the filled form asks for, or what to mend. */
export function readSilenceForm(
  fields: Record<string, string>,
  now: Date,
  timeZone: string,
): { scope: SilenceScope; until: Instant; reason: string } | FieldFaults {
  const reason = written(fields.reason ?? '', 300);
  if (!reason) return { faults: { reason: 'Whoever wonders later reads it.' } };
  try {
    const until = needEnd((fields.until ?? '').split(/\s+/).filter(Boolean), now, timeZone);
    return { scope: readScope(fields.scope), until, reason };
  } catch (error) {
    if (error instanceof Refused) return { faults: { until: error.message } };
    throw error;
  }
}

export function readScope(said: Words['options'][string] | undefined): SilenceScope {
  if (said === undefined || said === '') return 'both';
  const scope = silenceScopes.find((known) => known === said);
  if (scope) return scope;
  throw new Refused('Say --only rule, or --only entity.');
}
