import type { Mentioned } from '../channel.ts';
import { bound } from '../clean.ts';
import type { Fact } from '../fact.ts';
import type { PageView } from '../page-view.ts';
import { cardLimit, sizeOf } from './check-card.ts';
import { drawSection } from './draw-section.ts';
import { drawToFit, type Fit } from './fit.ts';
import { inert, inertSentence, readerTime } from './inert.ts';
import { drawMentions } from './mentions.ts';
import { drawSayButtons, toRefresh } from './say-button.ts';
import { type Card, fill } from './templates.ts';

/** A page: who is called, what it is about, its sections, what can be said at a press. What does not fit into 25 kB is cut. */
export function drawPage(view: PageView, to: Mentioned[] = []): Card {
  return drawToFit((fit) => draw(view, to, fit));
}

/** Colour stands beside words that say the same. */
const stripOf = {
  plain: 'emphasis',
  good: 'good',
  warning: 'warning',
  urgent: 'attention',
} as const satisfies Record<PageView['tone'], string>;

const mostFacts = 8;
const mostSections = 12;

function draw(view: PageView, to: Mentioned[], fit: Fit): Card | undefined {
  const cut = (text: string, most: number) => inert(bound(text, Math.min(most, fit.text)));
  const { line, entities } = drawMentions(to);
  const { actions, hidden } = drawSayButtons(view.buttons, view.refresh);
  const sections = view.sections
    .slice(0, mostSections)
    .flatMap((section) => drawSection({ ...section, more: undefined }, fit, () => ({})));
  // Filling a template costs far more than finding this out.
  if (sizeOf(sections) > cardLimit) return undefined;
  const card = fill('page', {
    fallback: inertSentence(bound(view.fallback, Math.min(1_000, fit.text))),
    entities,
    called: line,
    strip: stripOf[view.tone],
    title: cut(view.title, 150),
    subtitle: cut(view.subtitle, 300),
    hasFacts: view.facts.length > 0,
    facts: view.facts.slice(0, mostFacts).map((fact) => toRow(fact, cut)),
    hasSections: sections.length > 0,
    sections,
    hasActions: actions.length > 0,
    actions,
    hasMore: hidden.length > 0,
    more: hidden,
  });
  // In a direct chat Teams asks by itself whenever the card comes into view; elsewhere nobody is named, so nobody does.
  return view.refresh === undefined
    ? card
    : { ...card, refresh: { action: toRefresh(view.refresh), userIds: [] } };
}

function toRow(fact: Fact, cut: (text: string, most: number) => string): object {
  const label = cut(fact.label, 40);
  return 'at' in fact
    ? { label, value: '', at: readerTime(fact.at) }
    : { label, value: cut(fact.value, 300), at: '' };
}
