import { beforeIt, compared, comparedTimes, lasting, percent, timesInWords } from '../incident/compare.ts';
import type { Containments, Digest, DigestPart, Drills, NoiseLine } from '../incident/digest.ts';
import { type Counts, falseShare, type NamedCounts, type Part } from '../incident/figures.ts';
import type { Range, Spread } from '../incident/load.ts';
import { momentIn } from '../incident/local-span.ts';
import { clean } from './clean.ts';
import { type Audience, hang } from './clearance.ts';
import { chartsOf } from './digest-charts.ts';
import { decisionButtons, drawDecisions } from './digest-decisions.ts';
import type { Fact } from './fact.ts';
import type { PageSection, PageView } from './page-view.ts';
import { proposalInWords } from './proposal-words.ts';

/** Names of rules are what sources say, and a silence names a machine or an account. */
type Show = (text: string, limit: number) => string;

/** Where the meaning of every number is written. */
const meaning = 'What each number means: docs/digests.md.';

/** A digest as one page, the same for Teams and Slack. Untrusted names are cleaned and masked here. */
export function drawDigest(digest: Digest, parts: readonly DigestPart[], audience: Audience): PageView {
  const { now, before, period, timeZone, title } = digest;
  const than = beforeIt(period);
  const { from, to } = now.span;
  const isTold = (part: DigestPart) =>
    parts.includes(part) && (audience.shows !== 'existence' || isPlain(part));
  const show = showTo(audience);
  return {
    title: `Digest of ${title}`,
    subtitle: `${momentIn(from, timeZone)} to ${momentIn(to, timeZone)}, ${timeZone}. ${meaning}`,
    tone: digest.decisions.length > 0 && isTold('decisions') ? 'warning' : 'plain',
    facts: drawFacts(now.all, before.all, than, now.restricted),
    sections: parts.filter(isTold).flatMap((part) => drawPart(part, digest, show)),
    buttons: isTold('decisions') ? digest.decisions.flatMap(decisionButtons) : [],
    fallback: inOneSentence(digest, than),
  };
}

/** Tells numbers and no names. */
function isPlain(part: DigestPart): boolean {
  return ['charts', 'severities', 'containments', 'drills', 'load'].includes(part);
}

/** Of no incident: only what names by itself say too much is masked. */
export function showTo(audience: Pick<Audience, 'shows' | 'hideHosts'>): Show {
  return hang({ alerts: [], inquiries: [], deeds: [] }, audience);
}

export function drawFacts(now: Counts, before: Counts, than: string, restricted: number): Fact[] {
  const left = [
    ...(now.silenced > 0 ? [`${now.silenced} of the new ones were silenced`] : []),
    ...(restricted > 0
      ? [`${restricted} restricted ${restricted === 1 ? 'one is' : 'ones are'} not counted`]
      : []),
  ];
  return [
    { label: 'New', value: `${now.opened}, ${compared(now.opened, before.opened, than)}` },
    { label: 'Closed', value: `${now.closed}, ${compared(now.closed, before.closed, than)}${outcomes(now)}` },
    { label: 'Open at the end', value: `${now.open}, ${compared(now.open, before.open, than)}` },
    { label: 'Time to acknowledge', value: times(now.acknowledge, before.acknowledge, than) },
    { label: 'Time to remediate', value: times(now.remediate, before.remediate, than) },
    { label: 'Limits', value: limitsInWords(now) },
    { label: 'Reopened', value: `${now.reopened}, ${compared(now.reopened, before.reopened, than)}` },
    ...(left.length > 0 ? [{ label: 'Beside that', value: left.join('; ') }] : []),
  ];
}

function times(now: Counts['acknowledge'], before: Counts['acknowledge'], than: string): string {
  const change = comparedTimes(now, before, than);
  return change ? `${timesInWords(now)}; ${change}` : timesInWords(now);
}

function outcomes({ closed, truePositives, falsePositives }: Counts): string {
  return closed === 0 ? '' : `; ${counted(truePositives, 'true positive')}, ${falsePositives} false`;
}

function limitsInWords({ limits: { acknowledge, remediate } }: Counts): string {
  const one = (name: string, { kept, missed }: { kept: number; missed: number }) =>
    `${name} ${kept} kept, ${missed} missed`;
  const ran = acknowledge.kept + acknowledge.missed + remediate.kept + remediate.missed > 0;
  return ran ? `${one('acknowledge', acknowledge)}; ${one('remediate', remediate)}` : 'none were due';
}

function drawPart(part: DigestPart, digest: Digest, show: Show): PageSection[] {
  switch (part) {
    case 'decisions':
      return drawDecisions(digest, show);
    case 'charts':
      return chartsOf(digest);
    case 'severities':
      // Lines: a table of nine columns is cut off on a phone.
      return drawLines('By severity', digest.now.bySeverity, show);
    case 'products':
      return drawLines('By product', digest.now.byProduct, show);
    case 'rules':
      return drawLines('By rule', digest.now.byRule, show);
    case 'noise':
      return drawNoise(digest.noise, show);
    case 'containments':
      return [
        { title: 'Containments', body: { kind: 'sentence', text: containmentsInWords(digest.containments) } },
      ];
    case 'drills':
      return [{ title: 'Drills', body: { kind: 'sentence', text: drillsInWords(digest.drills) } }];
    case 'load':
      return digest.load
        ? [{ title: 'How it was shared', body: { kind: 'sentence', text: loadInWords(digest.load) } }]
        : [];
  }
}

const longestName = 80;
/** What is drawn of a page at most; a CSV has all of them. */
const mostRows = 20;
/** Beside other sections. */
const mostLines = 5;

/** What was counted of each severity, product or rule, as rows. */
export function drawTable(title: string, part: Part, all: NamedCounts[], show: Show): PageSection[] {
  const some = all.filter(({ opened, closed, open }) => opened + closed + open > 0);
  if (some.length === 0) return [];
  const heads = [
    'New',
    'Closed',
    'Open',
    'Acknowledged in (median)',
    'p90',
    'Remediated in (median)',
    'p90 ',
    'False',
  ];
  const column = (name: string) => ({ name, isNumber: true });
  const rows = some
    .slice(0, mostRows)
    .map((one) => [
      show(one.name, longestName) || '(none)',
      String(one.opened),
      String(one.closed),
      String(one.open),
      ...[one.acknowledge, one.remediate]
        .flatMap(({ median, p90 }) => [median, p90])
        .map((seconds) => (seconds === undefined ? '' : lasting(seconds))),
      shareOf(one),
    ]);
  const columns = [{ name: part, isNumber: false }, ...heads.map(column)];
  return [{ title, body: { kind: 'table', table: { columns, rows, from: 1, total: some.length } } }];
}

function drawLines(title: string, all: NamedCounts[], show: Show): PageSection[] {
  const some = all.filter(({ opened, closed, open }) => opened + closed + open > 0);
  if (some.length === 0) return [];
  const lines = some.slice(0, mostLines).map((one) => ({
    lead: show(one.name, longestName) || '(none)',
    text: [
      `${one.opened} new`,
      `${one.closed} closed`,
      `${one.open} open`,
      ...(shareOf(one) ? [`${shareOf(one)} false`] : []),
      ...(one.acknowledge.median === undefined ? [] : [`acknowledged in ${lasting(one.acknowledge.median)}`]),
      ...(one.reopened > 0 ? [`${one.reopened} reopened`] : []),
    ].join(' · '),
  }));
  return [{ title, body: { kind: 'lines', lines, more: some.length - lines.length } }];
}

function shareOf(counts: Counts): string {
  const share = falseShare(counts);
  return share === undefined ? '' : percent(share);
}

export function drawNoise(noise: NoiseLine[], show: Show, most = mostLines): PageSection[] {
  if (noise.length === 0) return [];
  const lines = noise.slice(0, most).map((line) => ({
    lead: show(line.rule, longestName) || '(none)',
    text: [
      `${counted(line.interruptions, 'interruption')}${line.nights > 0 ? ` (${line.nights} at night)` : ''}`,
      `${Math.round(line.minutes)} analyst minutes`,
      ...(line.closed > 0 ? [`${line.falsePositives} of ${line.closed} closed were false`] : []),
      ...(line.proposal ? [proposalInWords(line.proposal, show)] : []),
    ].join(' · '),
  }));
  return [{ title: 'What rules cost', body: { kind: 'lines', lines, more: noise.length - lines.length } }];
}

function containmentsInWords({ made, takenBack, standing, overdue }: Containments): string {
  const late = overdue > 0 ? `, ${overdue} of them past their end` : '';
  return `${made} made, ${takenBack} taken back; ${standing} ${standing === 1 ? 'stands' : 'stand'} now${late}.`;
}

/** The newest are the last; `drill report 7` tells of any. */
const mostReports = 5;

function drillsInWords({ held, acknowledged, median, ended }: Drills): string {
  if (held === 0 && ended.length === 0) return 'None were held.';
  const soon = median === undefined ? '' : `, in ${lasting(median)} (median)`;
  const reports = ended.slice(-mostReports).map(({ number, title: scenario, steps, inTime, missed }) => {
    const left = missed > 0 ? `, ${missed} missed` : '';
    return ` DRILL-${number} ${clean(scenario, 80)}: ${inTime} of ${steps} steps in time${left}.`;
  });
  return `${held} held, ${acknowledged} acknowledged${soon}. They count in no other number here.${reports.join('')}`;
}

export function loadInWords({ people, interruptions, nights }: Spread): string {
  const range = ({ min, median, max }: Range) => `from ${min} to ${max}, median ${median}`;
  return `Interruptions of each of ${people} people: ${range(interruptions)}. At night: ${range(nights)}.`;
}

function inOneSentence({ title, now, before, decisions }: Digest, than: string): string {
  const { opened, closed, open } = now.all;
  const waits =
    decisions.length > 0
      ? ` ${counted(decisions.length, 'thing')} ${decisions.length === 1 ? 'needs' : 'need'} a decision.`
      : '';
  return `Digest of ${title}: ${opened} new (${compared(opened, before.all.opened, than)}), ${closed} closed, ${open} open at the end.${waits}`;
}

export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
