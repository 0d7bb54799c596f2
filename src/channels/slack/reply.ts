import type { Button, KnownBlock } from '@slack/types';
import type { Pictures } from '../pictures.ts';
import type { HuntRow, IncidentRow, ReplyView } from '../views.ts';
import { drawCard } from './card.ts';
import { drawDetails } from './details.ts';
import { fitting } from './limits.ts';
import { type Message, message, severityIcons } from './message.ts';
import { drawPage } from './page.ts';
import {
  beside,
  bold,
  code,
  fixed,
  line,
  linked,
  moment,
  own,
  plain,
  richText,
  tidy,
  words,
} from './text.ts';

/** The answer to typed words, where there is one. `pictures` are ids of files that Slack has, by what they show. */
export function drawReply(
  view: Exclude<ReplyView, { kind: 'none' }>,
  pictures: Pictures<string> = new Map(),
): Message {
  switch (view.kind) {
    case 'text':
      return drawSentence(view.text);
    case 'link':
      return message(`${view.text} ${view.url}`, [
        richText('link', [
          line(words(view.text, 600)),
          line({ type: 'link', url: view.url, text: view.label }),
        ]),
      ]);
    case 'incident':
      return drawCard(view.card);
    case 'details':
      return drawDetails(view.details, pictures);
    case 'incidents':
      return fitting((scale) => drawIncidents(view, scale));
    case 'hunts':
      return fitting((scale) => drawHunts(view, (limit) => Math.max(8, Math.floor(limit * scale))));
    case 'lines':
      return drawLines(view);
    case 'page':
      return drawPage(view.page);
  }
}

/** A sentence from us that may hold names and titles: as rich text, so that nothing in it is parsed. */
export function drawSentence(text: string): Message {
  const lines = text.split('\n').slice(0, 40);
  return fitting((scale) => {
    const shown = lines.slice(0, Math.max(1, Math.floor(lines.length * scale)));
    const { said, pointed } = partCaret(shown);
    const answer = richText(
      'answer',
      said.map((one) => line(words(one, 600))),
    );
    const place = pointed && fixed(pointed, 600);
    return message(text, [place ? { ...answer, elements: [...answer.elements, place] } : answer]);
  });
}

/** A last line that points at a place in the one before means nothing unless both are in a fixed-width font. */
function partCaret(lines: string[]): { said: string[]; pointed: string | undefined } {
  const isPointed = lines.length > 2 && /^\s*\^+\s*$/.test(lines.at(-1) ?? '');
  if (!isPointed) return { said: lines, pointed: undefined };
  return { said: lines.slice(0, -2), pointed: lines.slice(-2).join('\n') };
}

function drawIncidents(view: Extract<ReplyView, { kind: 'incidents' }>, scale: number): Message {
  const shown = view.rows.slice(0, Math.max(1, Math.floor(25 * scale)));
  const more = view.more + view.rows.length - shown.length;
  const lines = [
    line(bold(view.title, 200)),
    ...shown.flatMap(drawRow),
    ...(more > 0 ? [line(own(`${more} more are not shown.`))] : []),
  ];
  const spoken = shown.map(speak).join('; ');
  return message(spoken ? `${view.title}: ${spoken}` : view.title, [richText('incidents', lines)]);
}

function speak(row: IncidentRow): string {
  const state = row.existsOnly ? '' : ` ${row.severity} ${row.status}`;
  return `${row.name}${state}: ${row.title}`;
}

function drawRow(row: IncidentRow) {
  if (row.existsOnly) return [line(bold(row.name, 30), own(' '), words(row.title, 120))];
  const icon = { type: 'emoji', name: severityIcons[row.severity] } as const;
  const owner = words(row.owner || 'nobody has it', 80);
  return [
    line(icon, own(' '), bold(row.name, 30), own(' '), linked(row.title, row.url, 120)),
    line(own(`${row.severity} · ${row.status} · `), owner, own(' · since '), moment(row.openedAt)),
  ];
}

const mostHunts = 10;

function drawHunts(view: Extract<ReplyView, { kind: 'hunts' }>, limit: (limit: number) => number): Message {
  const shown = view.rows.slice(0, mostHunts);
  const more = view.more + view.rows.length - shown.length;
  return message(`${view.title}: ${shown.map(({ name }) => name).join('; ')}`, [
    richText('hunts', [line(bold(view.title, 200))]),
    ...shown.flatMap((row, n) => drawHunt(row, `hunt-${n + 1}`, limit)),
    ...(more > 0
      ? [richText('more', [line(own(`${more} more are not shown: search for words of theirs.`))])]
      : []),
  ]);
}

/** With a button where nothing is left to be filled in; else with what to type. */
function drawHunt(row: HuntRow, id: string, limit: (limit: number) => number): KnownBlock[] {
  const name = line(bold(row.name, limit(150)));
  const lines = [tidy(row.about, limit(300)), tidy(row.tags, limit(150))];
  if (!row.isReady) {
    const usage = line(code(row.usage, limit(250)));
    return [richText(id, [name, ...lines.map((text) => line(words(text, 300))), usage])];
  }
  const run: Button = { type: 'button', action_id: 'hunt:run', text: plain('Run', 30), value: row.id };
  return [richText(id, [name]), beside(`${id}-run`, lines.join('\n'), run)];
}

function drawLines(view: Extract<ReplyView, { kind: 'lines' }>): Message {
  return fitting((scale) => {
    const rows = view.rows.slice(0, Math.max(1, Math.floor(30 * scale)));
    const lines = [
      line(bold(view.title, 200)),
      ...rows.map((row) => line(code(row.lead, 120), own('  '), words(row.text, 300))),
    ];
    const spoken = rows.map((row) => `${row.lead}: ${row.text}`).join('; ');
    return message(`${view.title}: ${spoken}`, [richText('lines', lines)]);
  });
}
