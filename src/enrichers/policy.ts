import type { ResourceGraph } from '../azure/resource-graph.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown, type Trait } from '../incident/enrichment.ts';
import { placeOf } from './azure/place.ts';
import { counted, day } from './azure/words.ts';
import type { Enricher } from './enricher.ts';
import { policiesOf, policiesOfSubscription } from './policy/ask.ts';
import { type Exemption, isOver, readExemptions } from './policy/exemptions.ts';
import { type PolicyState, policyInWords, readStates } from './policy/states.ts';

/** Which of the company's own rules a resource breaks, and which it has leave to break. */
export function createPolicy({ graph }: { graph: ResourceGraph }): Enricher {
  return {
    name: 'policy',
    title: 'Azure Policy',
    question: 'Which of our policies does it not meet, and from which is it exempt?',
    about: ['machine', 'resource'],
    concerns: (subject) => placeOf(subject) !== undefined,
    side: 'resource-graph',
    calls: 1,
    api: 'Azure Resource Graph 2022-10-01: policyresources',
    permission: 'Reader on the subscription; on the management group for the names of what is assigned there',
    // Compliance is evaluated once a day, and some 15 minutes after a change.
    lifetimeSeconds: 3_600,
    deadlineMs: 15_000,
    limits:
      '15 queries in 5 s (https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests)',
    async enrich(subject, { now, signal }) {
      const place = placeOf(subject);
      if (!place) return nothingKnown;
      const query = place.isSubscription ? policiesOfSubscription(place) : policiesOf(place);
      const rows = await graph.rows(query, { signal });
      const [states, exemptions] = [readStates(rows), readExemptions(rows)];
      if (states.length === 0 && exemptions.length === 0) return nothingKnown;
      return enrichment(states, exemptions, now);
    },
  };
}

function enrichment(states: PolicyState[], exemptions: Exemption[], now: Date): Enrichment {
  const unmet = states.filter(({ compliance }) => compliance === 'not met');
  const exempt = states.filter(({ compliance }) => compliance === 'exempt');
  const standing = exemptions.filter((exemption) => !isOver(exemption, now));
  return {
    facts: [
      { label: 'Policies', value: answer(unmet.length, states.length, standing), long: true },
      ...unmet.slice(0, 14).map(unmetFact),
      ...exemptions.slice(0, 8).map((exemption) => exemptionFact(exemption, now)),
      ...exempt.slice(0, 6).map((state) => ({ label: 'Exempt', value: policyInWords(state) })),
    ],
    traits: [...exemptionTraits(standing), ...unmetTraits(unmet.length)],
    // The portal has no page of one resource's policies that holds for every type.
    link: {
      label: 'Azure Policy',
      url: 'https://portal.azure.com/#view/Microsoft_Azure_Policy/PolicyMenuBlade/~/Compliance',
    },
  };
}

function answer(unmet: number, all: number, standing: Exemption[]): string {
  const met = all === 0 ? 'None was evaluated here.' : unmet === 0 ? 'None is broken.' : '';
  const broken = met || `${unmet} of ${all} policies ${unmet === 1 ? 'is' : 'are'} not met.`;
  return `${broken} ${exempted(standing)}`;
}

function exempted(standing: Exemption[]): string {
  const [next] = standing.flatMap(({ ends }) => ends ?? []);
  const endless = standing.filter(({ ends }) => !ends).length;
  if (standing.length === 0) return 'Nothing is exempted.';
  if (standing.length === 1) return `One exemption holds, ${next ? `until ${day(next)}` : 'without an end'}.`;
  const parts = [next ? `the next until ${day(next)}` : '', endless > 0 ? `${endless} without an end` : ''];
  return `${standing.length} exemptions hold, ${parts.filter(Boolean).join(', ')}.`;
}

const unmetFact = (state: PolicyState): EnrichmentFact => ({
  label: `Not met: ${state.assignment}`,
  value: `${policyInWords(state)}${state.resources > 1 ? `, ${state.resources} resources` : ''}`,
  long: true,
});

function exemptionFact(exemption: Exemption, now: Date): EnrichmentFact {
  const { title, category, ends, assignment } = exemption;
  const when = isOver(exemption, now)
    ? 'Exemption that ended'
    : ends
      ? 'Exempt until'
      : 'Exempt without an end';
  return {
    label: when,
    value: `${title} (${category}, from ${assignment})`,
    ...(ends ? { at: ends } : {}),
    long: true,
  };
}

function exemptionTraits(standing: Exemption[]): Trait[] {
  const waivers = standing.filter(({ category }) => category === 'waiver');
  if (waivers.length === 0) return [];
  const chip = waivers.length === 1 ? 'policy waived' : `${waivers.length} policies waived`;
  return [{ chip, says: `has ${counted(waivers.length, 'policy waiver')}`, tone: 'warning' }];
}

function unmetTraits(unmet: number): Trait[] {
  if (unmet === 0) return [];
  const some = unmet === 1 ? 'one policy' : `${unmet} policies`;
  return [{ chip: `${some} not met`, says: `does not meet ${some}`, tone: 'warning' }];
}
