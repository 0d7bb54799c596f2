import type { FileView } from '../../channels/channel.ts';
import type { Curtain } from '../../channels/clearance.ts';
import { inertMarkdown } from '../../channels/inert-markdown.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import { incidentName } from '../../incident/incident.ts';
import { eventInWords, type Story } from '../../incident/story.ts';
import { nameWithPlace } from '../../incident/summary.ts';
import { csvName, toCsv } from '../queries/csv.ts';

/** One screen after the other. */
const perPage = 20;
/** As much as a page's line holds; a file holds more. */
const inPage = 300;
const inFile = 2_000;

export interface TimelineLine {
  version: number;
  at: string;
  by: string;
  type: string;
  text: string;
}

/** Everything that happened, in words, for whoever reads it. */
export function linesOf(story: Story, show: Curtain, limit: number): TimelineLine[] {
  return story.map((event, index) => ({
    version: index + 1,
    at: event.at,
    by: show(nameWithPlace(event.by), 120),
    type: event.type,
    text: show(eventInWords(event, index + 1), limit),
  }));
}

/** One page of it, the newest first; pages count from 1. */
export function drawTimeline(id: number, story: Story, show: Curtain, page: number): PageView {
  const name = incidentName(id);
  const pages = Math.max(1, Math.ceil(story.length / perPage));
  const shown = Math.min(Math.max(1, page), pages);
  const newestFirst = linesOf(story, show, inPage).toReversed();
  const lines = newestFirst.slice((shown - 1) * perPage, shown * perPage);
  const turn = (label: string, to: number) => say(label, `timeline ${name} --page ${to}`);
  const file = (label: string, kind: string) => say(label, `timeline ${name} --file ${kind}`);
  return {
    title: `${name}: everything that happened`,
    subtitle: `${story.length} ${story.length === 1 ? 'event' : 'events'}, the newest first${pages > 1 ? `; page ${shown} of ${pages}` : ''}`,
    tone: 'plain',
    facts: [],
    sections: [
      {
        title: '',
        body: {
          kind: 'lines',
          lines: lines.map(({ version, at, text }) => ({ lead: String(version), text, at })),
          more: Math.max(0, story.length - shown * perPage),
        },
      },
    ],
    buttons: [
      ...(shown > 1 ? [turn('Newer', shown - 1)] : []),
      ...(shown < pages ? [turn('Older', shown + 1)] : []),
      file('As CSV', 'csv'),
      file('As Markdown', 'markdown'),
    ],
    fallback: `${story.length} events of ${name}, the newest first: ${lines[0]?.text ?? 'none'}.`,
  };
}

export function timelineAsCsv(key: string, id: number, story: Story, show: Curtain, now: string): FileView {
  const column = (name: string) => ({ name, type: 'string' });
  const rows = linesOf(story, show, inFile).map(({ version, at, by, type, text }) => [
    version,
    at,
    by,
    type,
    text,
  ]);
  const columns = ['version', 'at', 'by', 'type', 'what'].map(column);
  const { content, leftOut } = toCsv([{ title: '', columns, rows }]);
  return {
    key,
    name: csvName(`${incidentName(id)} timeline`, now),
    type: 'text/csv',
    content,
    about: `Timeline of ${incidentName(id)}: ${rows.length - leftOut} events${leftOut > 0 ? ', not all there are' : ''}.`,
  };
}

export function timelineAsMarkdown(
  key: string,
  id: number,
  story: Story,
  show: Curtain,
  now: string,
): FileView {
  const name = incidentName(id);
  const rows = linesOf(story, show, inFile).map(
    ({ at, by, text }) => `| ${minute(at)} | ${inertMarkdown(by)} | ${inertMarkdown(text)} |`,
  );
  const head = [
    `# Timeline of ${name}`,
    '',
    'Times are in UTC.',
    '',
    '| when | who | what |',
    '| --- | --- | --- |',
  ];
  return {
    key,
    name: csvName(`${name} timeline`, now).replace(/csv$/, 'md'),
    type: 'text/markdown',
    content: Buffer.from(`${[...head, ...rows].join('\n')}\n`),
    about: `Timeline of ${name}: ${rows.length} events.`,
  };
}

/** `2026-11-21 14:05`. */
export function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
