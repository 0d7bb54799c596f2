import type { ActionsBlock, Button, KnownBlock, RichTextBlock, RichTextSection } from '@slack/types';
import type { Fact } from '../fact.ts';
import type { RunButton, RunView } from '../run-view.ts';
import { firstFitting } from './limits.ts';
import { coloured, type Message, mergedColour, message, statusColours } from './message.ts';
import { bold, fixed, line, link, moment, own, plain, richText, words } from './text.ts';

/** How much of everything is shown. What came of it is cut first: the rest is what somebody says yes to. */
interface Size {
  output: number;
  /** Of all other texts, as a share of what they may have. */
  words: number;
}

const sizes: Size[] = [
  { output: 1_500, words: 1 },
  { output: 700, words: 1 },
  { output: 300, words: 1 },
  { output: 300, words: 0.5 },
  { output: 100, words: 0.25 },
  { output: 40, words: 0.1 },
];

/** A run of a playbook, from its request to its end: the headline above, everything else beside the bar in its colour. */
export function drawRun(view: RunView): Message {
  return firstFitting(sizes, (size) => draw(view, size));
}

/** Icons stand beside the words of the headline, which say the same; so do colours. */
const looks = {
  asks: { icon: 'raised_hand', colour: statusColours.active },
  busy: { icon: 'hourglass_flowing_sand', colour: '#1264a3' },
  done: { icon: 'white_check_mark', colour: statusColours.closed },
  standing: { icon: 'pushpin', colour: '#7d4fc3' },
  failed: { icon: 'x', colour: statusColours.new },
  over: { icon: 'checkered_flag', colour: mergedColour },
} as const satisfies Record<RunView['tone'], { icon: string; colour: string }>;

function draw(view: RunView, size: Size): Message {
  // What has changed needs new block ids, or clients keep what they showed before.
  const id = (part: string) => `${part}:${view.revision}`;
  const limit = (most: number) => Math.max(8, Math.floor(most * size.words));
  const { icon, colour } = looks[view.tone];
  const headline = line({ type: 'emoji', name: icon }, own(' '), bold(view.headline, limit(150)));
  const warning = words(view.warning, limit(600));
  // Slack hides what comes after the fifth block of an attachment behind "Show more", and the buttons are the last.
  const body: KnownBlock[] = [
    ...drawLines(id('effect'), [line(words(view.effect, limit(300)))]),
    ...drawLines(
      id('facts'),
      view.facts.slice(0, mostFacts).map((fact) => drawFact(fact, limit)),
    ),
    ...drawLines(id('now'), [
      line(...(warning ? [{ type: 'emoji', name: 'warning' } as const, own(' '), warning] : [])),
      line(words(view.progress, limit(600))),
    ]),
    ...drawOutputs(view, id('outputs'), size),
    ...drawButtons(view, id('actions')),
  ];
  return message(
    view.fallback,
    [richText(id('headline'), [headline])],
    body.length > 0 ? [coloured(colour, view.fallback, body)] : [],
  );
}

function drawLines(blockId: string, lines: RichTextSection[]): RichTextBlock[] {
  return lines.some(({ elements }) => elements.length > 0) ? [richText(blockId, lines)] : [];
}

const mostFacts = 20;

function drawFact(fact: Fact, limit: (most: number) => number): RichTextSection {
  const value = 'at' in fact ? moment(fact.at) : (words(fact.value, limit(300)) ?? own('–'));
  return line(bold(fact.label, limit(40)), own('  '), value);
}

const mostOutputs = 3;

function drawOutputs({ outputs }: RunView, blockId: string, size: Size): RichTextBlock[] {
  const elements = outputs.slice(0, mostOutputs).flatMap((output) => {
    if ('url' in output) {
      const leads = link(output.label, output.url, 80) ?? words(output.label, 80);
      return leads ? [line(leads)] : [];
    }
    const text = fixed(output.text, size.output);
    return text ? [line(bold(output.label, 80) ?? own('–')), text] : [];
  });
  return elements.length > 0 ? [{ type: 'rich_text', block_id: blockId, elements }] : [];
}

const mostButtons = 6;

function drawButtons(view: RunView, blockId: string): ActionsBlock[] {
  // Slack tells buttons of one row apart by their verb.
  const isFirst = ({ verb }: RunButton, n: number) =>
    view.buttons.findIndex((other) => other.verb === verb) === n;
  const elements = view.buttons
    .filter(isFirst)
    .slice(0, mostButtons)
    .map((button) => drawButton(view, button));
  return elements.length > 0 ? [{ type: 'actions', block_id: blockId, elements }] : [];
}

/** It carries which run, as drawn at which revision, and what to do. Never authority. */
function drawButton({ id, revision }: RunView, { verb, label, style, dialog }: RunButton): Button {
  return {
    type: 'button',
    action_id: `run:${verb}`,
    text: plain(label, 30),
    value: [id, revision, ...(dialog ? ['dialog'] : [])].join(':'),
    ...(style !== 'plain' && { style }),
  };
}
