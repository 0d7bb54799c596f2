import { bound } from '../../channels/clean.ts';
import type { Curtain } from '../../channels/clearance.ts';
import type { RunDialogView, RunVerb } from '../../channels/run-view.ts';
import { durationInWords } from '../../channels/run-words.ts';
import type { Choice, FieldView } from '../../channels/views.ts';
import { Refused } from '../../errors.ts';
import { subjectName } from '../../incident/enrichment.ts';
import { type Run, type RunOrder, runName } from '../../incident/run.ts';
import type { Playbook } from '../../playbooks/playbook.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { orderOf } from './request.ts';

/** The form behind a button of a run's message. */
export function drawRunDialog(floor: Watchfloor, run: Run, verb: RunVerb, show: Curtain): RunDialogView {
  const name = runName(run.number);
  const dialog = (title: string, submit: string, fields: FieldView[]): RunDialogView => ({
    run: run.id,
    revision: run.version,
    verb,
    title,
    submit,
    about: bound(`${name} · ${run.play.title} · ${show(subjectName(run.order.target), 80)}`, 150),
    fields,
  });
  const note = (label: string, placeholder: string): FieldView => ({
    kind: 'text',
    id: 'note',
    label,
    required: true,
    maxLength: 500,
    placeholder,
  });
  switch (verb) {
    case 'refuse':
      return dialog(`Refuse ${name}`, 'Refuse', [note('Why', 'What should be done instead?')]);
    case 'break-glass':
      return dialog('Run without approval', 'Run it now', [
        {
          kind: 'says',
          id: 'loud',
          label: 'Before you do',
          text: [
            show(run.play.effect, 300),
            show(run.warning, 400),
            'Everybody sees that it was not approved, and a lead has to review it.',
          ]
            .filter(Boolean)
            .join(' '),
        },
        note('Why it cannot wait', 'Nobody can be reached, and the attacker is at it.'),
      ]);
    case 'review':
      return dialog(`Review ${name}`, 'Reviewed', [
        {
          kind: 'says',
          id: 'was',
          label: 'What was said',
          text: show(`${run.breakGlass?.by.name ?? ''}: ${run.breakGlass?.reason ?? ''}`, 600),
        },
        note('What you make of it', 'Right under the circumstances; the policy needs a change.'),
      ]);
    case 'extend': {
      const choices = longerOf(floor.plays.all.get(run.order.play));
      return dialog(`Extend ${name}`, 'Extend', [
        { kind: 'choice', id: 'minutes', label: 'For how much longer', required: true, choices },
      ]);
    }
    case 'change': {
      const play = floor.plays.all.get(run.order.play);
      if (!play) throw new Refused(`There is no playbook "${run.order.play}" any more.`);
      return dialog(`Change ${name}`, 'Change', orderFields(play, run.order));
    }
    case 'confirm':
    case 'approve':
    case 'cancel':
    case 'undo':
      throw new Refused(`"${verb}" needs no dialog.`);
  }
}

/** What has to be said beside the target. */
export function orderFields(play: Playbook, said?: RunOrder): FieldView[] {
  return [
    ...play.parameters.map((one) => parameterField(one, said?.parameters[one.name])),
    ...lastsFields(play, said),
  ];
}

function parameterField(
  { name, label, required, usual, choices, like }: Playbook['parameters'][number],
  said = usual,
): FieldView {
  const id = `set-${name}`;
  if (choices) {
    const chosen = choices.some(({ value }) => value === said) ? { chosen: said } : {};
    return { kind: 'choice', id, label, required, choices: choices.map((one) => ({ ...one })), ...chosen };
  }
  return {
    kind: 'text',
    id,
    label,
    required,
    maxLength: 300,
    placeholder: like?.says ?? '',
    ...(said && { filled: said }),
  };
}

function lastsFields({ reverse, lasts }: Playbook, said?: RunOrder): FieldView[] {
  if (!reverse) return [];
  const usual = said ? said.minutes : lasts?.minutes;
  const most = lasts?.mostMinutes;
  const minutes = [...new Set([...spans, ...(usual === undefined ? [] : [usual])])]
    .filter((span) => most === undefined || span <= most)
    .sort((a, b) => a - b);
  const choices = [
    ...minutes.map((span) => ({ value: String(span), label: durationInWords(span) })),
    ...(lasts ? [] : [forGood]),
  ];
  const chosen = usual === undefined ? forGood.value : String(usual);
  return [
    {
      kind: 'choice',
      id: 'minutes',
      label: `For how long (then: ${reverse.title})`,
      required: true,
      choices,
      chosen,
    },
  ];
}

const spans = [30, 60, 240, 480, 1_440, 4_320, 10_080];
const forGood: Choice = { value: 'for-good', label: 'Until somebody ends it' };

function longerOf(play: Playbook | undefined): Choice[] {
  const most = play?.lasts?.mostMinutes ?? Number.POSITIVE_INFINITY;
  const choices = [30, 60, 240, 480, 1_440]
    .filter((span) => span <= most)
    .map((span) => ({ value: String(span), label: durationInWords(span) }));
  return play?.lasts ? choices : [...choices, forGood];
}

const aYear = 525_600;

/** `undefined` is until somebody ends it. Throws `Refused`. */
export function readMinutes(said: string | undefined): number | undefined {
  if (said === undefined || said === '' || said === forGood.value) return undefined;
  const minutes = Number(said);
  if (minutes > 0 && minutes <= aYear) return minutes;
  throw new Refused('Say how long: 30m, 4h, 2d.');
}

/** The order as the filled fields say it. */
export function readOrder(
  play: Playbook,
  { order }: Pick<Run, 'order'>,
  fields: Record<string, string>,
): RunOrder {
  return orderOf({
    play,
    target: order.target,
    parameters: readParameterFields(fields),
    minutes: readMinutes(fields.minutes),
  });
}

export function readParameterFields(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([id, value]) => (id.startsWith('set-') ? [[id.slice(4), value]] : [])),
  );
}
