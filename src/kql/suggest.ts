import type { Incident } from '../incident/incident.ts';
import type { Hunt, HuntLibrary } from './hunt.ts';
import { entitiesOf } from './incident-entities.ts';
import { narrowing } from './narrowing.ts';
import { type HuntValues, isReady } from './plan-hunt.ts';
import { type EntityKind, entityKinds } from './read-entity.ts';
import { tacticName } from './tactics.ts';

/** A hunt that may tell more of an incident. */
export interface Suggestion {
  hunt: Hunt;
  /** `same technique T1110, looks for svc-backup`; names in it are untrusted. */
  why: string;
  /** What the incident fills in: `planHunt` takes them with `keeps: 'any'`. */
  values: HuntValues;
}

const most = 5;

/** Hunts that need nothing more than what the incident's alerts say, best first. */
export function suggestHunts(incident: Incident, library: HuntLibrary): Suggestion[] {
  const known = traitsOf(incident);
  return library
    .all()
    .flatMap((hunt) => weigh(hunt, known))
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ score: _, ...suggestion }) => suggestion);
}

/** What an incident's alerts fill in of a hunt; kinds that it has no place for are left out. */
export function valuesFor(hunt: Hunt, { alerts }: Pick<Incident, 'alerts'>): HuntValues {
  return fill(hunt, entitiesOf(alerts));
}

interface Traits {
  entities: Partial<Record<EntityKind, string[]>>;
  tactics: Set<string>;
  techniques: Set<string>;
  tables: Set<string>;
}

function traitsOf({ alerts }: Incident): Traits {
  return {
    entities: entitiesOf(alerts),
    tactics: new Set(alerts.flatMap(({ tactics }) => tactics.map(tacticName))),
    techniques: new Set(alerts.flatMap(({ techniques }) => techniques.map((one) => one.toUpperCase()))),
    tables: new Set(alerts.flatMap(({ entities }) => entities).flatMap(tablesAbout)),
  };
}

function weigh(hunt: Hunt, known: Traits): (Suggestion & { score: number })[] {
  const values = fill(hunt, known.entities);
  if (!isReady(hunt, values)) return [];
  const techniques = hunt.techniques.filter((one) => [...known.techniques].some((own) => isKin(own, one)));
  const tactics = hunt.tactics.filter((one) => known.tactics.has(one));
  const tables = hunt.tables.filter((one) => known.tables.has(one));
  const looked = Object.keys(values).length;
  const asked = hunt.parameters.filter(({ kind }) => kind in values).length;
  // The same technique says most; a tactic is shared by many, and a table or an entity alone by most.
  const score =
    4 * techniques.length + 2 * Math.min(tactics.length, 2) + Math.min(tables.length, 2) + looked + asked;
  if (techniques.length + tactics.length === 0 && (tables.length === 0 || looked === 0)) return [];
  return [{ hunt, why: inWords(techniques, tactics, values), values, score }];
}

function inWords(techniques: string[], tactics: string[], values: HuntValues): string {
  const names = Object.values(values).flatMap((value) => [value].flat().slice(0, 1));
  const said = [
    techniques.length > 0 ? `same technique ${techniques.slice(0, 2).join(', ')}` : '',
    techniques.length === 0 && tactics.length > 0 ? `same tactic ${tactics.slice(0, 2).join(', ')}` : '',
    names.length > 0 ? `looks for ${names.slice(0, 2).join(' and ')}` : '',
  ];
  return said.filter(Boolean).join(', ') || 'reads logs of what is attacked';
}

function fill(hunt: Hunt, entities: Traits['entities']): HuntValues {
  const values: HuntValues = {};
  for (const kind of entityKinds) {
    const names = entities[kind];
    if (!names) continue;
    if (hunt.parameters.some((one) => one.kind === kind)) values[kind] = names.slice(0, 1);
    else if (narrowing(hunt, kind, names)) values[kind] = names;
  }
  return values;
}

/** T1110.003 is a kind of T1110. */
function isKin(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/** Resource provider → tables in which its resources write. https://learn.microsoft.com/azure/azure-monitor/reference/tables-index */
const tablesOfProvider: Record<string, string[]> = {
  'microsoft.compute': ['SecurityEvent', 'Syslog', 'DeviceProcessEvents', 'DeviceNetworkEvents', 'Heartbeat'],
  'microsoft.storage': ['StorageBlobLogs', 'StorageFileLogs'],
  'microsoft.keyvault': ['AZKVAuditLogs', 'AzureDiagnostics'],
  'microsoft.sql': ['AzureDiagnostics', 'SQLSecurityAuditEvents'],
  'microsoft.dbforpostgresql': ['AzureDiagnostics', 'PGSQLServerLogs'],
  'microsoft.documentdb': ['CDBControlPlaneRequests', 'CDBDataPlaneRequests', 'AzureDiagnostics'],
  'microsoft.containerservice': ['AKSAudit', 'AKSAuditAdmin', 'ContainerLogV2', 'KubeEvents'],
  'microsoft.containerregistry': ['ContainerRegistryRepositoryEvents', 'ContainerRegistryLoginEvents'],
  'microsoft.web': ['AppServiceHTTPLogs', 'AppServiceConsoleLogs'],
  'microsoft.apimanagement': ['ApiManagementGatewayLogs'],
  'microsoft.network': ['AzureDiagnostics', 'NTANetAnalytics', 'AZFWNetworkRule'],
};

function tablesAbout(entity: Incident['alerts'][number]['entities'][number]): string[] {
  switch (entity.kind) {
    case 'account':
      return ['SigninLogs', 'AADNonInteractiveUserSignInLogs', 'AuditLogs'];
    case 'mailbox':
      return ['OfficeActivity', 'EmailEvents'];
    case 'domain':
      return ['DnsEvents'];
    case 'host':
    case 'resource': {
      const [, provider = ''] = entity.resourceId.toLowerCase().match(/\/providers\/([^/]+)/) ?? [];
      return ['AzureActivity', ...(tablesOfProvider[provider] ?? [])];
    }
    default:
      return [];
  }
}
