import type { Severity, Status } from '../../incident/alert.ts';
import { mostChips } from '../chips.ts';
import type { Fact } from '../fact.ts';
import type { ButtonView, CardView } from '../views.ts';
import { drawChips } from './draw-chips.ts';
import { httpsOnly, inert, inertSentence, readerTime } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** Phones show more than five buttons badly; `More` is one of them. Teams draws six a row and hides the rest. */
const visibleButtons = 5;

/**
 * The incident as a card. `told` is a sentence for the one person who gets this card as the answer to a
 * press; empty for the card that everybody sees.
 */
export function drawCard(view: CardView, told = ''): Card {
  if (view.existsOnly) return drawExistence(view);
  const { repairs, actions, hidden } = toButtons(view);
  const entities = toEntities(view);
  return fill(view.status === 'closed' || view.merged ? 'incident-closed' : 'incident', {
    fallback: inertSentence(view.fallback),
    strip: view.merged ? mergedStrip : stripOf[view.status],
    headline: inert(`${iconOf[view.severity]} ${view.headline}`),
    told: inert(told),
    name: inert(view.name),
    title: inert(view.title),
    url: httpsOnly(view.url),
    hasWhy: view.why.length > 0,
    why: view.why.map((text) => ({ text: inert(text) })),
    hasEntities: entities.length > 0,
    entities,
    precedent: inert(view.precedent ?? ''),
    hasFacts: view.facts.length > 0,
    facts: view.facts.map(toRow),
    deadlines: view.deadlines.map(({ text, at }) => ({ text: inert(text), at: readerTime(at) })),
    stands: (view.stands ?? []).map((text) => ({ text: inert(text) })),
    changed: inert(view.lastChange?.text ?? ''),
    changedAt: view.lastChange ? readerTime(view.lastChange.at) : '',
    missing: inert(view.missing ?? ''),
    sync: inert(view.sync ?? ''),
    hasRepairs: repairs.length > 0,
    repairs,
    hasActions: actions.length > 0,
    actions,
    hasMore: hidden.length > 0,
    more: inRows(hidden),
  });
}

/** No icon, no colour of a status, nothing that could be of one incident and not of another. */
function drawExistence(view: CardView): Card {
  return fill('incident-existence', {
    fallback: inertSentence(view.fallback),
    headline: inert(view.headline),
    actions: view.buttons.map((button) => toAction(view, button)),
  });
}

/** Colour shows the status; the severity is an icon beside its word. */
export const stripOf = { new: 'attention', active: 'accent', closed: 'good' } as const satisfies Record<
  Status,
  string
>;

/** Neither open nor ended well: it goes on as part of another incident. */
const mergedStrip = 'emphasis';

/** Plain signs, not emoji: they take the text's colour and read in black and white. */
export const iconOf = {
  high: '▲',
  medium: '◆',
  low: '▽',
  informational: '○',
} as const satisfies Record<Severity, string>;

// Teams' own overflow menu shows only three dots; this button says what it is and works in every client.
const showMore = { type: 'Action.ToggleVisibility', title: 'More', targetElements: ['more'] };

function toButtons(view: CardView): { repairs: object[]; actions: object[]; hidden: object[] } {
  if (view.merged) return { repairs: [], actions: [], hidden: [] };
  const draw = (button: ButtonView) => toAction(view, button);
  // A repair stands with the sentence that says what is broken.
  const isRepair = ({ verb }: ButtonView) => verb === 'retry' && view.sync !== undefined;
  const repairs = view.buttons.filter(isRepair).map(draw);
  const buttons = view.buttons.filter((button) => !isRepair(button));
  const room = view.more.length > 0 || buttons.length > visibleButtons ? visibleButtons - 1 : visibleButtons;
  const hidden = [...buttons.slice(room), ...view.more].map(draw);
  const visible = buttons.slice(0, room).map(draw);
  return { repairs, actions: hidden.length > 0 ? [...visible, showMore] : visible, hidden };
}

function inRows(buttons: object[]): { actions: object[] }[] {
  const rows = Math.ceil(buttons.length / visibleButtons);
  return Array.from({ length: rows }, (_, n) => ({
    actions: buttons.slice(n * visibleButtons, (n + 1) * visibleButtons),
  }));
}

function toAction(view: CardView, button: ButtonView): object {
  const about = { incident: view.incident, version: view.version };
  const look = { title: inertSentence(button.label), ...(button.primary && { style: 'positive' }) };
  if (button.dialog) {
    const data = { msteams: { type: 'task/fetch' }, verb: button.verb, ...about };
    return { type: 'Action.Submit', ...look, associatedInputs: 'none', data };
  }
  return {
    type: 'Action.Execute',
    ...look,
    associatedInputs: 'none',
    verb: `watchfloor/${button.verb}`,
    data: about,
    // Clients without Universal Actions draw this in its place and send it as a message.
    fallback: {
      type: 'Action.Submit',
      ...look,
      associatedInputs: 'none',
      data: { verb: button.verb, ...about },
    },
  };
}

function toEntities({ entities, moreEntities }: CardView): object[] {
  const shown = entities.map(({ kind, name, chips }) => ({
    kind: inert(kind),
    name: inert(name),
    chips: drawChips(chips.slice(0, mostChips)),
  }));
  return moreEntities > 0 ? [...shown, { kind: 'and', name: `${moreEntities} more`, chips: [] }] : shown;
}

function toRow(fact: Fact): object {
  const label = inert(fact.label);
  return 'at' in fact
    ? { label, value: '', at: readerTime(fact.at) }
    : { label, value: inert(fact.value), at: '' };
}
