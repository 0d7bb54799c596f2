import {
  type Enrichment,
  type EnrichmentFact,
  type Known,
  type Series,
  type Subject,
  subjectKey,
  subjectName,
} from '../incident/enrichment.ts';
import { combine } from '../incident/verdict.ts';
import type { ChartView } from './chart-view.ts';
import { defang, unmaskHosts } from './clean.ts';
import type { Curtain } from './clearance.ts';
import type { DetailsFact, DetailsPart, DetailsSubject, DetailsView } from './details-view.ts';
import { chipsOfSubject, type NameEnricher, whyInWords } from './known.ts';

/** A card says the most telling; so many subjects fit where all is told. */
const mostSubjects = 8;
/** Native charts take no more points. */
const mostPoints = 20;

export interface DetailsAround {
  /** `INC-1042: what is known`. */
  title: string;
  nameOf: NameEnricher;
  show: Curtain;
  /** Facts name people, addresses and places that no room that is masked is told. */
  isMasked: boolean;
}

/** All that is known, one subject after the other; what has not been answered, why. */
export function drawDetails(known: Known<Enrichment>[], around: DetailsAround): DetailsView {
  const bySubject = [...Map.groupBy(known, ({ subject }) => subjectKey(subject)).values()];
  const told = bySubject.filter((all) => all.some(hasSomething));
  const subjects = told.slice(0, mostSubjects).map((all) => drawSubject(all, around));
  const named = subjects.map(({ kind, name }) => [kind, name].filter(Boolean).join(' '));
  return {
    title: around.title,
    subjects,
    more: told.length - subjects.length,
    missing: missingInWords(known, around),
    fallback: `${around.title}: ${named.join(', ') || 'nothing'}.`,
  };
}

function hasSomething({ answer }: Known<Enrichment>): boolean {
  return (
    answer !== undefined &&
    (answer.facts.length > 0 || answer.traits.length > 0 || answer.verdict !== undefined)
  );
}

function drawSubject(all: Known<Enrichment>[], around: DetailsAround): DetailsSubject {
  const { show, isMasked, nameOf } = around;
  const subject = all[0]?.subject ?? { kind: 'incident', id: 0 };
  const combined = combine(all.flatMap(({ answer }) => answer?.verdict ?? []));
  return {
    kind: kindInWords(subject),
    name: subject.kind === 'incident' ? '' : shownSubject(subject, show),
    chips: chipsOfSubject(subject, all, [], show),
    verdict: combined ? show(combined.says, 300) : '',
    parts: isMasked
      ? []
      : all.flatMap(({ enricher, answer }) =>
          answer && answer.facts.length > 0 ? [drawPart(nameOf(enricher).title, subject, answer, show)] : [],
        ),
  };
}

function drawPart(title: string, subject: Subject, answer: Enrichment, show: Curtain): DetailsPart {
  return {
    title,
    facts: answer.facts.map((fact) => drawFact(fact, subject, show)),
    link: answer.link,
    chart: answer.chart && drawSeries(answer.chart, show),
    map: answer.map && {
      title: show(answer.map.title, 120),
      nodes: answer.map.nodes.map((node) => ({ ...node, label: show(node.label, 60) })),
      edges: answer.map.edges.map((edge) => ({ ...edge, label: show(edge.label, 40) })),
    },
  };
}

function drawFact({ label, value, at, long }: EnrichmentFact, subject: Subject, show: Curtain): DetailsFact {
  const shown = show(value, 600);
  return {
    label: show(label, 60),
    value: isTheirs(subject) ? defang(shown) : shown,
    ...(at !== undefined && { at }),
    ...(long && { long }),
  };
}

/** An attacker may have chosen it. */
function isTheirs({ kind }: Subject): boolean {
  return ['ip', 'domain', 'url', 'file'].includes(kind);
}

/** Its name, cleaned, masked, bounded and, where an attacker may have chosen it, defanged. */
export function shownSubject(subject: Subject, show: Curtain): string {
  const name = show(subjectName(subject), 120);
  return isTheirs(subject) ? defang(unmaskHosts(name)) : name;
}

const kinds: Record<Subject['kind'], string> = {
  account: 'Account',
  machine: 'Machine',
  resource: 'Resource',
  ip: 'IP',
  domain: 'Domain',
  url: 'URL',
  file: 'File',
  mailbox: 'Mailbox',
  path: 'Path',
  incident: 'This incident',
};

function kindInWords({ kind }: Subject): string {
  return kinds[kind];
}

function drawSeries({ title, unit, points }: Series, show: Curtain): ChartView | undefined {
  if (points.length < 2) return undefined;
  const thinned = thin(points);
  return {
    shape: 'line',
    title: show(title, 50),
    xTitle: 'UTC',
    yTitle: show(unit, 20),
    labels: thinned.map(({ at }) => at.slice(11, 16)),
    series: [{ name: show(unit, 20), values: thinned.map(({ value }) => value) }],
  };
}

/** The highest of every few neighbours: a peak is what one looks for. */
function thin(points: Series['points']): Series['points'] {
  const each = Math.ceil(points.length / mostPoints);
  const thinned: Series['points'] = [];
  for (let at = 0; at < points.length; at += each) {
    const some = points.slice(at, at + each);
    thinned.push(some.reduce((peak, point) => (point.value > peak.value ? point : peak)));
  }
  return thinned;
}

function missingInWords(known: Known<Enrichment>[], { nameOf, isMasked }: DetailsAround): string[] {
  const byEnricher = Map.groupBy(
    known.filter(({ state }) => state !== 'answered'),
    ({ enricher }) => enricher,
  );
  const sentences = [...byEnricher].map(([enricher, all]) => {
    const { title, side } = nameOf(enricher);
    const failed = all.find(({ state }) => state === 'failed');
    if (!failed) {
      const isLate = all.some(({ state }) => state === 'late');
      return `${title}: ${side} ${isLate ? 'has not answered yet' : 'is being asked'}.`;
    }
    const again = failed.isTriedAgain ? 'it is tried again' : 'it is not tried again by itself';
    return `${title}: not answered by ${side} (${whyInWords(failed.failure)}); ${again}.`;
  });
  if (isMasked)
    sentences.push('Details name people and places, and are not shown where this room is masked.');
  return sentences;
}
