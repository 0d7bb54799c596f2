import { z } from 'zod';
import { listOf, pathOf, read, text } from '../azure/network-answer.ts';
import { subscriptionOf } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { narrowRange } from './network/address.ts';
import { inWrites, type Walk } from './network/in-writes.ts';
import type { Playbook } from './playbook.ts';
import { isOf } from './resource/azure-resource.ts';
import { readMachine } from './resource/virtual-machine.ts';

const memory = z.object({
  policy: z.string(),
  machine: z.string(),
  name: z.string(),
  port: z.number(),
  from: z.string(),
  minutes: z.number(),
});
type Memory = z.infer<typeof memory>;

const version = '2020-01-01';
/** A subscription has a policy for each resource group with machines in it. */
const mostPages = 5;

/**
 * Defender for Cloud opens the port and closes it when the time is over. There is no call that takes a request back.
 * https://learn.microsoft.com/rest/api/defenderforcloud/jit-network-access-policies
 */
export function createOpenPortJustInTime({ arm }: { arm: Writer }): Playbook {
  const permission =
    'Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action and /read, Microsoft.Compute/virtualMachines/read, Microsoft.Network/networkInterfaces/read on the machine';

  /** Requests take no id of ours: one of this run is known by its justification. */
  const forth: Walk = async (order, { now, signal }) => {
    const { policy, machine, name, port, from, minutes } = memory.parse(order.memory);
    const { properties } = read(policyShape, await arm.get(pathOf(policy, { version }), { signal }));
    const request = properties.requests.find(({ justification }) => justification.includes(order.run));
    const opened = request?.virtualMachines
      .flatMap(({ ports }) => ports)
      .find(({ number }) => number === port);
    if (!opened) {
      const endTimeUtc = new Date(now.getTime() + minutes * 60_000).toISOString();
      const ports = [{ number: port, allowedSourceAddressPrefix: from, endTimeUtc }];
      return {
        kind: 'write',
        method: 'POST',
        path: pathOf(policy, { of: '/initiate', version }),
        body: { virtualMachines: [{ id: machine, ports }], justification: `${order.note} (${order.run})` },
        says: `Port ${port} is asked for.`,
      };
    }
    switch (opened.status.toLowerCase()) {
      case 'initiated':
        return {
          state: 'done',
          says: `Port ${port} of ${name} is open to ${from} until ${inMinutes(opened.endTimeUtc)}.`,
        };
      case 'revoked':
        throw new Refused(
          `Defender for Cloud closed the port again: ${opened.statusReason}. Ask for it anew.`,
        );
      default:
        return { kind: 'wait', says: 'Defender for Cloud is opening the port.' };
    }
  };

  /** The policy that has the machine, by the port; throws `Refused` where there is none. */
  async function policyFor(machine: { id: string; name: string }, port: number, signal: AbortSignal) {
    let next = `/subscriptions/${subscriptionOf(machine.id)}/providers/Microsoft.Security/jitNetworkAccessPolicies?api-version=${version}`;
    for (let page = 0; page < mostPages && next; page += 1) {
      const { value, nextLink } = read(policiesShape, await arm.get(next, { signal }));
      for (const { id, properties } of value) {
        const there = properties.virtualMachines.find(
          (each) => each.id.toLowerCase() === machine.id.toLowerCase(),
        );
        const opens = there?.ports.find(({ number }) => number === port);
        if (opens) return { id, most: minutesOf(opens.maxRequestAccessDuration) };
        if (there)
          throw new Refused(
            `Just-in-time access to ${machine.name} is for ports ${there.ports.map(({ number }) => number).join(', ')}.`,
          );
      }
      next = nextLink;
    }
    throw new Refused(
      `${machine.name} has no just-in-time access. Turn it on: Defender for Cloud → Workload protections → Just-in-time VM access.`,
    );
  }

  return {
    name: 'open-port-just-in-time',
    title: 'Open a port for a while',
    about: ['machine', 'resource'],
    concerns: (target) => isOf(target, 'machine'),
    tactics: [],
    risk: 'medium',
    effect: (target, { port, from, minutes }) =>
      `${from || 'One address'} can reach ${port ? `port ${port}` : 'one port'} of ${subjectName(target)} for ${minutes ? `${minutes} minutes` : 'a while'}; nothing closes it sooner.`,
    parameters: [
      { name: 'port', label: 'Port', required: true, usual: '22', like: portLike },
      { name: 'from', label: 'From address', required: true, usual: '', like: fromLike },
      { name: 'minutes', label: 'Minutes', required: true, usual: '60', like: minutesLike },
    ],
    api: `Microsoft.Security ${version}: POST locations/jitNetworkAccessPolicies/initiate`,
    permission,

    async look({ target, parameters }, { signal }) {
      const from = narrowRange(parameters.from ?? '');
      if (!from)
        throw new Refused('Say the address it is opened to, or a range of at most a /16 (IPv6: /48).');
      const port = Number(parameters.port);
      const minutes = Number(parameters.minutes);
      const machine = await readMachine(arm, target, signal);
      const policy = await policyFor(machine, port, signal);
      if (minutes > policy.most)
        throw new Refused(`The policy opens port ${port} for at most ${policy.most} minutes.`);
      return {
        facts: [
          { label: 'Power', value: machine.power },
          { label: 'Port', value: `${port}, to ${from}` },
          { label: 'Policy', value: `at most ${policy.most} minutes` },
        ],
        warning:
          'It cannot be taken back: Azure closes the port itself when the time is over. What is connected then stays connected.',
        memory: {
          policy: policy.id,
          machine: machine.id,
          name: machine.name,
          port,
          from,
          minutes,
        } satisfies Memory,
      };
    },
    ...inWrites(arm, { forth, permission }),
  };
}

const portLike = {
  pattern: /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/,
  says: 'a number from 1 to 65535',
};
/** Of Defender for Cloud itself: a day at most; a policy may allow less. */
const minutesLike = {
  pattern: /^([5-9]|[1-9]\d|[1-9]\d\d|1[0-3]\d\d|14[0-3]\d|1440)$/,
  says: 'a number from 5 to 1440',
};
const fromLike = {
  pattern: /^[\da-fA-F.:]{2,45}(\/\d{1,3})?$/,
  says: 'an address, or a range such as 198.51.100.0/24',
};

/** `PT3H`, `PT90M`, `P1D`; nothing that can be read is Defender's own least, five minutes. */
function minutesOf(duration: string): number {
  const [, days = 0, hours = 0, minutes = 0] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?/.exec(duration) ?? [];
  return Math.max(5, Number(days) * 1440 + Number(hours) * 60 + Number(minutes));
}

const inMinutes = (instant: string) => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

const portShape = z.object({ number: z.number(), maxRequestAccessDuration: text });
const policyShape = z.object({
  id: text,
  properties: z.object({
    virtualMachines: listOf(z.object({ id: z.string(), ports: listOf(portShape) })),
    requests: listOf(
      z.object({
        justification: text,
        virtualMachines: listOf(
          z.object({
            ports: listOf(
              z.object({ number: z.number(), endTimeUtc: text, status: text, statusReason: text }),
            ),
          }),
        ),
      }),
    ),
  }),
});
const policiesShape = z.object({ value: listOf(policyShape), nextLink: text });
