import { type Alert, type Entity, nameOf } from './alert.ts';
import { boundedKey, type Subject, subjectKey } from './enrichment.ts';
import type { Incident } from './incident.ts';

/** More than a screen shows, and a bound on what one hostile alert makes us ask. */
const mostSubjects = 12;

/** Who and what is attacked first, then where from. */
const order: Record<Subject['kind'], number> = {
  incident: 0,
  account: 1,
  machine: 2,
  resource: 3,
  mailbox: 4,
  ip: 5,
  domain: 6,
  url: 6,
  file: 7,
  path: 8,
};

/** Whom and what enrichers are asked about for an incident, each once: itself, then its entities. */
export function subjectsOf(incident: Pick<Incident, 'id' | 'alerts'>): Subject[] {
  const found = new Map<string, Subject>();
  for (const entity of incident.alerts.flatMap(({ entities }) => entities)) {
    const subject = subjectOf(entity);
    if (!subject) continue;
    const key = subjectKey(subject);
    // One alert may know more of the same: the object id of an account, the hash of a file.
    if (!found.has(key)) found.set(key, subject);
  }
  const entities = takeTurns([...found.values()].sort(byKind)).slice(0, mostSubjects - 1);
  return [{ kind: 'incident', id: incident.id }, ...entities.sort(byKind)];
}

/** The first of each kind, then the second of each …: who names a dozen accounts hides no address behind them. */
function takeTurns(subjects: Subject[]): Subject[] {
  const kinds = [...Map.groupBy(subjects, ({ kind }) => kind).values()];
  return Array.from({ length: mostSubjects }, (_, turn) =>
    kinds.flatMap((ofKind) => ofKind.slice(turn, turn + 1)),
  ).flat();
}

function byKind(a: Subject, b: Subject): number {
  return order[a.kind] - order[b.kind];
}

/** Processes and whatever we have no kind for say nothing by their name alone. */
export function subjectOf(entity: Entity): Subject | undefined {
  if (!nameOf(entity)) return undefined;
  switch (entity.kind) {
    case 'account':
      return { kind: 'account', name: entity.name, upn: entity.upn, oid: entity.oid };
    case 'host':
      return { kind: 'machine', name: entity.name, resourceId: entity.resourceId };
    case 'resource':
      if (!entity.resourceId) return undefined;
      return resourceSubject(entity);
    case 'ip':
      return { kind: 'ip', address: entity.address };
    case 'domain':
      return { kind: 'domain', name: entity.name };
    case 'url':
      return { kind: 'url', url: entity.url };
    case 'mailbox':
      return { kind: 'mailbox', address: entity.address };
    case 'file':
      return { kind: 'file', name: entity.name, sha256: entity.sha256 ?? '' };
    case 'process':
    case 'other':
      return undefined;
  }
}

/** One of Azure's own: its network and its power are asked of Azure. */
export function isVirtualMachine(resourceId: string): boolean {
  return /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/virtualMachines\/[^/]+$/i.test(
    resourceId,
  );
}

/** Virtual machines, and those that Arc connects. */
export function isMachine(resourceId: string): boolean {
  return /\/providers\/Microsoft\.(Compute\/virtualMachines|HybridCompute\/machines)\/[^/]+$/i.test(
    resourceId,
  );
}

/**
 * By what incidents are found again that are alike: their subjects, and the rules of their alerts (`rule
 * K8S_PrivilegedContainer`). At most 24.
 */
export function keysOf(incident: Pick<Incident, 'id' | 'alerts'>): string[] {
  const rules = incident.alerts.map(ruleKey);
  const subjects = subjectsOf(incident)
    .filter(({ kind }) => kind !== 'incident')
    .map(subjectKey);
  return [...new Set([...rules, ...subjects])].slice(0, 2 * mostSubjects);
}

function ruleKey({ type }: Pick<Alert, 'type'>): string {
  return boundedKey(`rule ${type}`);
}

/** What people type of somebody or something, read already: a name, an address, an id. */
export interface Named {
  kind: 'account' | 'host' | 'ip' | 'file' | 'url' | 'resource';
  name: string;
}

/** The same as somebody to be asked about. A resource that is called by its name alone has no id yet. */
export function subjectNamed({ kind, name }: Named): Subject {
  switch (kind) {
    case 'account':
      if (isGuid(name)) return { kind, name: '', upn: '', oid: name.toLowerCase() };
      return { kind, name, upn: name.includes('@') ? name : '', oid: '' };
    case 'host':
      return { kind: 'machine', name, resourceId: '' };
    case 'ip':
      return { kind, address: name };
    case 'file':
      return /^[0-9a-f]{64}$/i.test(name)
        ? { kind, name: '', sha256: name.toLowerCase() }
        : { kind, name, sha256: '' };
    case 'url':
      return name.includes('/') ? { kind, url: name } : { kind: 'domain', name };
    case 'resource':
      return resourceSubject({
        name: name.split('/').at(-1) ?? name,
        resourceId: name.startsWith('/') ? name : '',
      });
  }
}

export function resourceSubject({ name, resourceId }: { name: string; resourceId: string }): Subject {
  return isMachine(resourceId)
    ? { kind: 'machine', name, resourceId }
    : { kind: 'resource', name, resourceId };
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
