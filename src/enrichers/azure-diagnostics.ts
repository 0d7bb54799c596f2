import { z } from 'zod';
import type { Enrichment, EnrichmentFact, Subject, Trait } from '../incident/enrichment.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import { kqlDynamic, kqlString } from '../kql/escape.ts';
import { type LogPlace, rowsOf, tablesOf, withGaps } from './ask-logs.ts';
import { instant, readRows } from './azure/rows.ts';
import {
  generalAction,
  generalDetail,
  generalOfAddress,
  generalOfResource,
  generalTable,
  generalTitle,
} from './azure-diagnostics/general-table.ts';
import { type TellingTable, tellingTables } from './azure-diagnostics/telling-tables.ts';
import type { Enricher } from './enricher.ts';
import { figure } from './figures.ts';
import { typeOf } from './resource-type.ts';

const mostRows = 25;

/** What firewalls, gateways and databases of Azure wrote of an address, or a resource of itself, in the last 24 hours. */
export function createAzureDiagnostics(place: LogPlace): Enricher {
  return {
    name: 'azure-diagnostics',
    title: 'Resource logs',
    question: 'What did firewalls, gateways and databases do with it in the last 24 hours?',
    about: ['ip', 'resource'],
    concerns: (subject) => rowsAbout(subject) !== undefined,
    side: 'logs',
    calls: 2,
    api: `Log Analytics query API v1: ${[generalTable, ...new Set(tellingTables.map(({ table }) => table))].join(', ')}`,
    permission: 'Log Analytics Reader on the workspace',
    lifetimeSeconds: 300,
    deadlineMs: 25_000,
    limits:
      'Sees what diagnostic settings send to the workspace, some minutes late; tables of the Basic plan are not asked.',
    async enrich(subject, context) {
      const about = rowsAbout(subject);
      const there = await tablesOf(place, [generalTable, ...tellingTables.map(({ table }) => table)]);
      if (!about || there.length === 0) return nothingKnown;
      const answer = await rowsOf(place, textOf(about, there), 24, context);
      const known = enrichmentOf(about.kind, readRows(groupShape, answer.rows, mostRows));
      return withGaps(known, answer);
    },
  };
}

interface About {
  kind: 'ip' | 'resource';
  /** `address`, or the resource's id. */
  value: string;
}

function rowsAbout(subject: Subject): About | undefined {
  if (subject.kind === 'ip') return { kind: 'ip', value: subject.address };
  if (subject.kind !== 'resource') return undefined;
  const type = typeOf(subject.resourceId);
  return logsElsewhere.test(type) ? undefined : { kind: 'resource', value: subject.resourceId };
}

/** Told by enrichers of their own, or written by an agent; and what is no resource. */
const logsElsewhere =
  /^($|subscription$|resourcegroup$|microsoft\.keyvault\/|microsoft\.storage\/|microsoft\.compute\/)/;

function textOf({ kind, value }: About, there: string[]): string {
  const own = tellingTables.filter(({ table }) => there.includes(table));
  const where = (ofAddress: string, ofResource: string) => (kind === 'ip' ? ofAddress : ofResource);
  const legs = own.map(({ table, title, ofAddress, action, detail }) =>
    leg(table, kqlString(title), where(ofAddress, ofItself), action, detail),
  );
  if (there.includes(generalTable)) {
    const told = own.map((one) => toldBy(one, where(one.ofAddress, ofItself)));
    const rows = [`(${where(generalOfAddress, generalOfResource)})`, ...told.map((by) => `not(${by})`)];
    legs.push(leg(generalTable, generalTitle, rows.join('\n    and '), generalAction, generalDetail));
  }
  return `let ${kind === 'ip' ? 'address' : 'resource'} = ${kqlString(value)};
union ${legs.join(',\n')}
| top ${mostRows} by Count desc`;
}

const ofItself = '_ResourceId =~ resource or _ResourceId startswith strcat(resource, "/")';

/**
 * A resource may write to both, and its own table tells more. That the table is there says nothing: workspaces list
 * tables that nobody writes to.
 */
const toldBy = ({ table, categories }: TellingTable, rows: string): string =>
  `(Category in (${kqlDynamic(categories)}) and _ResourceId in ((${table} | where ${rows} | distinct _ResourceId)))`;

/** Counted for each table, so that only a few rows are put together. */
const leg = (table: string, title: string, rows: string, action: string, detail: string): string =>
  `(${table} | where ${rows}
  | summarize Count = count(), Last = max(TimeGenerated) by Title = ${title}, Action = ${action}, Detail = ${detail}
  | top 10 by Count desc)`;

const groupShape = z.object({
  Title: z.string(),
  Action: z.string().catch(''),
  Detail: z.string().catch(''),
  Count: z.coerce.number().catch(0),
  Last: instant,
});
type Group = z.infer<typeof groupShape>;

function enrichmentOf(kind: About['kind'], groups: Group[]): Enrichment {
  const traits = [...(kind === 'ip' ? ofFirewalls(groups) : []), ...ofApis(groups)];
  return { facts: groups.map(toFact), traits };
}

function toFact({ Title, Action, Detail, Count, Last }: Group): EnrichmentFact {
  const value = `${Action} ${figure(Count)} ×${Detail.trim() ? `: ${Detail.trim()}` : ''}`.trim();
  return { label: Title, value, ...(Last ? { at: Last } : {}) };
}

const sumOf = (groups: Group[], title: string, action: RegExp): number =>
  groups
    .filter(({ Title, Action }) => Title === title && action.test(Action))
    .reduce((sum, { Count }) => sum + Count, 0);

function ofFirewalls(groups: Group[]): Trait[] {
  const web = 'Web application firewall';
  const noted = sumOf(groups, web, /^(detected|matched)$/i);
  const blocked = sumOf(groups, web, /^blocked$/i);
  const denied = sumOf(groups, 'Azure Firewall', /^den/i);
  const traits: Trait[] = [];
  if (noted > 0 && blocked === 0) {
    const says = `set off the web application firewall ${figure(noted)} ×, which blocked nothing`;
    traits.push({ chip: 'WAF noted, not blocked', says, tone: 'bad' });
  }
  if (blocked > 0) {
    const says = `was blocked ${figure(blocked)} × by the web application firewall`;
    traits.push({ chip: 'blocked by the WAF', says, tone: 'warning' });
  }
  if (denied > 0) {
    const says = `was denied ${figure(denied)} × by Azure Firewall`;
    traits.push({ chip: 'denied by the firewall', says, tone: 'neutral' });
  }
  return traits;
}

/** Nobody mistypes so many calls in a day. */
const manyRefused = 100;

function ofApis(groups: Group[]): Trait[] {
  const refused = sumOf(groups, 'API Management', /^refused$/i);
  if (refused < manyRefused) return [];
  const says = `has ${figure(refused)} refused calls at API Management in the last 24 h`;
  return [{ chip: 'probes an API', says, tone: 'warning' }];
}
