import type { WordsFormView } from '../channel.ts';
import type { QueryDialogView } from '../query-view.ts';
import type { RunDialogView } from '../run-view.ts';
import type { Choice, DialogView, FieldView } from '../views.ts';
import { inert, inertSentence } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** Names of the lists that fields search while one types. */
export const datasets = { people: 'watchfloor/people', hunts: 'watchfloor/hunts' } as const;

/** More choices than this are a menu rather than a list to read. */
const readableChoices = 7;
/** A short list to choose from without typing; everybody else is found by typing. */
const shownPeople = 20;
/** Longer text gets more than one line. */
const oneLine = 150;

/** What has been typed so far and what of it must be mended, by field id. */
export interface Typed {
  values: Record<string, string>;
  faults: Record<string, string>;
}

type AnyDialogView = DialogView | QueryDialogView | RunDialogView | WordsFormView;

/** A dialog as a card; `people` are all that a person field can be filled with, whoever comes first foremost. */
export function drawDialog(
  view: AnyDialogView,
  people: Choice[],
  typed: Typed = { values: {}, faults: {} },
): Card {
  const labels = new Map(view.fields.map((field) => [field.id, field.label]));
  const faults = Object.entries(typed.faults).map(([id, fault]) => {
    const label = labels.get(id);
    return { text: inert(label ? `${label.replace(/[?:]$/, '')}: ${fault}` : fault) };
  });
  return fill('dialog', {
    about: inert(view.about),
    fallback: inertSentence(`${view.title}: ${view.about}.`),
    hasFaults: faults.length > 0,
    faults,
    hasInputs: view.fields.length > 0,
    inputs: view.fields.map((field) => drawField(field, people, typed.values[field.id])),
    submit: inertSentence(view.submit),
    data: subjectOf(view),
  });
}

/** What the button carries: of whom the dialog is, and what was chosen before; never authority. */
function subjectOf(view: AnyDialogView): object {
  if ('words' in view) return { verb: 'say/form', say: view.words };
  const { verb } = view;
  if ('query' in view) return { verb: `query/${verb}`, query: view.query };
  if ('run' in view) return { verb: `run/${verb}`, run: view.run, revision: view.revision };
  const { incident, version, carried } = view;
  return { verb, incident, version, ...(carried && { carried }) };
}

function drawField(field: FieldView, people: Choice[], value: string | undefined): object {
  return field.kind === 'says' ? drawSaying(field) : toInput(field, people, value);
}

/** Not a TextBlock: clients read what stands in one as Markdown. */
function drawSaying({ label, text }: Extract<FieldView, { kind: 'says' }>): object {
  const head = { type: 'TextRun', text: inert(label), weight: 'Bolder' };
  const said = { type: 'TextRun', text: inert(text) };
  return {
    type: 'Container',
    items: [
      { type: 'RichTextBlock', inlines: [head] },
      { type: 'RichTextBlock', inlines: [said], spacing: 'Small' },
    ],
  };
}

function toInput(
  field: Exclude<FieldView, { kind: 'says' }>,
  people: Choice[],
  value: string | undefined,
): object {
  const common = {
    id: field.id,
    label: inertSentence(field.label),
    isRequired: field.required,
    ...(field.required && { errorMessage: inertSentence(`${field.label} is needed.`) }),
  };
  switch (field.kind) {
    case 'text': {
      const text = value ?? field.filled;
      return {
        type: 'Input.Text',
        ...common,
        isMultiline: field.maxLength > oneLine,
        maxLength: field.maxLength,
        placeholder: inertSentence(field.placeholder),
        ...(text !== undefined && { value: inert(text) }),
      };
    }
    case 'choice':
      return {
        type: 'Input.ChoiceSet',
        ...common,
        style: field.choices.length <= readableChoices ? 'expanded' : 'compact',
        wrap: true,
        choices: field.choices.map(toChoice),
        ...chosen(value ?? field.chosen),
      };
    case 'person': {
      const wanted = value ?? field.chosen?.value;
      const found = [...people, ...(field.chosen ? [field.chosen] : [])].find((one) => one.value === wanted);
      const others = people.filter((one) => one !== found).slice(0, shownPeople);
      return {
        type: 'Input.ChoiceSet',
        ...common,
        style: 'filtered',
        placeholder: 'Type a name',
        choices: (found ? [found, ...others] : others).map(toChoice),
        'choices.data': { type: 'Data.Query', dataset: datasets.people },
        // A value that is not among the choices would be shown as the bare directory id.
        ...chosen(found?.value),
      };
    }
    case 'hunt': {
      const found = field.suggested.find((one) => one.value === value);
      return {
        type: 'Input.ChoiceSet',
        ...common,
        style: 'filtered',
        placeholder: 'Type a name, a tactic or a table',
        choices: field.suggested.map(toChoice),
        'choices.data': { type: 'Data.Query', dataset: datasets.hunts },
        ...chosen(found?.value),
      };
    }
  }
}

/** Teams has no place for a choice's description, so it stands behind the label. */
export function toChoice({ value, label, description }: Choice): { title: string; value: string } {
  return { title: inertSentence(description ? `${label} · ${description}` : label), value };
}

function chosen(value: string | undefined): { value?: string } {
  return value === undefined || value === '' ? {} : { value };
}
