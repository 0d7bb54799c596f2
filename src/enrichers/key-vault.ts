import { z } from 'zod';
import { lastSegment } from '../azure/resource-id.ts';
import type { Enrichment, EnrichmentFact, Subject, Trait } from '../incident/enrichment.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import { type LogPlace, rowsOf, tablesOf, withGaps } from './ask-logs.ts';
import { instant, readRows } from './azure/rows.ts';
import type { Enricher } from './enricher.ts';
import { figure, listed } from './figures.ts';
import { mostRows, textOf } from './key-vault/text.ts';
import { typeOf } from './resource-type.ts';

const usualDays = 13;

/** Who read which secrets of a vault in the last 24 hours, and whether that is more than they used to. */
export function createKeyVaultAccess(place: LogPlace): Enricher {
  return {
    name: 'key-vault',
    title: 'Key vault access',
    question: 'Who read which secrets of this vault in the last 24 hours, and is that usual for them?',
    about: ['resource'],
    concerns: isVault,
    side: 'logs',
    calls: 2,
    api: 'Log Analytics query API v1: AZKVAuditLogs, AzureDiagnostics',
    permission: 'Log Analytics Reader on the workspace',
    lifetimeSeconds: 300,
    deadlineMs: 25_000,
    limits: 'Sees what the audit logs of the vault send to the workspace, some minutes late.',
    async enrich(subject, context) {
      const tables = await tablesOf(place, ['AZKVAuditLogs', 'AzureDiagnostics']);
      if (!isVault(subject) || subject.kind !== 'resource' || tables.length === 0) return nothingKnown;
      const dayAgo = new Date(context.now.getTime() - 86_400_000);
      const text = textOf(subject.resourceId, tables, dayAgo);
      const answer = await rowsOf(place, text, (usualDays + 1) * 24, context);
      const known = enrichmentOf(onceTold(readRows(useShape, answer.rows, mostRows)));
      return withGaps(known, answer);
    },
  };
}

const isVault = (subject: Subject): boolean =>
  subject.kind === 'resource' &&
  ['microsoft.keyvault/vaults', 'microsoft.keyvault/managedhsms'].includes(typeOf(subject.resourceId));

const count = z.coerce.number().catch(0);
const texts = z.array(z.string()).catch([]);
const useShape = z.object({
  Table: z.string(),
  Who: z.string().catch(''),
  Read: count,
  Before: count,
  Reads: count,
  Lists: count,
  Denied: count,
  Names: texts,
  Changes: texts,
  Addresses: texts,
  Last: instant,
});
type Use = z.infer<typeof useShape>;

/** A vault may write to both tables at once, and each call counts once. */
function onceTold(uses: Use[]): Use[] {
  const own = uses.filter(({ Table }) => Table === 'AZKVAuditLogs');
  return own.length > 0 ? own : uses;
}

function enrichmentOf(uses: Use[]): Enrichment {
  return { facts: uses.flatMap(toFacts), traits: uses.flatMap(toTraits) };
}

function toFacts(use: Use): EnrichmentFact[] {
  const at = use.Last ? { at: use.Last } : {};
  const from = use.Addresses.length > 0 ? ` from ${listed(use.Addresses, 3)}` : '';
  const deeds = [
    use.Reads > 0
      ? `read ${figure(use.Read)} secrets (${figure(use.Before)} in the ${usualDays} days before)`
      : '',
    use.Lists > 0 ? `listed them ${figure(use.Lists)} ×` : '',
    use.Denied > 0 ? `was denied ${figure(use.Denied)} ×` : '',
    use.Changes.length > 0 ? `did ${use.Changes.join(', ')}` : '',
  ].filter(Boolean);
  if (deeds.length === 0) return [];
  const names = listed(use.Names.toSorted(), 12);
  return [
    { label: nameOf(use), value: `${deeds.join(', ')}${from}`, ...at },
    ...(names ? [{ label: 'Secrets read', value: names, long: true as const }] : []),
  ];
}

/** Nobody needs so many in a day, unless they always do. */
const many = 10;
const severalDenials = 5;

function toTraits(use: Use): Trait[] {
  const { Read, Before, Denied } = use;
  const traits: Trait[] = [];
  if (Read >= many && Read >= 3 * Before) {
    const chip = `${figure(Read)} secrets read`;
    const usual = `${figure(Before)} in the ${usualDays} days before`;
    traits.push({ chip, says: `had ${chip} by ${nameOf(use)} in the last 24 h (${usual})`, tone: 'bad' });
  }
  if (Denied >= severalDenials) {
    const chip = `denied ${figure(Denied)} ×`;
    traits.push({
      chip,
      says: `refused ${nameOf(use)} ${figure(Denied)} × in the last 24 h`,
      tone: 'warning',
    });
  }
  return traits;
}

/** Managed identities of machines call themselves by the machine's id. */
const nameOf = ({ Who }: Use): string => lastSegment(Who) || 'somebody unnamed';
