import type { IncidentRow, ReplyView } from '../views.ts';
import { drawCard } from './card.ts';
import { fitting } from './limits.ts';
import { type Message, message, severityIcons } from './message.ts';
import { bold, code, line, linked, moment, own, richText, words } from './text.ts';

/** The answer to typed words. */
export function drawReply(view: ReplyView): Message {
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
    case 'incidents':
      return fitting((scale) => drawIncidents(view, scale));
    case 'lines':
      return drawLines(view);
  }
}

/** A sentence from us that may hold names and titles: as rich text, so that nothing in it is parsed. */
export function drawSentence(text: string): Message {
  const lines = text
    .split('\n')
    .slice(0, 40)
    .map((one) => line(words(one, 600)));
  return fitting((scale) => {
    const shown = lines.slice(0, Math.max(1, Math.floor(lines.length * scale)));
    return message(text, [richText('answer', shown)]);
  });
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

function drawLines(view: Extract<ReplyView, { kind: 'lines' }>): Message {
  return fitting((scale) => {
    const rows = view.rows.slice(0, Math.max(1, Math.floor(30 * scale)));
    const lines = [
      line(bold(view.title, 200)),
      ...rows.map((row) => line(code(row.lead, 80), own('  '), words(row.text, 200))),
    ];
    const spoken = rows.map((row) => `${row.lead}: ${row.text}`).join('; ');
    return message(`${view.title}: ${spoken}`, [richText('lines', lines)]);
  });
}
