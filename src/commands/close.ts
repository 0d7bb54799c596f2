import { closest } from 'fastest-levenshtein';
import type { FieldFaults } from '../channels/channel.ts';
import { written } from '../channels/clean.ts';
import type { Choice } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import {
  type Classification,
  type ClassificationReason,
  closingInWords,
  reasonsOf,
} from '../incident/alert.ts';
import type { Intent } from '../incident/decide.ts';
import { incidentName } from '../incident/incident.ts';
import type { ChangeCommand } from './command.ts';
import { askWhatStands, findFate, readFate } from './what-stands.ts';

const limit = 3_000;

/** Sentinel's classification with reason, one line each; https://learn.microsoft.com/azure/sentinel/investigate-cases */
const endings: { classification: Classification; reason: ClassificationReason | undefined; means: string }[] =
  [
    {
      classification: 'true-positive',
      reason: 'suspicious-activity',
      means: 'An attack, or somebody breaking the rules.',
    },
    {
      classification: 'benign-positive',
      reason: 'suspicious-but-expected',
      means: 'It happened, and it was meant to.',
    },
    {
      classification: 'false-positive',
      reason: 'incorrect-alert-logic',
      means: 'The rule looks for the wrong thing.',
    },
    {
      classification: 'false-positive',
      reason: 'inaccurate-data',
      means: 'The rule is right; what it was fed is not.',
    },
    { classification: 'undetermined', reason: undefined, means: 'Nobody can tell any more.' },
  ];

const shortForms: Record<string, Classification> = {
  tp: 'true-positive',
  bp: 'benign-positive',
  fp: 'false-positive',
  un: 'undetermined',
};

export const close: ChangeCommand = {
  kind: 'change',
  verb: 'close',
  name: 'close',
  aliases: ['resolve', 'done'],
  usage:
    'close [INC-1042] <true-positive | benign-positive | false-positive | undetermined> [reason] [comment]',
  summary: 'Close with a classification; it goes to Azure too.',
  isText: true,
  options: [
    {
      name: 'contained',
      value: 'keep | undo',
      summary: 'What becomes of what playbooks changed and still stands; needed where something does.',
    },
  ],
  examples: [
    'close INC-1042 false-positive inaccurate-data the clock was wrong',
    'close INC-1042 true-positive laptop is reinstalled --contained undo',
  ],

  understand({ args, options }) {
    const classification = findClassification(args[0]?.toLowerCase() ?? '');
    const reasons = reasonsOf[classification];
    const named = reasons.find((reason) => reason === args[1]?.toLowerCase());
    const comment = args.slice(named ? 2 : 1).join(' ');
    const reason = named ?? (reasons.length === 1 ? reasons[0] : undefined);
    if (reasons.length > 1 && !reason) {
      throw new Refused(`Say why it is a ${classification}: ${reasons.join(' or ')}.`);
    }
    const closing = { classification, reason, comment: written(comment, limit) };
    return { type: 'close', closing, contained: readFate(options.contained) };
  },

  dialog: {
    draw: (incident) => ({
      title: 'Close incident',
      submit: 'Close incident',
      fields: [
        {
          kind: 'choice',
          id: 'ending',
          label: 'What was it?',
          required: true,
          choices: endings.map(choiceOf),
        },
        ...askWhatStands(incident),
        {
          kind: 'text',
          id: 'comment',
          label: 'Comment',
          required: false,
          maxLength: limit,
          placeholder: 'What should the next person know who sees this?',
        },
      ],
    }),
    read(fields): Intent | FieldFaults {
      const ending = endings.find((e) => choiceValue(e) === fields.ending);
      if (!ending) return { faults: { ending: 'Choose what it was.' } };
      const contained = findFate(fields.contained);
      if (fields.contained !== undefined && !contained)
        return { faults: { contained: 'Choose what becomes of it.' } };
      const { classification, reason } = ending;
      const closing = { classification, reason, comment: written(fields.comment?.trim() ?? '', limit) };
      return { type: 'close', closing, contained };
    },
  },

  told: (incident) =>
    incident.closing
      ? `${incidentName(incident.id)} is closed as ${closingInWords(incident.closing)}.`
      : `${incidentName(incident.id)} is closed.`,
};

/** `tp`, `true-positive`, `benign` … Throws `Refused` with what was probably meant. */
export function findClassification(text: string): Classification {
  const names = Object.keys(reasonsOf) as Classification[];
  // Typed words may be the names of what every object has: `constructor`.
  const long = Object.hasOwn(shortForms, text) ? shortForms[text] : text;
  const found = names.find((name) => name === long);
  if (found) return found;
  if (!text) throw new Refused(`Say what it was: ${names.join(', ')}.`);
  throw new Refused(`"${text}" is no classification. Did you mean ${closest(text, names)}?`);
}

function choiceValue(ending: {
  classification: Classification;
  reason: ClassificationReason | undefined;
}): string {
  return ending.reason ? `${ending.classification}/${ending.reason}` : ending.classification;
}

function choiceOf(ending: (typeof endings)[number]): Choice {
  const label = ending.reason
    ? `${inWords(ending.classification)}: ${inWords(ending.reason).toLowerCase()}`
    : inWords(ending.classification);
  return { value: choiceValue(ending), label, description: ending.means };
}

function inWords(word: string): string {
  const spaced = word.replaceAll('-', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
