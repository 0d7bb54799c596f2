import type { ResourceGraph, Rows } from '../azure/resource-graph.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown, type Trait } from '../incident/enrichment.ts';
import { type Place, placeOf, portalLink } from './azure/place.ts';
import { capital, counted } from './azure/words.ts';
import type { Enricher } from './enricher.ts';
import { postureOf, postureOfSubscription } from './posture/ask.ts';
import { type AttackPath, readAttackPaths } from './posture/attack-paths.ts';
import { controlsOf, type FailedControl, readStandards } from './posture/controls.ts';
import { isHigh, type Recommendation, readAssessments } from './posture/recommendations.ts';
import { readScore, type Score, scoreInWords } from './posture/score.ts';

/** What Defender for Cloud finds wrong with a resource, or with a whole subscription. */
export function createPosture({ graph }: { graph: ResourceGraph }): Enricher {
  return {
    name: 'posture',
    title: 'Posture',
    question: 'Where did a guard rail fail?',
    about: ['machine', 'resource'],
    concerns: (subject) => placeOf(subject) !== undefined,
    side: 'resource-graph',
    calls: 1,
    api: 'Azure Resource Graph 2022-10-01: securityresources',
    permission:
      'Security Reader on the subscription; attack paths and risk levels need its Defender CSPM plan',
    // Assessments are made again every 12 hours at most, often every 24.
    lifetimeSeconds: 3_600,
    deadlineMs: 15_000,
    limits:
      '15 queries in 5 s (https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests)',
    async enrich(subject, { signal }) {
      const place = placeOf(subject);
      if (!place) return nothingKnown;
      return place.isSubscription
        ? ofSubscription(place, await graph.rows(postureOfSubscription(place), { signal }))
        : ofResource(place, subject.kind === 'machine', await graph.rows(postureOf(place), { signal }));
    },
  };
}

function ofResource(place: Place, isMachine: boolean, rows: Rows): Enrichment {
  const { open, assessed } = readAssessments(rows);
  const paths = readAttackPaths(rows);
  if (assessed === 0 && paths.length === 0) return nothingKnown;
  const controls = controlsOf(open.flatMap((one) => one.controls));
  return {
    facts: [
      { label: 'Guard rails', value: answer(open, assessed, paths, controls), long: true },
      ...paths.slice(0, 4).map(pathFact),
      ...open.slice(0, 14).map(recommendationFact),
      ...controls.slice(0, 9).map(({ standard, control }) => ({ label: standard, value: control })),
      ...scoreFacts(readScore(rows), ' of its subscription'),
    ],
    traits: [...pathTraits(paths), ...vulnerableTraits(open, isMachine), ...highTraits(open)],
    link: portalLink(place, 'security', 'Defender for Cloud'),
  };
}

/** In one breath: what is open, and what it breaks. */
function answer(
  open: Recommendation[],
  assessed: number,
  paths: AttackPath[],
  controls: FailedControl[],
): string {
  const through =
    paths.length > 0
      ? ` ${capital(counted(paths.length, 'attack path'))} ${paths.length === 1 ? 'leads' : 'lead'} through it.`
      : '';
  if (open.length === 0)
    return `None failed: ${counted(assessed, 'recommendation')}, all followed.${through}`;
  const high = open.filter(isHigh).length;
  const standards = new Set(controls.map(({ standard }) => standard)).size;
  const breaks =
    controls.length > 0
      ? ` It fails ${counted(controls.length, 'control')} of ${counted(standards, 'standard')}.`
      : '';
  const are = `${open.length} of ${assessed} recommendations ${open.length === 1 ? 'is' : 'are'} open`;
  return `${are}, ${high || 'none'} of high severity.${through}${breaks}`;
}

const pathFact = ({ title, risk }: AttackPath): EnrichmentFact => ({
  label: 'Attack path',
  value: risk ? `${title} (risk: ${risk.toLowerCase()})` : title,
  long: true,
});

const recommendationFact = ({ level, title, since, resources }: Recommendation): EnrichmentFact => ({
  label: `Open, ${level}`,
  value: resources > 1 ? `${title} (${resources} resources)` : title,
  ...(since ? { at: since } : {}),
});

const scoreFacts = (score: Score | undefined, whose: string): EnrichmentFact[] =>
  score ? [{ label: 'Secure score', value: scoreInWords(score, whose) }] : [];

function pathTraits({ length }: AttackPath[]): Trait[] {
  if (length === 0) return [];
  const some = length === 1 ? 'an attack path' : `${length} attack paths`;
  return [{ chip: `on ${some}`, says: `lies on ${some}`, tone: 'bad', mark: 'vulnerable' }];
}

/** Those of machines are for whoever scans them to tell. */
function vulnerableTraits(open: Recommendation[], isMachine: boolean): Trait[] {
  const found = open.some(({ level, isVulnerability }) => level === 'critical' && isVulnerability);
  if (isMachine || !found) return [];
  return [
    {
      chip: 'critical vulnerabilities',
      says: 'has critical vulnerabilities',
      tone: 'bad',
      mark: 'vulnerable',
    },
  ];
}

function highTraits(open: Recommendation[]): Trait[] {
  const { length } = open.filter(isHigh);
  if (length === 0) return [];
  const chip = `${length} high ${length === 1 ? 'recommendation' : 'recommendations'}`;
  return [{ chip, says: `has ${chip} open`, tone: 'warning' }];
}

function ofSubscription(place: Place, rows: Rows): Enrichment {
  const { open } = readAssessments(rows);
  const score = readScore(rows);
  const standards = readStandards(rows).slice(0, 8);
  if (open.length === 0 && !score && standards.length === 0) return nothingKnown;
  const high = open.filter(isHigh);
  const scored = score ? `The secure score is ${score.percent} %. ` : '';
  return {
    facts: [
      {
        label: 'Guard rails',
        value: `${scored}${capital(counted(open.length, 'kind'))} of recommendations ${open.length === 1 ? 'is' : 'are'} open, ${high.length || 'none'} of high severity.`,
        long: true,
      },
      ...scoreFacts(score, ''),
      ...open.slice(0, 18).map(recommendationFact),
      ...standards.map(({ name, failed = 0, passed = 0 }) => ({
        label: name,
        value: `${failed} of ${counted(failed + passed, 'control')} fail`,
      })),
    ],
    traits: highTraits(open),
    link: portalLink(place, 'security', 'Defender for Cloud'),
  };
}
