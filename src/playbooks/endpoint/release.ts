import { type DefenderAction, readAction, readDefenderEndpoint } from '../../azure/defender-endpoint.ts';
import type { Writer } from '../../azure/writer.ts';
import { FarSideError } from '../../errors.ts';
import { subjectName } from '../../incident/enrichment.ts';
import type { Order, Step } from '../playbook.ts';
import { byWhom, type Deed, isOpen, stepOf } from './deed.ts';
import { isolationTypes, lastIsolation } from './isolation.ts';
import { begin, commentFor, follow, isFor, remembered } from './machine-action.ts';

/** Takes back the isolation that this run began, and leaves alone one that somebody else began since. */
export async function releaseMachine(defender: Writer, order: Order, signal: AbortSignal): Promise<Step> {
  const name = subjectName(order.target);
  const release: Deed = {
    type: 'Unisolate',
    verb: 'unisolate',
    what: `the release of ${name}`,
    done: `${name} is released from its isolation: it reaches the network again.`,
  };
  const followed = await follow(defender, release, order, signal);
  if (followed) return followed;
  const known = readDefenderEndpoint(defender);
  const last = lastIsolation(await known.actionsOfType(remembered(order), isolationTypes, signal));
  if (!last) return { state: 'done', says: `${name} is not isolated: there is nothing to release.` };
  // Whoever began it: one release is enough.
  if (last.type === 'Unisolate') return stepOf(last, release);
  if (!isFor(order, last)) {
    return { state: 'done', says: `${name} stays isolated: ${byWhom(last)}. That is not ours to end.` };
  }
  return isOpen(last) ? cancel(defender, last, order, signal) : begin(defender, release, order, signal);
}

/**
 * For a machine that has not answered: Defender goes on trying for three days.
 * https://learn.microsoft.com/defender-endpoint/api/cancel-machine-action
 */
async function cancel(
  defender: Writer,
  { id }: DefenderAction,
  order: Order,
  signal: AbortSignal,
): Promise<Step> {
  const name = subjectName(order.target);
  const path = `/api/machineactions/${encodeURIComponent(id)}/cancel`;
  const lookAgain: Step = {
    state: 'under-way',
    says: `The isolation of ${name} is being cancelled.`,
    handle: undefined,
  };
  try {
    const { body } = await defender.write('POST', path, { Comment: commentFor(order) }, { signal });
    if (readAction(body).status !== 'Cancelled') return lookAgain;
  } catch (error) {
    // It came to its end meanwhile, which shows at the next look.
    if (error instanceof FarSideError && error.reason === 'rejected') return lookAgain;
    throw error;
  }
  return {
    state: 'done',
    says: `The isolation of ${name} was cancelled before the machine had heard of it.`,
  };
}
