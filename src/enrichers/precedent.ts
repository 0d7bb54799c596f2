import type { Classification } from '../incident/alert.ts';
import type { Enrichment, EnrichmentFact } from '../incident/enrichment.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { type AlikeIncident, mostAlike, type OurIncidents } from './our-incidents.ts';

const days = 90;
const recentDays = 30;
const dayMs = 86_400_000;
/** Of those that were most alike, so many are told of one by one. */
const mostTold = 6;

/** Have we seen this before, and what was it? */
export function createPrecedent({ ours }: { ours: Pick<OurIncidents, 'alike'> }): Enricher {
  return {
    name: 'precedent',
    title: 'Precedents',
    question: 'Have we seen this before, and what was it?',
    about: ['incident'],
    side: 'here',
    calls: 1,
    api: 'our own incidents',
    permission: 'nothing',
    lifetimeSeconds: 300,
    deadlineMs: 3_000,
    limits: `the newest ${mostAlike} of ${days} days`,
    async enrich(subject, { now }) {
      if (subject.kind !== 'incident') return nothingKnown;
      return tell(await ours.alike(subject.id, days), now);
    },
  };
}

function tell(alike: AlikeIncident[], now: Date): Enrichment {
  const byRule = alike.filter((one) => one.byRule);
  const pair = byRule.filter(({ shared }) => shared.length > 0);
  const shared = [...new Set(alike.flatMap((one) => one.shared))].map((name) => ({
    name,
    all: alike.filter((one) => one.shared.includes(name)),
  }));
  shared.sort((a, b) => b.all.length - a.all.length);
  const facts: EnrichmentFact[] = [
    { label: 'Same rule, same entity', value: countInWords(pair, now) },
    { label: 'Same rule', value: countInWords(byRule, now) },
    ...shared.slice(0, 5).map(({ name, all }) => ({ label: name, value: countInWords(all, now) })),
    ...mostTelling(alike).map(one),
  ];
  return { facts, traits: [], sentence: sentence(pair, byRule) };
}

/** The pair tells more than the rule, as long as it has happened at all. */
function sentence(pair: AlikeIncident[], byRule: AlikeIncident[]): string {
  const [what, told] =
    pair.length > 0 ? ['This rule with one of these entities', pair] : ['This rule', byRule];
  if (told.length === 0) return `This rule fires for the first time in ${days} days.`;
  const times = told.length === 1 ? 'once' : `${atMost(told.length)} times`;
  return `${what} was seen ${times} before in ${days} days${endings(told)}.`;
}

function countInWords(alike: AlikeIncident[], now: Date): string {
  if (alike.length === 0) return `never in ${days} days`;
  const since = new Date(now.getTime() - recentDays * dayMs).toISOString();
  const recent = alike.filter(({ openedAt }) => openedAt > since).length;
  return `${atMost(alike.length)} in ${days} days, ${atMost(recent)} in ${recentDays}${endings(alike)}`;
}

const atMost = (count: number) => (count >= mostAlike ? `${mostAlike} or more` : String(count));

const words: Record<Classification, string> = {
  'true-positive': 'true positive',
  'benign-positive': 'benign',
  'false-positive': 'false positive',
  undetermined: 'undetermined',
};

/** `: 8 benign, 1 true positive, 1 open`. */
function endings(alike: AlikeIncident[]): string {
  const counts = Object.entries(words).map(([classification, word]) => ({
    word,
    count: alike.filter(({ ending }) => ending?.classification === classification).length,
  }));
  counts.sort((a, b) => b.count - a.count);
  counts.push({ word: 'open', count: alike.filter(({ isOpen }) => isOpen).length });
  const told = counts.filter(({ count }) => count > 0).map(({ word, count }) => `${count} ${word}`);
  return told.length > 0 ? `: ${told.join(', ')}` : '';
}

/** Those that ended, by how alike they are, then the newest. */
function mostTelling(alike: AlikeIncident[]): AlikeIncident[] {
  const weight = ({ byRule, shared }: AlikeIncident) => (byRule ? 10 : 0) + shared.length;
  return alike
    .filter(({ ending }) => ending !== undefined)
    .sort((a, b) => weight(b) - weight(a) || b.id - a.id)
    .slice(0, mostTold);
}

function one({ id, ending, byRule, shared }: AlikeIncident): EnrichmentFact {
  const why = [...(byRule ? ['same rule'] : []), ...shared.slice(0, 2)].join(', ');
  const by = ending?.by ? `, decided by ${ending.by}` : '';
  return {
    label: `INC-${id}`,
    value: `${ending ? words[ending.classification] : 'open'}${by} (${why})`,
    ...(ending && { at: ending.at }),
  };
}
