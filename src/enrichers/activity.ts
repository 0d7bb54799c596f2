import type { Rest } from '../azure/rest.ts';
import { type Enrichment, type EnrichmentFact, nothingKnown, type Trait } from '../incident/enrichment.ts';
import { type Change, changesOf } from './activity/changes.ts';
import { days, filterOf, mostPages, readEvents } from './activity/read-events.ts';
import { firstFitting } from './chip.ts';
import type { Enricher } from './enricher.ts';
import { ago, figure, listed } from './figures.ts';

/**
 * Who changed a resource in the last days. It is asked of Resource Manager and not of the table AzureActivity: Reader is
 * enough, every subscription keeps 90 days of it by itself, and it is there some minutes sooner.
 */
export function createActivity({ rest }: { rest: Rest }): Enricher {
  return {
    name: 'activity',
    title: 'Changes in Azure',
    question: `Who changed this resource in the last ${days} days, and from where?`,
    about: ['resource', 'machine'],
    concerns: (subject) => filterOf(subject) !== undefined,
    side: 'resource-manager',
    calls: mostPages,
    api: 'Azure Resource Manager 2015-04-01: Microsoft.Insights/eventtypes/management/values',
    permission: 'Reader on the subscription',
    lifetimeSeconds: 300,
    deadlineMs: 20_000,
    limits: `Kept for 90 days by Azure; the newest ${mostPages} pages of the resource group are read. Resource Manager: 250 reads at once, 25 a second after that.`,
    async enrich(subject, context) {
      const filter = filterOf(subject);
      if (!filter) return nothingKnown;
      const { events, isAll } = await readEvents(rest, filter, context);
      const changes = changesOf(events.filter(filter.isAbout), filter.id);
      const { facts, traits } = enrichmentOf(changes, context.now);
      const oldest = events.at(-1)?.eventTimestamp;
      if (isAll || !oldest) return { facts, traits };
      return { facts: [{ label: 'Read back to', value: '', at: oldest }, ...facts], traits };
    },
  };
}

function enrichmentOf(changes: Change[], now: Date): Enrichment {
  const dayAgo = now.getTime() - 86_400_000;
  const seen = new Set<string>();
  const traits: Trait[] = [];
  for (const change of changes) {
    const { deed, done, caller, at } = change;
    if (!deed || done === 0 || Date.parse(at) < dayAgo || seen.has(deed.chip)) continue;
    if (isEveryday(change, dayAgo)) continue;
    seen.add(deed.chip);
    const when = ago(at, now);
    traits.push({
      chip: firstFitting(`${deed.chip} ${when}`, deed.chip),
      says: `${deed.says} by ${caller} ${when}`,
      tone: 'warning',
    });
  }
  return { facts: changes.map(toFact), traits };
}

/** A pipeline that deploys as ever, from where it always does. */
function isEveryday({ done, since, addresses }: Change, dayAgo: number): boolean {
  return done >= everyday && Date.parse(since) < dayAgo && addresses.length <= 1;
}

/** So often in the days that are read. */
const everyday = 5;

function toFact({ caller, title, done, failed, addresses, targets, at }: Change): EnrichmentFact {
  const times = [done > 1 ? `${figure(done)} ×` : '', failed > 0 ? `${figure(failed)} failed` : ''].filter(
    Boolean,
  );
  const from = addresses.length > 0 ? ` from ${listed(addresses, 3)}` : '';
  const what = `${title}${times.length > 0 ? ` (${times.join(', ')})` : ''}`;
  const on = targets.length > 0 ? ` on ${listed(targets, 3)}` : '';
  return { label: caller, value: `${what}${on}${from}`, at };
}
