import { z } from 'zod';
import {
  type DefenderAction,
  type DefenderMachine,
  readAction,
  readDefenderEndpoint,
} from '../../azure/defender-endpoint.ts';
import type { Writer } from '../../azure/writer.ts';
import { FarSideError, Refused } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Order, Step } from '../playbook.ts';
import { type Deed, handle, isStanding, refuseOpen, stepOf, whereToLook } from './deed.ts';

const memory = z.object({ machine: z.string() });
/** What `look` keeps. */
export const remember = ({ id }: DefenderMachine) => ({ machine: id }) satisfies z.infer<typeof memory>;
/** Id of the machine. */
export const remembered = (order: Order): string => memory.parse(order.memory).machine;

/** Begins it for a run, or finds what was begun for it, and says how far it is. */
export async function doOnce(
  defender: Writer,
  deed: Deed,
  order: Order,
  signal: AbortSignal,
  { types = [deed.type], check = refuseOpen(deed.what) }: Beforehand = {},
): Promise<Step> {
  const followed = await follow(defender, deed, order, signal);
  if (followed) return followed;
  const known = readDefenderEndpoint(defender);
  const earlier = await known.actionsOfType(remembered(order), types, signal);
  const own = earlier.find((one) => one.type === deed.type && isFor(order, one) && isStanding(one));
  if (own) return stepOf(own, deed);
  check(earlier);
  return begin(defender, deed, order, signal);
}

interface Beforehand {
  /** What is looked at of what was done to the machine. */
  types?: readonly string[];
  /** Sees that, newest first, and throws `Refused` where it stands against this. */
  check?(earlier: DefenderAction[]): void;
}

/** How far that is which the last step left; `undefined` where it left nothing. */
export async function follow(
  defender: Writer,
  deed: Deed,
  order: Order,
  signal: AbortSignal,
): Promise<Step | undefined> {
  const { data: left } = safeParse(handle, order.handle);
  if (!left) return undefined;
  const action = await readDefenderEndpoint(defender).action(left.action, signal);
  if (action) return stepOf(action, deed);
  return { state: 'failed', says: `Defender for Endpoint no longer knows of ${deed.what}. ${whereToLook}` };
}

export async function begin(defender: Writer, deed: Deed, order: Order, signal: AbortSignal): Promise<Step> {
  const path = `/api/machines/${encodeURIComponent(remembered(order))}/${deed.verb}`;
  const begun = readAction(await send(defender, path, { Comment: commentFor(order), ...deed.body }, signal));
  // Where one of the kind is open already, the answer may be that one.
  if (!isFor(order, begun)) refuseOpen(deed.what)([begun]);
  return stepOf(begun, deed);
}

/** Sends it once. Throws `Refused` where the answer will stay no, and a conflict where one of the kind is open. */
async function send(defender: Writer, path: string, body: object, signal: AbortSignal): Promise<unknown> {
  try {
    return (await defender.write('POST', path, body, { signal })).body;
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    if (error.reason === 'auth' && /answered 403/.test(error.message)) {
      throw new Refused(
        `Defender for Endpoint forbids it. Where a role is missing, grant it to our application in Entra ID. ${error.message}`,
      );
    }
    if (error.reason !== 'rejected') throw error;
    // It may be ours, of a call whose answer was lost: whoever looks again finds it.
    if (/ActiveRequestAlreadyExists|already in progress/i.test(error.message)) {
      throw new FarSideError('azure', 'conflict', error.message, { cause: error });
    }
    throw new Refused(`Defender for Endpoint does not do that. ${error.message}`);
  }
}

/** The run's own id tells it from all others, of another installation as well. */
export const commentFor = ({ note, run }: Order): string => `${note} [${run}]`;
export const isFor = ({ run }: Order, { requestorComment }: DefenderAction): boolean =>
  requestorComment.includes(run);
