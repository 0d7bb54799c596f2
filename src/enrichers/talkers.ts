import { type EnrichmentFact, nothingKnown, type Trait } from '../incident/enrichment.ts';
import type { LogPlace } from './ask-logs.ts';
import type { Enricher } from './enricher.ts';
import { bytes } from './figures.ts';
import { type Talk, talksOf } from './network/flows.ts';
import { serviceAt } from './network/ports.ts';

/** Who talks with a machine, from the flow logs of its network. */
export function createTalkers(place: LogPlace): Enricher {
  return {
    name: 'talkers',
    title: 'Traffic',
    question: 'With whom did it talk in the last 24 hours, and who was turned away?',
    about: ['machine'],
    side: 'logs',
    calls: 1,
    api: 'Log Analytics query API v1: NTANetAnalytics',
    permission: 'Log Analytics Reader on the workspace',
    lifetimeSeconds: 900,
    deadlineMs: 12_000,
    limits:
      'Log Analytics: 5 queries at once for one identity (https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits); flows come 10 to 60 minutes late',

    async enrich(subject, context) {
      if (subject.kind !== 'machine') return nothingKnown;
      const talks = await talksOf(subject.name, place, context);
      if (!talks || talks.length === 0) return nothingKnown;
      return { facts: talks.slice(0, mostTalks).map(toFact), traits: traitsOf(talks) };
    },
  };
}

const mostTalks = 20;

function traitsOf(talks: Talk[]): Trait[] {
  const bad = talks.find(({ isMalicious, isAllowed }) => isMalicious && isAllowed);
  if (!bad) return [];
  return [
    {
      chip: 'malicious traffic',
      says: `talks with ${bad.peer}, which Microsoft knows as malicious`,
      tone: 'bad',
      mark: 'at-risk',
    },
  ];
}

function toFact(talk: Talk): EnrichmentFact {
  const { peer, port, direction, isAllowed, flows, isMalicious } = talk;
  const service = serviceAt(port, 'tcp');
  const parts = [
    `port ${port}${service ? ` (${service})` : ''}`,
    isAllowed ? bytes(talk.bytes) : 'denied',
    flows === 1 ? '1 flow' : `${flows} flows`,
    ...(isMalicious ? ['known as malicious'] : []),
  ];
  return { label: direction === 'in' ? `From ${peer}` : `To ${peer}`, value: parts.join(', ') };
}
