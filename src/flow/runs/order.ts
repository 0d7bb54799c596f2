import type { Alert } from '../../incident/alert.ts';
import { type Run, runName } from '../../incident/run.ts';
import type { Order } from '../../playbooks/playbook.ts';
import { alertsOf } from '../../store/alerts.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { noteFor } from './note.ts';

/** A run as its playbook sees it. */
export async function orderFor(floor: Watchfloor, run: Run): Promise<Order> {
  const alerts = run.order.target.kind === 'incident' ? await alertsOf(floor.db, run.incident) : [];
  return {
    run: run.id,
    name: runName(run.number),
    target: run.order.target,
    parameters: run.order.parameters,
    minutes: run.order.minutes,
    note: noteFor(run),
    memory: run.memory,
    undoAt: run.undo?.at,
    handle: run.handle,
    addresses: alerts.flatMap(addressAtSentinel),
  };
}

const addressAtSentinel = ({ source, address }: Alert): string[] =>
  source === 'sentinel' && address ? [address] : [];
