import type { BodyView } from './body-view.ts';
import { bound, defang, fold } from './clean.ts';
import type { Curtain } from './clearance.ts';
import type { Fact } from './fact.ts';
import type { QueryButton, QueryFaultView, QueryVerb, QueryView, SectionView } from './query-view.ts';

/** How far a query is, as its message tells of it. */
export interface QueryNow {
  id: string;
  revision: number;
  state: QueryView['state'];
  /** `Query`, `Hunt: Password spray`, `ip 203.0.113.9`; untrusted. */
  title: string;
  /** KQL as it was typed; empty where there is nothing to show of it. */
  text: string;
  /** What a hunt was run with, in words; empty where nothing. Untrusted. */
  values: string;
  askedBy: string;
  /** `soc and payments`, or the resource. */
  place: string;
  span: { from: string; to: string };
  incident: string | undefined;
  /** How many are before it, from 1, where it waits. */
  line: { place: number; isResting: boolean } | undefined;
  seconds: number | undefined;
  rows: number | undefined;
  /** Who may read what is billed by what is scanned has to say so first. */
  tables: string[];
  cancelWanted: boolean;
  fault: QueryFaultView | undefined;
  /** What is not asked, and why. */
  leftOut: string[];
  sections: DrawnSection[];
  /** Whether somebody has pinned it already. */
  pinned: boolean;
}

export interface DrawnSection {
  title: string;
  body: BodyView;
  more: string | undefined;
  partial: string;
  /** Whether it could be drawn as a chart, too. */
  canChart: boolean;
  pages: number;
  page: number;
}

/** The message of a query, for whoever stands behind the curtain. */
export function drawQuery(query: QueryNow, show: Curtain): QueryView {
  const title = disarm(show(query.title, 80));
  const headline = [title, ...stateInWords(query)].join(' · ');
  const sections = query.sections.slice(0, 8).map(drawSection);
  return {
    id: query.id,
    revision: query.revision,
    state: query.state,
    headline,
    text: lines(query.text, show),
    facts: factsOf(query, show),
    warning: warningOf(query, show),
    fault: query.fault && {
      message: show(query.fault.message, 500),
      excerpt: lines(query.fault.excerpt, show),
    },
    sections,
    buttons: buttonsOf(query),
    fallback: `${headline}, asked by ${show(query.askedBy, 60)}.`,
  };
}

/** Nothing to press by mistake; an account stays as it can be copied. */
function disarm(text: string): string {
  return text
    .split(' ')
    .map((word) => (account.test(word) ? word : defang(word)))
    .join(' ');
}
const account = /^[\w.+'-]+@[\w-]+(\.[\w-]+)+$/;

/** In place of a query about an incident that those who read here may not see any more. */
export function drawHidden(query: QueryNow, words: string): QueryView {
  return {
    id: query.id,
    revision: query.revision,
    state: query.state,
    headline: `Query · ${words}`,
    text: '',
    facts: [],
    warning: '',
    fault: undefined,
    sections: [],
    buttons: [],
    fallback: `A query about an incident: ${words}.`,
  };
}

/** Line by line, because a curtain makes one of all. */
function lines(text: string, show: Curtain): string {
  const shown = text
    .split('\n')
    .slice(0, 60)
    .map((line) => drawLine(line.replaceAll('\t', '  '), show))
    .join('\n');
  return bound(shown, 1_500);
}

/** Where nothing has to be hidden spaces stay: a caret below counts them. */
function drawLine(line: string, show: Curtain): string {
  const shown = show(line, 400);
  if (shown === fold(line))
    return line.replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '').trimEnd();
  const indent = line.length - line.trimStart().length;
  return `${' '.repeat(Math.min(indent, 130))}${shown}`;
}

function stateInWords({ state, line, seconds, rows, cancelWanted }: QueryNow): string[] {
  const took = seconds === undefined ? [] : [`${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`];
  switch (state) {
    case 'unconfirmed':
      return ['not run yet'];
    case 'waiting':
      if (line?.isResting) return ['Azure asks us to wait a moment'];
      return [line && line.place > 1 ? `${ordinal(line.place)} in line` : 'next in line'];
    case 'running':
      return [cancelWanted ? 'is being cancelled' : 'running', ...took];
    case 'answered':
      return [`${rows ?? 0} ${rows === 1 ? 'row' : 'rows'}`, ...took];
    case 'failed':
      return ['failed'];
    case 'cancelled':
      return ['cancelled'];
  }
}

function ordinal(place: number): string {
  const rest = place % 100;
  const ending = rest > 10 && rest < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}

function factsOf(query: QueryNow, show: Curtain): Fact[] {
  const { from, to } = query.span;
  return [
    { label: 'Time range', value: `${minute(from)} to ${minute(to)} UTC` },
    { label: 'Asked of', value: show(query.place, 100) },
    { label: 'Asked by', value: show(query.askedBy, 60) },
    ...(query.values ? [{ label: 'With', value: disarm(show(query.values, 200)) }] : []),
    ...(query.incident ? [{ label: 'Incident', value: query.incident }] : []),
  ];
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

function warningOf({ state, tables, leftOut, sections }: QueryNow, show: Curtain): string {
  const costs =
    state === 'unconfirmed'
      ? `${tables.map((one) => show(one, 60)).join(', ')} is billed by the gigabyte that is scanned. Narrow the time range, or run it anyway.`
      : '';
  const missing = sections.flatMap(({ partial }) => (partial ? [`Rows are missing: ${partial}`] : []));
  const out = leftOut.length > 0 ? `Left out: ${leftOut.join(' ')}` : '';
  const hidden = show.hid() ? 'Personal details and secrets are hidden here.' : '';
  return [costs, ...missing.map((one) => show(one, 300)), out && show(out, 600), hidden]
    .filter(Boolean)
    .join(' ');
}

function drawSection({ title, body, more }: DrawnSection): SectionView {
  return { title, body, more };
}

function buttonsOf({ id: _, state, sections, pinned, incident, cancelWanted }: QueryNow): QueryButton[] {
  const press = (verb: QueryVerb, label: string, primary = false): QueryButton => {
    return { verb, label, primary, dialog: false };
  };
  const ask = (verb: QueryVerb, label: string): QueryButton => ({
    verb,
    label,
    primary: false,
    dialog: true,
  });
  switch (state) {
    case 'unconfirmed':
      return [press('confirm', 'Run anyway', true), press('cancel', 'Cancel')];
    case 'waiting':
    case 'running':
      return cancelWanted ? [] : [press('cancel', 'Cancel')];
    case 'failed':
    case 'cancelled':
      return [press('rerun', 'Run again')];
    case 'answered': {
      const [only, another] = sections;
      const single = another ? undefined : only;
      const hasRows = sections.some(({ body }) => body.kind !== 'sentence');
      return [
        ...(single ? pagesOf(single).map((verb) => press(verb, pageLabels[verb])) : []),
        ...(single?.body.kind === 'chart' ? [press('table', 'Table')] : []),
        ...(single?.canChart && single.body.kind !== 'chart' ? [press('chart', 'Chart')] : []),
        ...(hasRows ? [press('csv', 'CSV')] : []),
        ...(single && hasRows ? [ask('narrow', 'Narrow')] : []),
        press('rerun', 'Run again'),
        ...(pinned ? [] : [incident ? press('pin', 'Pin as evidence') : ask('pin', 'Pin as evidence')]),
      ];
    }
  }
}

const pageLabels = { previous: 'Previous page', next: 'Next page' } as const;

function pagesOf({ body, page, pages }: DrawnSection): ('previous' | 'next')[] {
  if (body.kind !== 'table') return [];
  return [...(page > 1 ? (['previous'] as const) : []), ...(page < pages ? (['next'] as const) : [])];
}
