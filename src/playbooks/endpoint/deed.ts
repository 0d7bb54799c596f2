import { z } from 'zod';
import type { DefenderAction } from '../../azure/defender-endpoint.ts';
import { Refused } from '../../errors.ts';
import type { Output, Step } from '../playbook.ts';
import { inUtc } from './machine.ts';

/** One thing that Defender for Endpoint does to a machine. */
export interface Deed {
  type: 'Isolate' | 'Unisolate' | 'RunAntiVirusScan' | 'CollectInvestigationPackage';
  /** Last part of the path: `isolate`. */
  verb: string;
  /** Beside the comment. */
  body?: object;
  /** `the isolation of vm-pay-web-01`. */
  what: string;
  /** What is said once it is done, as a sentence. */
  done: string;
  outputs?: Output[];
}

/** What a step leaves while it is under way. */
export const handle = z.object({ action: z.string() });
type Handle = z.infer<typeof handle>;

/** How far it is, for whoever asked. */
export function stepOf(action: DefenderAction, { what, done, outputs }: Deed): Step {
  switch (action.status) {
    case 'Succeeded':
      return { state: 'done', says: done, ...(outputs && { outputs }) };
    case 'Failed':
      return { state: 'failed', says: `Defender for Endpoint failed at ${what}. ${whereToLook}` };
    case 'TimeOut':
      return {
        state: 'failed',
        says: `The machine did not answer, and Defender for Endpoint gave up ${what}. Check that it runs and reaches Defender, then ask again.`,
      };
    case 'Cancelled': {
      const why = action.cancellationComment ? `: ${action.cancellationComment}` : '';
      return {
        state: 'failed',
        says: `${action.cancellationRequestor || 'Somebody'} cancelled ${what} in Defender${why}`,
      };
    }
    case 'Pending':
      return underWay(action, `Defender for Endpoint took on ${what}; the machine has not answered yet.`);
    default:
      return underWay(action, `${capital(what)} is under way.`);
  }
}

/** Throws `Refused` where one of the kind is open: Defender does one at a time. */
export const refuseOpen = (what: string) => (earlier: DefenderAction[]) => {
  const open = earlier.find(isOpen);
  if (!open) return;
  throw new Refused(`${capital(what)} is under way already: begun ${byWhom(open)}. Wait for it to end.`);
};

/** `by lena@contoso.com on 2026-11-16 09:30 UTC (Asked for by the SOC)`: of ours the comment tells who wanted it. */
export function byWhom({ requestor, requestorComment, creationDateTimeUtc: at }: DefenderAction): string {
  const comment = [...requestorComment].slice(0, 160).join('');
  return [`by ${requestor || 'somebody'}`, at && `on ${inUtc(at)}`, comment && `(${comment})`]
    .filter(Boolean)
    .join(' ');
}

export const isOpen = ({ status }: DefenderAction): boolean =>
  status === 'Pending' || status === 'InProgress';
/** It was done, or may still be. */
export const isStanding = (action: DefenderAction): boolean =>
  isOpen(action) || action.status === 'Succeeded';

const underWay = ({ id }: DefenderAction, says: string): Step => ({
  state: 'under-way',
  says,
  handle: { action: id } satisfies Handle,
});
export const whereToLook = 'The Action center on its page in the Defender portal says why.';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
