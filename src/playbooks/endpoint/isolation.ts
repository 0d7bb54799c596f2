import type { DefenderAction } from '../../azure/defender-endpoint.ts';
import { Refused } from '../../errors.ts';
import { byWhom, isOpen, isStanding } from './deed.ts';

/** A machine does not tell whether it is isolated; what was done to it last does. */
export const isolationTypes = ['Isolate', 'Unisolate'] as const;

/** The last isolation or release that was done or may still be, of what was done, newest first. */
export const lastIsolation = (earlier: DefenderAction[]): DefenderAction | undefined =>
  earlier.find((one) => isolationTypes.some((type) => type === one.type) && isStanding(one));

/**
 * Throws `Refused` where the machine is isolated, or its isolation is about to change. A second isolation waits for ever,
 * and comes into force once somebody has ended the first: https://github.com/MicrosoftDocs/microsoft-365-docs/issues/5903
 */
export function refuseIsolated(earlier: DefenderAction[], name: string): void {
  const last = lastIsolation(earlier);
  if (!last) return;
  if (last.type === 'Isolate') {
    const state = isOpen(last) ? 'is being isolated' : 'is isolated';
    throw new Refused(`${name} ${state} already: ${byWhom(last)}. There is nothing to do.`);
  }
  if (isOpen(last)) {
    throw new Refused(
      `${name} is just being released from an isolation: ${byWhom(last)}. Ask again once that is done.`,
    );
  }
}
