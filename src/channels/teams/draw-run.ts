import { bound } from '../clean.ts';
import type { Fact } from '../fact.ts';
import type { RunButton, RunView } from '../run-view.ts';
import { drawCode } from './draw-code.ts';
import { firstToFit } from './fit.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** Phones show more than five buttons badly; the one that shows the others is one of them. */
const visibleButtons = 5;
/** Code points of any one text: from all that a view may hold down to what fits whatever is in it. */
const lengths: [number, ...number[]] = [1_500, 800, 400, 200, 100, 40];

/**
 * A run of a playbook from its request to its end. `told` is a sentence for the one person who gets this card as the answer
 * to a press. What does not fit into 25 kB is cut, visibly.
 */
export function drawRun(view: RunView, told = ''): Card {
  return firstToFit(lengths, (length) => draw(view, told, length));
}

/** Colour follows how it stands; the headline says it in words. */
const stripOf = {
  asks: 'warning',
  busy: 'accent',
  done: 'good',
  standing: 'accent',
  failed: 'attention',
  over: 'emphasis',
} as const satisfies Record<RunView['tone'], string>;

function draw(view: RunView, told: string, length: number): Card {
  const cut = (text: string, most: number) => bound(text, Math.min(most, length));
  const { actions, hidden } = toButtons(view);
  return fill('run', {
    fallback: inertSentence(cut(view.fallback, 1_000)),
    strip: stripOf[view.tone],
    headline: inert(cut(view.headline, 150)),
    told: inert(cut(told, 500)),
    effect: inert(cut(view.effect, 300)),
    facts: view.facts.map((fact) => toRow(fact, cut)),
    warning: inert(cut(view.warning, 600)),
    progress: inert(cut(view.progress, 500)),
    outputs: view.outputs.map((output) => toOutput(output, cut)),
    hasActions: actions.length > 0,
    actions,
    hasMore: hidden.length > 0,
    more: hidden,
  });
}

type Cut = (text: string, most: number) => string;

function toRow(fact: Fact, cut: Cut): object {
  const label = inert(cut(fact.label, 40));
  return 'at' in fact
    ? { label, value: '', at: readerTime(fact.at) }
    : { label, value: inert(cut(fact.value, 400)), at: '' };
}

/** What is no link of ours is shown as the text that it is. */
function toOutput(output: RunView['outputs'][number], cut: Cut): object {
  const label = inertSentence(cut(output.label, 60));
  const url = 'url' in output ? httpsOnly(output.url) : '';
  const text = 'text' in output ? output.text : output.url;
  return { label, url, code: url === '' ? [drawCode(cut(text, 1_500))] : [] };
}

function toButtons(view: RunView): { actions: object[]; hidden: object[] } {
  const all = view.buttons.map((button) => toAction(view, button));
  if (all.length <= visibleButtons) return { actions: all, hidden: [] };
  const first = visibleButtons - 1;
  return { actions: [...all.slice(0, first), showMore], hidden: all.slice(first) };
}

const showMore = { type: 'Action.ToggleVisibility', title: 'More actions', targetElements: ['more'] };

/**
 * Teams promises no colour of its own for any style, so a label has to say what its button does.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference#support-for-adaptive-cards
 */
const styleOf = {
  primary: { style: 'positive' },
  danger: { style: 'destructive' },
  plain: {},
} as const satisfies Record<RunButton['style'], object>;

function toAction({ id, revision }: RunView, { verb, label, style, dialog }: RunButton): object {
  const look = { title: inertSentence(label), ...styleOf[style], associatedInputs: 'none' };
  const submitted = { verb: `run/${verb}`, run: id, revision };
  if (dialog)
    return { type: 'Action.Submit', ...look, data: { msteams: { type: 'task/fetch' }, ...submitted } };
  return {
    type: 'Action.Execute',
    ...look,
    verb: `watchfloor/run/${verb}`,
    data: { run: id, revision },
    // Clients without Universal Actions draw this in its place and send it as a message.
    fallback: { type: 'Action.Submit', ...look, data: submitted },
  };
}
