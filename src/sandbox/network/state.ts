import { randomUUID } from 'node:crypto';
import type { ArmAnswer, ArmCall } from '../azure/arm.ts';
import { ArmError, notFound } from '../azure/arm-error.ts';
import {
  azureMachines,
  firewallPolicyId,
  nicId,
  nsgId,
  type SecurityRule,
  securityRulesOf,
} from '../azure/network-estate.ts';
import type { Machine } from '../logs/samples/estate.ts';
import { type Ending, LongWork, type Work } from './long-work.ts';

/** What every resource that can be changed has. */
export interface Held {
  /** As its provider writes it. */
  id: string;
  etag: string;
  provisioningState: Ending | 'Updating' | 'Deleting';
  /** What Azure is at with it, or was last. */
  work?: Work;
}

export interface Group extends Held {
  location: string;
  tags?: Record<string, string>;
  /** Some end by themselves: those of just-in-time access, in milliseconds since 1970. */
  rules: (SecurityRule & { until?: number })[];
}

export interface Nic extends Held {
  machine: Machine;
  /** `undefined` where no group is before it. */
  group: Group | undefined;
}

/** Groups of rule collections of a firewall policy, and captures: kept as they were written. */
export interface Written extends Held {
  properties: Record<string, unknown>;
}

/** What of Contoso's network can be changed, and what is being changed; everybody who tells of it reads it here. */
export class NetworkState {
  readonly groups = new Map<string, Group>();
  readonly nics = new Map<string, Nic>();
  readonly ruleCollectionGroups = new Map<string, Written>();
  readonly captures = new Map<string, Written & { status: 'Running' | 'Stopped' }>();
  readonly accessRequests: AccessRequest[] = [];
  /** What is no longer as it was at first, for whoever has a copy of it. */
  readonly touched = new Set<Held>();
  readonly work = new LongWork();
  /** Every change that was taken on, in order. */
  readonly changes: { method: string; path: string }[] = [];
  readonly #forbidden = new Set<string>();

  constructor() {
    for (const machine of azureMachines) {
      const group: Group = {
        ...fresh(nsgId(machine)),
        location: 'westeurope',
        rules: [...securityRulesOf(machine)],
      };
      this.groups.set(keyOf(group.id), group);
      this.nics.set(keyOf(nicId(machine)), { ...fresh(nicId(machine)), machine, group });
    }
    for (const [name, properties] of Object.entries(firstRuleCollectionGroups)) {
      const id = `${firewallPolicyId}/ruleCollectionGroups/${name}`;
      this.ruleCollectionGroups.set(keyOf(id), { ...fresh(id), properties });
    }
  }

  /** Nobody may do this any more: `Microsoft.Network/networkInterfaces/write`. */
  forbid(action: string): void {
    this.#forbidden.add(action.toLowerCase());
  }

  mayDo({ caller, url }: ArmCall, action: string): void {
    if (!this.#forbidden.has(action.toLowerCase())) return;
    throw new ArmError(
      403,
      'AuthorizationFailed',
      `The client '${caller.appId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${url.pathname}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }

  /** Before a change: whoever asks may do it, it is at rest, and nobody changed it since it was read. */
  mayChange(call: ArmCall, action: string, held?: Held): void {
    this.mayDo(call, action);
    if (!held) return;
    if (held.provisioningState === 'Updating' || held.provisioningState === 'Deleting') throw busy(held.id);
    const expected = call.header('if-match');
    if (expected !== undefined && expected !== '*' && expected !== held.etag)
      throw new ArmError(
        412,
        'PreconditionFailed',
        `Precondition failed. Etag provided in if-match header ${expected} does not match etag ${held.etag} of resource ${held.id} in NRP data store.`,
      );
  }

  /** Takes a change on: what it changes is busy until Azure is done with it, and then gone where it `goes`. */
  takeOn(
    call: ArmCall,
    method: 'PUT' | 'POST' | 'DELETE',
    held: Held,
    then: { status: number; body?: () => unknown; isDone?: () => void; goes?: true },
  ): ArmAnswer {
    held.etag = newEtag();
    this.touched.add(held);
    held.provisioningState = then.goes ? 'Deleting' : 'Updating';
    const { work, headers } = this.work.change(call, (ending) => {
      held.provisioningState = ending;
      if (ending === 'Succeeded') then.isDone?.();
    });
    held.work = work;
    this.changes.push({ method, path: decodeURIComponent(call.url.pathname) });
    return { status: then.status, headers, ...(then.body ? { body: then.body() } : {}) };
  }

  /** The group in force before a machine's interface. */
  groupBefore(machine: Machine): Group | undefined {
    return this.nics.get(keyOf(nicId(machine)))?.group;
  }
}

export interface AccessRequest {
  policy: string;
  machine: string;
  port: number;
  from: string;
  startTimeUtc: string;
  endTimeUtc: string;
  justification: string | undefined;
  requestor: string;
}

export const keyOf = (id: string): string => id.toLowerCase();

export const newEtag = (): string => `W/"${randomUUID()}"`;

export const fresh = (id: string): Held => ({ id, etag: newEtag(), provisioningState: 'Succeeded' });

/** One that is called by its id; being asked for brings what Azure does with it on. */
export function called<T extends Held>({ url }: ArmCall, among: Map<string, T>, end = ''): T {
  const found = among.get(pathOf(url, end));
  found?.work?.look();
  const still = among.get(pathOf(url, end));
  if (still) return still;
  throw notFound(`The Resource '${pathOf(url, end).split('/').slice(-3).join('/')}'`);
}

/** What a path names, letters' case apart, without what is done with it: `/stop`. */
export function pathOf(url: URL, end = ''): string {
  const path = keyOf(decodeURIComponent(url.pathname)).replace(/\/$/, '');
  return path.endsWith(keyOf(end)) ? path.slice(0, path.length - end.length) : path;
}

/** Rules as they are now: those whose time is over are gone. */
export function rulesOf(group: Group, now = Date.now()): SecurityRule[] {
  group.rules = group.rules.filter(({ until }) => until === undefined || until > now);
  return group.rules.map(({ until: _until, ...rule }) => rule);
}

/** Microsoft.Network says of a conflict of changes that one may try again. */
const busy = (id: string) =>
  new ArmError(
    429,
    'RetryableError',
    `A retryable error occurred. RetryableErrorDueToAnotherOperation: another operation is updating resource ${id}.`,
  );

const allow = (name: string, priority: number, from: string, port: string) => ({
  ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
  name,
  priority,
  action: { type: 'Allow' },
  rules: [
    {
      ruleType: 'NetworkRule',
      name: `${name}-rule`,
      ipProtocols: ['TCP'],
      sourceAddresses: [from],
      destinationAddresses: ['*'],
      destinationPorts: [port],
    },
  ],
});

/** Of the policy of Contoso's one firewall. */
const firstRuleCollectionGroups: Record<string, Record<string, unknown>> = {
  DefaultNetworkRuleCollectionGroup: {
    priority: 200,
    ruleCollections: [allow('allow-web-out', 200, '10.0.0.0/8', '443')],
  },
};
