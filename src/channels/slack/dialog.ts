import type { InputBlock, ModalView, Option } from '@slack/types';
import type { QueryDialogView } from '../query-view.ts';
import type { Choice, DialogView, FieldView } from '../views.ts';
import { type IncidentSubject, type QuerySubject, type Subject, suggestedIn } from './subject.ts';
import { line, plain, richText, words } from './text.ts';

/** A dialog as a modal. A field's id is its block id; what is decided about travels as ids in the metadata. */
export function drawDialog(
  view: DialogView | QueryDialogView,
  conversation: string,
  thread?: string,
): ModalView {
  const subject: Subject =
    'query' in view ? aboutQuery(view, conversation, thread) : aboutIncident(view, conversation);
  return {
    type: 'modal',
    callback_id: 'query' in view ? 'query' : 'incident',
    private_metadata: JSON.stringify(subject),
    title: plain(view.title, 24),
    submit: plain(view.submit, 24),
    close: plain('Cancel', 24),
    blocks: [richText('about', [line(words(view.about, 600))]), ...view.fields.map(drawField)],
  };
}

function aboutIncident(
  { incident, version, verb, fields }: DialogView,
  conversation: string,
): IncidentSubject {
  return { incident, version, verb, conversation, ...suggestedIn(fields) };
}

function aboutQuery(
  { query, verb, fields }: QueryDialogView,
  conversation: string,
  thread?: string,
): QuerySubject {
  return { query, verb, conversation, ...(thread && { thread }), ...suggestedIn(fields) };
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

function drawField(field: FieldView): InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    label: plain(field.label, 150),
    optional: !field.required,
    element: drawElement(field),
  };
}

function drawElement(field: FieldView): InputBlock['element'] {
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
      return {
        type: 'plain_text_input',
        action_id: 'text',
        multiline: true,
        max_length: Math.min(Math.max(field.maxLength, 1), 3_000),
        ...(field.placeholder ? { placeholder: plain(field.placeholder, 150) } : {}),
      };
  }
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
