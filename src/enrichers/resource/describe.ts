import { lastSegment } from '../../azure/resource-id.ts';
import { type EnrichmentFact, longestChip, type Trait } from '../../incident/enrichment.ts';
import type { Thing } from '../azure/things.ts';
import type { Condition, Wire } from './ask.ts';
import { kindOf } from './kinds.ts';
import { openingsOf } from './openings.ts';
import { particularsOf } from './particulars.ts';
import { isHighest, pageIn, readTags, type TagNames, type ToldTag } from './tags.ts';

/** A thing of Azure and what was asked about it. */
export interface KnownThing extends Condition {
  thing: Thing;
  /** What it is part of, nearest first: a database's server. */
  parents: Thing[];
}

/** What it says of itself, most telling first; more than a screen shows. */
export function describeThing({ thing, parents, wires, illness }: KnownThing, names: TagNames) {
  const tags = readTags(thing.tags, thing.groupTags, names);
  const openings = [thing, ...parents].map(({ type, properties }) => openingsOf(type, properties));
  const particulars = particularsOf(thing);
  const wiring = wiringOf(wires);
  const unwell: Trait[] = illness
    ? [
        {
          chip: illness.state.toLowerCase(),
          says: `is ${illness.state.toLowerCase()}, says Azure`,
          tone: 'bad',
        },
      ]
    : [];
  return {
    facts: [
      ...tagFacts(tags),
      { label: 'Kind', value: kindOf(thing.type) },
      ...openings.flatMap(({ facts }) => facts),
      ...wiring.facts,
      ...(illness
        ? [{ label: 'Health', value: illness.state, ...(illness.since ? { at: illness.since } : {}) }]
        : []),
      ...particulars.facts,
      ...placeFacts(thing, parents),
    ] satisfies EnrichmentFact[],
    traits: [
      ...importance(tags.criticality),
      ...wiring.traits,
      ...openings.flatMap(({ traits }) => traits),
      ...unwell,
      ...(particulars.trait ? [particulars.trait] : []),
      ...belonging(tags.application),
    ],
  };
}

function tagFacts(tags: ReturnType<typeof readTags>): EnrichmentFact[] {
  const said = (label: string, tag: ToldTag | undefined): EnrichmentFact[] =>
    tag ? [{ label, value: tag.isInherited ? `${tag.value} (from its resource group)` : tag.value }] : [];
  const page = tags.runbook && pageIn(tags.runbook);
  return [
    ...said('Application', tags.application),
    ...said('Owner', tags.owner),
    ...(page ? [{ label: 'Runbook', value: page, long: true as const }] : []),
    ...said('Environment', tags.environment),
    ...said('Criticality', tags.criticality),
    ...said('Cost centre', tags.costs),
  ];
}

function importance(criticality: ToldTag | undefined): Trait[] {
  if (!criticality || !isHighest(criticality)) return [];
  const says = `is a crown jewel (${criticality.name}: ${criticality.value})`;
  return [{ chip: 'crown jewel', says, tone: 'warning', mark: 'crown-jewel' }];
}

function belonging(application: ToldTag | undefined): Trait[] {
  if (!application || Array.from(application.value).length > longestChip) return [];
  const says = `belongs to ${application.value}`;
  return [{ chip: application.value, says, tone: 'neutral', isOurName: true }];
}

function wiringOf(wires: Wire[]): { facts: EnrichmentFact[]; traits: Trait[] } {
  const publicAddresses = wires.map(({ publicAddress }) => publicAddress).filter(Boolean);
  const privates = wires.map(({ privateAddress, subnet }) =>
    subnet ? `${privateAddress} in ${lastSegment(subnet)}` : privateAddress,
  );
  const says = `has the public address ${publicAddresses.join(', ')}`;
  return {
    facts: [
      ...(publicAddresses.length > 0 ? [{ label: 'Public address', value: publicAddresses.join(', ') }] : []),
      ...(privates.length > 0 ? [{ label: 'Private address', value: privates.join(', ') }] : []),
    ],
    traits: publicAddresses.length > 0 ? [{ chip: 'public IP', says, tone: 'warning', mark: 'exposed' }] : [],
  };
}

function placeFacts({ subscription, resourceGroup, location }: Thing, parents: Thing[]): EnrichmentFact[] {
  const facts = [
    { label: 'Part of', value: parents.map(({ name }) => name).join(', ') },
    { label: 'Resource group', value: resourceGroup },
    { label: 'Subscription', value: subscription },
    { label: 'Region', value: location },
  ];
  return facts.filter(({ value }) => value !== '');
}
