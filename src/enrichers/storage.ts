import { z } from 'zod';
import { lastSegment } from '../azure/resource-id.ts';
import type { Enrichment, EnrichmentFact, Subject, Trait } from '../incident/enrichment.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import { kqlString } from '../kql/escape.ts';
import { type LogPlace, rowsOf, tablesOf, withGaps } from './ask-logs.ts';
import { instant, readRows } from './azure/rows.ts';
import type { Enricher } from './enricher.ts';
import { bytes, figure, listed } from './figures.ts';
import { typeOf } from './resource-type.ts';

const mostRows = 60;

/** Who read, listed or deleted in a storage account in the last 24 hours, from its own logs. */
export function createStorage(place: LogPlace): Enricher {
  return {
    name: 'storage',
    title: 'Storage access',
    question: 'Who read, listed or deleted in this account in the last 24 hours, from where and with what?',
    about: ['resource'],
    concerns: (subject) => accountOf(subject) !== '',
    side: 'logs',
    calls: 2,
    api: 'Log Analytics query API v1: StorageBlobLogs, StorageFileLogs',
    permission: 'Log Analytics Reader on the workspace',
    lifetimeSeconds: 300,
    deadlineMs: 25_000,
    limits:
      'Sees what diagnostic settings of the account send to the workspace, some minutes late; tables of the Basic plan are not asked.',
    async enrich(subject, context) {
      const account = accountOf(subject);
      const tables = await tablesOf(place, ['StorageBlobLogs', 'StorageFileLogs']);
      if (account === '' || tables.length === 0) return nothingKnown;
      const answer = await rowsOf(place, textOf(account, tables), 24, context);
      const known = enrichmentOf(readRows(groupShape, answer.rows, mostRows));
      return withGaps(known, answer);
    },
  };
}

/** The account's id, also where a container or the blob service of it is meant. */
function accountOf(subject: Subject): string {
  if (subject.kind !== 'resource' || !typeOf(subject.resourceId).startsWith(accountType)) return '';
  return /^.*\/storageaccounts\/[^/]+/i.exec(subject.resourceId)?.[0] ?? '';
}

const accountType = 'microsoft.storage/storageaccounts';

/** Azure writes addresses with the port; in the blob logs the id may end in the service that was used. */
function textOf(id: string, tables: string[]): string {
  const name = lastSegment(id);
  return `union ${tables.join(', ')}
| where AccountName =~ ${kqlString(name)} and _ResourceId startswith ${kqlString(id)}
| extend Deed = case(
    Category == "StorageDelete", "deleted",
    OperationName in ("SetBlobServiceProperties", "SetFileServiceProperties", "SetContainerACL"), "settings",
    OperationName startswith "List", "listed",
    Category == "StorageWrite", "written",
    "read")
| extend Worked = StatusText endswith "Success"
| extend Address = extract(@"^\\[?(\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F:]+)", 1, CallerIpAddress)
| extend Who = coalesce(RequesterUpn, RequesterObjectId)
| summarize Count = countif(Worked), Refused = countif(not(Worked)), Bytes = sum(ResponseBodySize),
    Places = make_set(tostring(split(ObjectKey, "/")[2]), 3), Operations = make_set(OperationName, 3),
    Last = max(TimeGenerated)
    by Deed, Who, Address, AuthenticationType
| top ${mostRows} by Count desc`;
}

const count = z.coerce.number().catch(0);
const text = z.string().catch('');
const groupShape = z.object({
  Deed: z.enum(['deleted', 'settings', 'listed', 'written', 'read']),
  Who: text,
  Address: text,
  AuthenticationType: text,
  Count: count,
  Refused: count,
  Bytes: count,
  Places: z.array(z.string()).catch([]),
  Operations: z.array(z.string()).catch([]),
  Last: instant,
});
type Group = z.infer<typeof groupShape>;

/** What cannot be taken back comes first. */
const order = ['deleted', 'settings', 'read', 'listed', 'written'] as const satisfies Group['Deed'][];
const labels: Record<Group['Deed'], string> = {
  deleted: 'Deleted',
  settings: 'Settings changed',
  read: 'Read',
  listed: 'Listed',
  written: 'Written',
};

function enrichmentOf(groups: Group[]): Enrichment {
  const sorted = order.flatMap((deed) => groups.filter(({ Deed }) => Deed === deed));
  return { facts: sorted.flatMap(toFact), traits: toTraits(sorted) };
}

function toFact(group: Group): EnrichmentFact[] {
  const { Deed, Count, Refused, Bytes, Places, Operations, Last } = group;
  const things = Deed === 'settings' ? Operations.join(', ') : `${figure(Count)} ×`;
  const worked = [
    things,
    Deed === 'read' && Bytes > 0 ? `${bytes(Bytes)}` : '',
    listed(Places.filter(Boolean), 3),
  ];
  const value = [
    ...(Count > 0 ? [worked.filter(Boolean).join(', ')] : []),
    ...(Refused > 0 ? [`${figure(Refused)} refused`] : []),
    byWhom(group),
  ].join(', ');
  if (Count + Refused === 0) return [];
  return [{ label: labels[Deed], value, ...(Last ? { at: Last } : {}) }];
}

function byWhom({ Who, Address, AuthenticationType }: Group): string {
  const how = ways[AuthenticationType] ?? AuthenticationType;
  return [Who ? `by ${Who}` : '', how, Address ? `from ${Address}` : ''].filter(Boolean).join(' ');
}

const byDelegation = 'with a delegated shared access signature';
/** https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs */
const ways: Record<string, string> = {
  OAuth: '',
  AccountKey: 'with the account key',
  SAS: 'with a shared access signature',
  DelegatedSas: byDelegation,
  DelegationSas: byDelegation,
  Anonymous: 'without signing in',
};

/** The nightly clean-up of a backup deletes some dozens of blobs. */
const manyDeletions = 100;

function toTraits(groups: Group[]): Trait[] {
  const deleted = groups.filter(({ Deed }) => Deed === 'deleted').toSorted((a, b) => b.Count - a.Count);
  const reads = groups.filter(({ Deed, Count }) => (Deed === 'read' || Deed === 'listed') && Count > 0);
  const [most] = deleted;
  const byKey = reads.find(({ AuthenticationType }) => AuthenticationType === 'AccountKey');
  const open = reads.find(({ AuthenticationType }) => AuthenticationType === 'Anonymous');
  const traits: Trait[] = [];
  if (most && most.Count >= manyDeletions) {
    const chip = `${figure(most.Count)} blobs deleted`;
    traits.push({ chip, says: `had ${chip} in the last 24 h ${byWhom(most)}`, tone: 'bad' });
  }
  if (byKey)
    traits.push({
      chip: 'read by account key',
      says: `was read ${byWhom(byKey)} in the last 24 h`,
      tone: 'warning',
    });
  if (open)
    traits.push({
      chip: 'read anonymously',
      says: `was read ${byWhom(open)} in the last 24 h`,
      tone: 'warning',
    });
  return traits;
}
