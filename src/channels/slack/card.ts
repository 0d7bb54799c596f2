import type { ActionsBlockElement, KnownBlock, PlainTextOption } from '@slack/types';
import { mostChips } from '../chips.ts';
import type { Fact } from '../fact.ts';
import type { ButtonView, CardView } from '../views.ts';
import { drawChips } from './chips.ts';
import { fitting } from './limits.ts';
import { coloured, type Message, mergedColour, message, severityIcons, statusColours } from './message.ts';
import { bold, code, line, linked, moment, own, plain, richText, small, words } from './text.ts';

/**
 * An incident's card: the headline above, everything else beside the bar in the colour of the status. Very
 * long texts are cut shorter until the whole fits into one message.
 */
export function drawCard(view: CardView): Message {
  return fitting((scale) => draw(view, (limit) => Math.max(8, Math.floor(limit * scale))));
}

type Limit = (limit: number) => number;

function draw(view: CardView, limit: Limit): Message {
  // A new version needs new block ids, or clients keep what they showed before.
  const id = (part: string) => `${part}:${view.version}`;
  if (view.existsOnly) return drawExistence(view, id);
  const icon = { type: 'emoji', name: severityIcons[view.severity] } as const;
  const isOver = view.status === 'closed' || view.merged;
  const headline = richText(id('headline'), [
    line(icon, own(' '), bold(view.headline, limit(200))),
    ...(isOver ? [] : drawDeadlines(view, limit)),
  ]);
  const body = isOver ? drawClosed(view, id, limit) : drawOpen(view, id, limit);
  const colour = view.merged ? mergedColour : statusColours[view.status];
  return message(view.fallback, [headline], [coloured(colour, view.fallback, body)]);
}

/** No icon, no colour of a status, nothing that could be of one incident and not of another. */
function drawExistence(view: CardView, id: (part: string) => string): Message {
  const headline = richText(id('headline'), [line(bold(view.headline, 200))]);
  return message(view.fallback, [headline], [coloured(mergedColour, view.fallback, drawButtons(view, id))]);
}

function drawOpen(view: CardView, id: (part: string) => string, limit: Limit): KnownBlock[] {
  return [
    richText(id('title'), [drawTitle(view, limit), ...drawWhy(view, limit)]),
    ...drawDetails(view, id, limit),
    ...drawChange(view, id, limit),
    ...drawButtons(view, id),
  ];
}

/** Three lines: the headline above, the title, how it ended; and what still stands. */
function drawClosed(view: CardView, id: (part: string) => string, limit: Limit): KnownBlock[] {
  return [
    richText(id('title'), [
      drawTitle(view, limit),
      ...drawDeadlines(view, limit),
      ...(view.stands ?? []).map((said) => line(words(said, limit(300)))),
    ]),
    ...drawChange({ ...view, missing: undefined }, id, limit),
    ...drawButtons(view, id),
  ];
}

function drawDeadlines({ deadlines }: CardView, limit: Limit) {
  return deadlines.slice(0, 5).map(({ text, at }) => line(bold(text, limit(80)), own(' '), moment(at)));
}

function drawTitle(view: CardView, limit: Limit) {
  return line(words(view.name, limit(30)), own(' '), linked(view.title || view.name, view.url, limit(300)));
}

function drawWhy(view: CardView, limit: Limit) {
  return view.why.slice(0, 4).map((why) => line(words(why, limit(200))));
}

function drawDetails(view: CardView, id: (part: string) => string, limit: Limit): KnownBlock[] {
  const entities = view.entities.slice(0, 3).map((entity) => {
    const name = [words(entity.kind, limit(40)), own(' '), code(entity.name, limit(200))];
    return line(...name, ...drawChips(entity.chips.slice(0, mostChips), limit(40)));
  });
  const more = view.moreEntities > 0 ? [line(own(`+${view.moreEntities} more`))] : [];
  const precedent = view.precedent ? [line(words(view.precedent, limit(200)))] : [];
  const isLong = (fact: Fact) => 'long' in fact;
  const short = view.facts.filter((fact) => !isLong(fact)).slice(0, 10);
  // In one line that wraps: on a phone a line a fact would push the buttons off the screen.
  const facts = line(...short.flatMap((fact, n) => drawFact(fact, n === 0, limit)));
  const sentences = view.facts.filter(isLong).map((fact) => line(...drawFact(fact, true, limit)));
  const lines = [...entities, ...more, ...precedent, facts, ...sentences];
  return lines.length > 0 ? [richText(id('details'), lines)] : [];
}

function drawFact(fact: Fact, isFirst: boolean, limit: Limit) {
  const value = 'at' in fact ? moment(fact.at) : bold(fact.value, limit(300));
  return [...(isFirst ? [] : [own(' · ')]), words(fact.label, limit(40)), own(' '), value];
}

/**
 * Last change, sync and what is not known yet as one small block: Slack hides what comes after the fifth block of an attachment
 * behind "Show more", and the buttons are the last.
 */
function drawChange(view: CardView, id: (part: string) => string, limit: Limit): KnownBlock[] {
  const elements = [
    ...(view.lastChange ? small(view.lastChange.text, limit(200), view.lastChange.at) : []),
    ...(view.sync ? small(view.sync, limit(200)) : []),
    ...(view.missing ? small(view.missing, limit(200)) : []),
  ];
  return elements.length > 0 ? [{ type: 'context', block_id: id('change'), elements }] : [];
}

// At most five to see. Slack takes five options behind "…", and 25 elements a row: what is over five there is seen as well.
const VISIBLE = 5;
const BEHIND_MORE = 5;

function drawButtons(view: CardView, id: (part: string) => string): KnownBlock[] {
  if (view.merged) return [];
  const verbs = new Set<string>();
  const once = (button: ButtonView) => !verbs.has(button.verb) && verbs.add(button.verb).size > 0;
  const first = view.buttons.filter(once);
  const buttons = [...first, ...view.more.filter(once)];
  const seen = Math.max(Math.min(first.length, VISIBLE), buttons.length - BEHIND_MORE);
  const elements: ActionsBlockElement[] = buttons.slice(0, seen).map((button) => drawButton(view, button));
  const options = buttons.slice(seen).map((button) => drawOption(view, button));
  if (options.length > 0) elements.push({ type: 'overflow', action_id: 'incident:more', options });
  return elements.length > 0 ? [{ type: 'actions', block_id: id('actions'), elements }] : [];
}

function drawButton(view: CardView, button: ButtonView) {
  return {
    type: 'button',
    action_id: `incident:${button.verb}`,
    text: plain(button.label, 30),
    value: carried(view, button),
    ...(button.primary ? { style: 'primary' } : {}),
  } satisfies ActionsBlockElement;
}

function drawOption(view: CardView, button: ButtonView): PlainTextOption {
  return { text: plain(button.label, 30), value: carried(view, button) };
}

/** What a button carries: which incident, as drawn at which version, what to do. Never authority. */
function carried(view: CardView, button: ButtonView): string {
  return [view.incident, view.version, button.verb, ...(button.dialog ? ['dialog'] : [])].join(':');
}
