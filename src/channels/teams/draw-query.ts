import { bound } from '../clean.ts';
import type { Fact } from '../fact.ts';
import type { QueryButton, QueryView } from '../query-view.ts';
import { cardLimit, sizeOf } from './check-card.ts';
import { drawCode } from './draw-code.ts';
import { drawSection } from './draw-section.ts';
import { drawToFit, type Fit } from './fit.ts';
import { inert, inertSentence, readerTime } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** Phones show more than five buttons badly; the one that shows the others is one of them. */
const visibleButtons = 5;
/** A longer query would push its answer off a phone's screen; a button shows it. */
const shownLines = 6;

/**
 * A query from its place in line to its answer. `told` is a sentence for the one person who gets this card as the answer
 * to a press. What does not fit into 25 kB is cut, and the card says what.
 */
export function drawQuery(view: QueryView, told = ''): Card {
  return drawToFit((fit) => draw(view, told, fit));
}

/** Colour follows what became of it; the headline says it in words. */
const stripOf = {
  waiting: 'accent',
  running: 'accent',
  unconfirmed: 'warning',
  answered: 'emphasis',
  failed: 'attention',
  cancelled: 'emphasis',
} as const satisfies Record<QueryView['state'], string>;

function draw(view: QueryView, told: string, fit: Fit): Card | undefined {
  const cut = (text: string, most: number) => bound(text, Math.min(most, fit.text));
  const isLong = view.state === 'answered' && view.text.split('\n').length > shownLines;
  const { actions, hidden } = toButtons(view, isLong);
  const texts = view.facts.filter((fact) => 'value' in fact);
  const times = view.facts.filter((fact) => 'at' in fact);
  const sections = view.sections.flatMap((section) =>
    drawSection(section, fit, (argument) => toMore(view, section.title, argument)),
  );
  // Filling a template costs far more than finding this out.
  if (sizeOf(sections) > cardLimit) return undefined;
  return fill('query', {
    fallback: inertSentence(cut(view.fallback, 1_000)),
    strip: stripOf[view.state],
    headline: inert(cut(view.headline, 150)),
    told: inert(cut(told, 500)),
    hasFault: view.fault !== undefined,
    fault: inert(cut(view.fault?.message ?? '', 500)),
    hasExcerpt: Boolean(view.fault?.excerpt),
    excerpt: [drawCode(bound(view.fault?.excerpt ?? '', Math.min(fit.text, 400)))],
    hasCode: view.text !== '',
    isCodeShown: !isLong,
    code: [drawCode(bound(view.text, fit.text))],
    hasFacts: texts.length > 0,
    facts: texts.flatMap((fact, n) => toRuns(fact, n, cut)),
    times: times.map((fact) => ({ label: inert(cut(fact.label, 40)), at: readerTime(fact.at) })),
    warning: inert(cut(view.warning, 500)),
    hasSections: sections.length > 0,
    sections,
    hasActions: actions.length > 0,
    actions,
    hasMore: hidden.length > 0,
    more: hidden,
  });
}

/** One after the other: as rows they would take the screen that the answer needs. */
function toRuns(fact: TextFact, n: number, cut: (text: string, most: number) => string): object[] {
  const lead = `${n > 0 ? ' · ' : ''}${inert(cut(fact.label, 40))} `;
  return [
    { type: 'TextRun', text: lead, size: 'Small', isSubtle: true },
    { type: 'TextRun', text: inert(cut(fact.value, 200)), size: 'Small' },
  ];
}

type TextFact = Extract<Fact, { value: string }>;

function toButtons(view: QueryView, isLong: boolean): { actions: object[]; hidden: object[] } {
  const all = [...view.buttons.map((button) => toAction(view.id, button)), ...(isLong ? [showQuery] : [])];
  if (all.length <= visibleButtons) return { actions: all, hidden: [] };
  const first = visibleButtons - 1;
  return { actions: [...all.slice(0, first), showMore], hidden: all.slice(first, first + 6) };
}

const showMore = { type: 'Action.ToggleVisibility', title: 'More actions', targetElements: ['more'] };
const showQuery = { type: 'Action.ToggleVisibility', title: 'KQL', targetElements: ['kql'] };

function toMore(view: QueryView, title: string, argument: string): object {
  const button: QueryButton = { verb: 'more', label: 'More', primary: false, dialog: false };
  const tooltip = inertSentence(bound(`More: ${title}`, 60));
  return { ...toAction(view.id, button, argument), ...(title !== '' && { tooltip }) };
}

function toAction(query: string, { verb, label, primary, dialog }: QueryButton, argument = ''): object {
  const look = {
    title: inertSentence(label),
    ...(primary && { style: 'positive' }),
    associatedInputs: 'none',
  };
  const about = { query, argument };
  if (dialog) {
    return {
      type: 'Action.Submit',
      ...look,
      data: { msteams: { type: 'task/fetch' }, verb: `query/${verb}`, query },
    };
  }
  return {
    type: 'Action.Execute',
    ...look,
    verb: `watchfloor/query/${verb}`,
    data: about,
    // Clients without Universal Actions draw this in its place and send it as a message.
    fallback: { type: 'Action.Submit', ...look, data: { verb: `query/${verb}`, ...about } },
  };
}
