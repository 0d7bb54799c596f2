import type { InputBlock, KnownBlock, ModalView, Option } from '@slack/types';
import { written } from '../clean.ts';
import type { QueryDialogView } from '../query-view.ts';
import type { RunDialogView } from '../run-view.ts';
import type { Choice, DialogView, FieldView, FormView } from '../views.ts';
import { type Subject, writeSubject } from './subject.ts';
import { bold, line, plain, richText, words } from './text.ts';

/** A dialog as a modal. A field's id is its block id; what is decided about travels as ids in the metadata. */
export function drawDialog(
  view: DialogView | QueryDialogView | RunDialogView,
  conversation: string,
  thread?: string,
): ModalView {
  return drawForm(view, subjectOf(view, conversation, thread));
}

/** A form about whatever `subject` is. */
export function drawForm(view: FormView, subject: Subject): ModalView {
  return {
    type: 'modal',
    callback_id: kindOf(subject),
    private_metadata: writeSubject(subject, view.fields),
    title: plain(view.title, 24),
    submit: plain(view.submit, 24),
    close: plain('Cancel', 24),
    blocks: [richText('about', [line(words(view.about, 600))]), ...view.fields.map(drawField)],
  };
}

function subjectOf(
  view: DialogView | QueryDialogView | RunDialogView,
  conversation: string,
  thread: string | undefined,
): Subject {
  const place = { conversation, ...(thread && { thread }) };
  if ('query' in view) return { query: view.query, verb: view.verb, ...place };
  if ('run' in view) return { run: view.run, revision: view.revision, verb: view.verb, ...place };
  const { incident, version, verb, carried } = view;
  return { incident, version, verb, conversation, ...(carried && { carried }) };
}

function kindOf(subject: Subject): string {
  if ('words' in subject) return 'words';
  if ('query' in subject) return 'query';
  return 'run' in subject ? 'run' : 'incident';
}

/** In place of a dialog that cannot go on: why. */
export function drawRefusal(sentence: string): ModalView {
  return {
    type: 'modal',
    title: plain('Not done', 24),
    close: plain('Close', 24),
    blocks: [richText('refusal', [line(words(sentence, 1_000))])],
  };
}

function drawField(field: FieldView): KnownBlock {
  if (field.kind === 'says')
    return richText(field.id, [line(bold(field.label, 150)), line(words(field.text, 600))]);
  return {
    type: 'input',
    block_id: field.id,
    label: plain(field.label, 150),
    optional: !field.required,
    element: drawElement(field),
  };
}

function drawElement(field: Exclude<FieldView, { kind: 'says' }>): InputBlock['element'] {
  switch (field.kind) {
    case 'choice':
      return drawChoice(field);
    case 'person':
      return {
        type: 'external_select',
        action_id: 'person',
        // Shows whom one can choose before anything is typed.
        min_query_length: 0,
        placeholder: plain('Type a name', 150),
        ...(field.chosen ? { initial_option: drawOption(field.chosen) } : {}),
      };
    case 'hunt':
      return {
        type: 'external_select',
        action_id: 'hunt',
        min_query_length: 0,
        placeholder: plain('Type words of its name, a tactic, a table', 150),
      };
    case 'text':
      return drawText(field);
  }
}

/** Nothing that is longer is one name or number. */
const LONGEST_LINE = 150;

function drawText({
  maxLength,
  placeholder,
  filled = '',
}: Extract<FieldView, { kind: 'text' }>): InputBlock['element'] {
  const max_length = Math.min(Math.max(maxLength, 1), 3_000);
  const initial_value = written(filled, max_length);
  return {
    type: 'plain_text_input',
    action_id: 'text',
    multiline: max_length > LONGEST_LINE,
    max_length,
    ...(initial_value && { initial_value }),
    ...(placeholder && { placeholder: plain(placeholder, 150) }),
  };
}

// Radio buttons show what each choice means; Slack takes ten of them and a hundred in a menu.
const MOST_RADIO_BUTTONS = 10;
const MOST_OPTIONS = 100;

function drawChoice(field: Extract<FieldView, { kind: 'choice' }>): InputBlock['element'] {
  const options = field.choices.slice(0, MOST_OPTIONS).map(drawOption);
  const initial = options.find((option) => option.value === field.chosen);
  const chosen = initial ? { initial_option: initial } : {};
  const explained = field.choices.some((choice) => choice.description);
  if (explained && options.length <= MOST_RADIO_BUTTONS)
    return { type: 'radio_buttons', action_id: 'choice', options, ...chosen };
  return {
    type: 'static_select',
    action_id: 'choice',
    placeholder: plain('Choose', 150),
    options,
    ...chosen,
  };
}

/** One thing to choose. Its value is never cut: it would mean something else. */
export function drawOption(choice: Choice): Option & { text: ReturnType<typeof plain> } {
  return {
    text: plain(choice.label, 75),
    value: choice.value,
    ...(choice.description ? { description: plain(choice.description, 75) } : {}),
  };
}
