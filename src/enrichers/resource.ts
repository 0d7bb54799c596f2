import type { ResourceGraph } from '../azure/resource-graph.ts';
import { type Enrichment, nothingKnown, type Subject } from '../incident/enrichment.ts';
import { type Place, placeOf } from './azure/place.ts';
import { isSame, type Thing, thingsById } from './azure/things.ts';
import type { Enricher } from './enricher.ts';
import { conditionOf, containersById, machinesNamed } from './resource/ask.ts';
import { describeThing, type KnownThing } from './resource/describe.ts';
import type { TagNames } from './resource/tags.ts';

export interface ResourceOptions {
  graph: ResourceGraph;
  /** Entra tenant, for links into the portal. */
  tenant: string;
  /** Names of the tags that say something. */
  tags: TagNames;
}

/** What a machine or a resource of Azure is: whose, how important, how open, whether it runs. */
export function createResource({ graph, tenant, tags }: ResourceOptions): Enricher {
  async function tellMachine(name: string, signal: AbortSignal): Promise<Enrichment> {
    const found = await machinesNamed(graph, name, signal);
    const [only, ...others] = found;
    if (!only) return nothingKnown;
    if (others.length > 0) {
      const value = `${found.length} machines have this name; which one is meant is not known`;
      return { facts: [{ label: 'In Azure', value, long: true }], traits: [] };
    }
    return tell(only, [], signal);
  }

  async function tellPlace(place: Place, signal: AbortSignal): Promise<Enrichment> {
    if (place.type === 'subscription' || place.type === 'resourcegroup') {
      const [container] = await containersById(graph, place.id, signal);
      return container
        ? enrichmentOf({ thing: container, parents: [], wires: [], illness: undefined })
        : nothingKnown;
    }
    const found = await thingsById(graph, place.ids, signal);
    const [nearest, ...parents] = place.ids.flatMap((id) => found.filter((thing) => isSame(thing.id, id)));
    return nearest ? tell(nearest, parents, signal) : nothingKnown;
  }

  async function tell(thing: Thing, parents: Thing[], signal: AbortSignal): Promise<Enrichment> {
    return enrichmentOf({ thing, parents, ...(await conditionOf(graph, thing, signal)) });
  }

  function enrichmentOf(known: KnownThing): Enrichment {
    return { ...describeThing(known, tags), link: linkTo(known.thing.id, tenant) };
  }

  return {
    name: 'resource',
    title: 'Resource',
    question: 'What is it, whose, how important, and how open to the internet?',
    about: ['machine', 'resource'],
    concerns: (subject) => placeOf(subject) !== undefined || machineName(subject) !== undefined,
    side: 'resource-graph',
    calls: 2,
    api: 'Azure Resource Graph 2022-10-01: resources, resourcecontainers, healthresources',
    permission: 'Reader on the subscriptions',
    lifetimeSeconds: 900,
    deadlineMs: 20_000,
    limits: '15 queries in 5 seconds; changes are seen a few minutes late',
    async enrich(subject, { signal }) {
      const place = placeOf(subject);
      if (place) return tellPlace(place, signal);
      const name = machineName(subject);
      return name ? tellMachine(name, signal) : nothingKnown;
    },
  };
}

/** The name of a machine of which nobody said where it stands, without its domain. */
function machineName(subject: Subject): string | undefined {
  if (subject.kind !== 'machine' || subject.resourceId) return undefined;
  // An address is no name: its first number would be one of somebody else's.
  if (/^[\d.]+$/.test(subject.name)) return undefined;
  return /^([a-z\d_][\w-]{0,62})(\.[\w.-]+)?$/i.exec(subject.name)?.[1];
}

function linkTo(id: string, tenant: string) {
  const path = id.split('/').map(encodeURIComponent).join('/');
  return {
    label: 'Open in Azure',
    url: `https://portal.azure.com/#@${encodeURIComponent(tenant)}/resource${path}`,
  };
}
