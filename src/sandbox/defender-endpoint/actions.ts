import { randomUUID } from 'node:crypto';
import { diceOf } from '../logs/samples/dice.ts';
import { machineNamed } from '../logs/samples/estate.ts';
import { deviceName } from '../logs/samples/events/devices.ts';
import { type EndpointMachine, idOf, iso } from './machines.ts';
import { EndpointRefusal } from './refusal.ts';

export type ActionType = 'Isolate' | 'Unisolate' | 'RunAntiVirusScan' | 'CollectInvestigationPackage';
export type ActionEnd = 'Succeeded' | 'Failed' | 'TimeOut';

export interface ActionBegun {
  type: ActionType;
  /** `Full`, `Selective`, `Quick`; null where it has none. */
  scope: string | null;
  requestor: string;
  comment: string;
}

interface Action extends ActionBegun {
  id: string;
  machine: Pick<EndpointMachine, 'id' | 'computerDnsName'>;
  at: number;
  /** `Pending`: it never ends. */
  end: ActionEnd | 'Pending';
  cancelled?: { at: number; by: string; comment: string };
}

/** Milliseconds from its beginning until the machine hears of it, and until it is over. */
const HEARD_MS = 500;
const OVER_MS = 1_500;

/** What is done to machines through Defender for Endpoint: what was done before the story began, and what is asked for now. */
export class MachineActions {
  readonly #begun: Action[] = [];
  #nextEnd: ActionEnd = 'Succeeded';

  /** The one that is begun next ends like this, after the machine has begun with it. */
  endNextAs(end: ActionEnd): void {
    this.#nextEnd = end;
  }

  /** How many were begun. */
  get count(): number {
    return this.#begun.length;
  }

  /** Newest first. https://learn.microsoft.com/defender-endpoint/api/machineaction */
  list(now: number): object[] {
    return this.#all(now).map((action) => shown(action, now));
  }

  get(id: string, now: number): object {
    return shown(this.#find(id, now), now);
  }

  begin(machine: EndpointMachine, begun: ActionBegun, now: number): object {
    const isOpen = ({ machine: { id }, type }: Action) => id === machine.id && type === begun.type;
    if (this.#all(now).some((action) => isOpen(action) && isUnderWay(action, now))) {
      throw new EndpointRefusal(400, 'ActiveRequestAlreadyExists', 'Action is already in progress');
    }
    // Seen by others: https://github.com/MicrosoftDocs/microsoft-365-docs/issues/5903
    const isForNothing = begun.type === 'Isolate' && this.isIsolated(machine.id, now);
    const end = isForNothing ? 'Pending' : this.#nextEnd;
    this.#nextEnd = 'Succeeded';
    const action: Action = { ...begun, id: randomUUID(), machine, at: now, end };
    this.#begun.unshift(action);
    return shown(action, now);
  }

  cancel(id: string, by: string, comment: string, now: number): object {
    const action = this.#find(id, now);
    if (!isUnderWay(action, now)) {
      throw new EndpointRefusal(400, 'BadRequest', `Machine action ${id} is ${statusOf(action, now)}.`);
    }
    action.cancelled = { at: now, by, comment };
    return shown(action, now);
  }

  isIsolated(machineId: string, now: number): boolean {
    const last = this.#all(now).find(
      (action) =>
        action.machine.id === machineId &&
        ['Isolate', 'Unisolate'].includes(action.type) &&
        statusOf(action, now) === 'Succeeded',
    );
    return last?.type === 'Isolate';
  }

  /** Names of the machines that are isolated. */
  isolated(now: number): string[] {
    const machines = new Map(this.#all(now).map(({ machine }) => [machine.id, machine.computerDnsName]));
    return [...machines].flatMap(([id, name]) => (this.isIsolated(id, now) ? [name] : [])).sort();
  }

  #all(now: number): Action[] {
    return [...this.#begun, ...earlier(now)];
  }

  #find(id: string, now: number): Action {
    const found = this.#all(now).find((action) => action.id === id);
    if (!found) throw new EndpointRefusal(404, 'ResourceNotFound', `Machine action ${id} was not found`);
    return found;
  }
}

type Status = 'Pending' | 'InProgress' | ActionEnd | 'Cancelled';

function statusOf({ at, end, cancelled }: Action, now: number): Status {
  if (cancelled) return 'Cancelled';
  if (now < at + HEARD_MS) return 'Pending';
  return now < at + OVER_MS && end !== 'Pending' ? 'InProgress' : end;
}

const isUnderWay = (action: Action, now: number): boolean =>
  ['Pending', 'InProgress'].includes(statusOf(action, now));

function shown(action: Action, now: number): object {
  const { id, type, scope, requestor, comment, machine, at, cancelled } = action;
  return {
    id,
    type,
    title: null,
    scope,
    requestor,
    requestSource: requestor.includes('@') ? 'Portal' : 'PublicApi',
    requestorComment: comment,
    status: statusOf(action, now),
    machineId: machine.id,
    computerDnsName: machine.computerDnsName,
    creationDateTimeUtc: iso(at),
    lastUpdateDateTimeUtc: iso(cancelled?.at ?? Math.min(now, at + OVER_MS)),
    cancellationRequestor: cancelled?.by ?? null,
    cancellationComment: cancelled?.comment ?? null,
    cancellationDateTimeUtc: cancelled ? iso(cancelled.at) : null,
    relatedFileInfo: null,
  };
}

const deeds = [
  { name: 'vm-dc-01', type: 'RunAntiVirusScan', scope: 'Full', by: 'priya', hoursAgo: 30 },
  { name: 'vm-fin-05', type: 'CollectInvestigationPackage', scope: null, by: 'adam', hoursAgo: 49 },
  { name: 'vm-fin-05', type: 'Isolate', scope: 'Full', by: 'lena', hoursAgo: 50 },
  { name: 'vm-fin-03', type: 'Unisolate', scope: null, by: 'lena', hoursAgo: 140 },
  { name: 'vm-fin-03', type: 'Isolate', scope: 'Selective', by: 'adam', hoursAgo: 170 },
] as const;

function earlier(now: number): Action[] {
  return deeds.map(({ name, type, scope, by, hoursAgo }, n) => ({
    id: diceOf('machine action', n).guid(),
    type,
    scope,
    requestor: `${by}@contoso.com`,
    comment: 'Asked for by the SOC',
    machine: { id: idOf(name), computerDnsName: deviceName(machineNamed(name)) },
    at: now - hoursAgo * 3_600_000,
    end: 'Succeeded',
  }));
}
