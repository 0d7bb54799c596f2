import { z } from 'zod';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import type { Order, Playbook, PlayContext, Step } from './playbook.ts';
import { isOf, look } from './resource/azure-resource.ts';
import { recoveryFacts } from './resource/recovery.ts';
import { computeVersion, readMachine } from './resource/virtual-machine.ts';

/** Stops a machine so that it costs and does nothing; its disks stay: https://learn.microsoft.com/azure/virtual-machines/states-billing */
export function createStopVm({ arm }: { arm: Writer }): Playbook {
  return {
    name: 'stop-vm',
    title: 'Stop a virtual machine',
    about: ['machine', 'resource'],
    concerns: (target) => isOf(target, 'machine'),
    tactics: ['Impact', 'Exfiltration', 'CommandAndControl'],
    risk: 'high',
    effect: (target) =>
      `${subjectName(target)} is shut down and deallocated; its memory and temporary disk are lost.`,
    reverse: {
      title: 'Start again',
      effect: (target) => `${subjectName(target)} starts from its disks, if it was running before.`,
    },
    parameters: [],
    api: 'Resource Manager, Microsoft.Compute 2024-07-01: POST virtualMachines/{name}/deallocate, /start',
    permission:
      'Microsoft.Compute/virtualMachines/read, /deallocate/action and /start/action; Microsoft.Compute/locations/operations/read; Backup Reader on its vault',
    async look({ target }, context) {
      const machine = await readMachine(arm, target, context.signal);
      // https://learn.microsoft.com/azure/virtual-machines/ephemeral-os-disks-faq
      if (machine.isEphemeral)
        throw new Refused(
          `${machine.name} has an ephemeral OS disk: Azure cannot stop it, only delete it. Isolate it instead.`,
        );
      if (machine.power === 'deallocated')
        throw new Refused(`${machine.name} is stopped already; there is nothing to do.`);
      return {
        facts: [{ label: 'Power', value: machine.power }, ...(await recoveryFacts(arm, machine, context))],
        warning:
          'What is in its memory and on its temporary disk is lost: collect it first. A dynamic public address changes.',
        memory: { ran: machine.power === 'running' || machine.power === 'starting' } satisfies Memory,
      };
    },
    act: (order, context) => change(arm, 'deallocate', order, context),
    async undo(order, context) {
      if (memory.parse(order.memory).ran) return change(arm, 'start', order, context);
      return { state: 'done', says: `${subjectName(order.target)} did not run before either.` };
    },
  };
}

const memory = z.object({ ran: z.boolean() });
type Memory = z.output<typeof memory>;
/** Azure's operation; none where somebody else began it. */
const handle = z.object({ operation: z.string().optional() }).default({});

const ways = {
  deallocate: {
    there: 'deallocated',
    onTheWay: ['deallocating'],
    done: 'is stopped',
    doing: 'is being stopped',
  },
  start: { there: 'running', onTheWay: ['starting'], done: 'runs again', doing: 'is starting' },
} as const;

/** Begins it where it has not begun, or looks once how it is getting on. */
async function change(
  arm: Writer,
  verb: keyof typeof ways,
  order: Order,
  { signal }: PlayContext,
): Promise<Step> {
  const way = ways[verb];
  const name = subjectName(order.target);
  const done: Step = { state: 'done', says: `${name} ${way.done}.` };
  const doing = (operation?: string, againMs?: number): Step => ({
    state: 'under-way',
    says: `${name} ${way.doing}.`,
    handle: operation ? { operation } : {},
    ...(againMs === undefined ? {} : { againMs }),
  });

  const { operation } = handle.parse(order.handle);
  if (operation) {
    const work = await look(arm, operation, signal);
    switch (work?.state) {
      case 'under-way':
        return doing(operation, work.againMs);
      case 'failed':
        return {
          state: 'failed',
          says: `${name} could not be changed: ${work.says} See how it is in the portal.`,
        };
      case 'done':
        return done;
    }
  }
  const { id, power } = await readMachine(arm, order.target, signal);
  if (power === way.there) return done;
  if (way.onTheWay.some((each) => each === power)) return doing();
  const begun = await arm.write('POST', `${id}/${verb}?api-version=${computeVersion}`, undefined, { signal });
  return begun.operation ? doing(begun.operation) : done;
}
