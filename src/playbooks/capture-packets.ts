import { z } from 'zod';
import { pathOf, read, text } from '../azure/network-answer.ts';
import { createNetworkWatcher } from '../azure/network-watcher.ts';
import type { ResourceGraph } from '../azure/resource-graph.ts';
import { lastSegment, subscriptionOf } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { findOne, nameOrId } from './network/find.ts';
import { inWrites, type Walk } from './network/in-writes.ts';
import { hasFailed, isBusy, readIfThere } from './network/read.ts';
import { hasWatcherAgent } from './network/watcher-agent.ts';
import type { Playbook } from './playbook.ts';
import { isOf } from './resource/azure-resource.ts';
import { readMachine } from './resource/virtual-machine.ts';

const memory = z.object({
  capture: z.string(),
  machine: z.string(),
  name: z.string(),
  storage: z.string(),
  minutes: z.number(),
});
type Memory = z.infer<typeof memory>;

const usualMinutes = 30;
/** Network Watcher's own most, 18,000 seconds. */
const mostMinutes = 300;
/** Its usual most, a gigabyte. */
const mostBytes = 1_073_741_824;
const storageAccount = { type: 'Microsoft.Storage/storageAccounts', called: 'storage account' };

/** https://learn.microsoft.com/rest/api/network-watcher/packet-captures */
export function createCapturePackets({
  arm,
  resources,
}: {
  arm: Writer;
  resources: ResourceGraph;
}): Playbook {
  const watcher = createNetworkWatcher(arm);
  const permission =
    'Microsoft.Network/networkWatchers/packetCaptures/* and Microsoft.Compute/virtualMachines/read and /extensions/read: Network Contributor on the network watcher, Reader on the machine';

  const forth: Walk = async (order, { signal }) => {
    const { capture, machine, name, storage, minutes } = memory.parse(order.memory);
    const there = await readIfThere(arm, capture, captureShape, signal);
    if (!there) {
      const properties = {
        target: machine,
        totalBytesPerSession: mostBytes,
        // Should nobody be there to stop it.
        timeLimitInSeconds: minutes * 60,
        storageLocation: { storageId: storage },
      };
      return {
        kind: 'write',
        method: 'PUT',
        path: pathOf(capture),
        body: { properties },
        says: `The capture on ${name} is begun.`,
      };
    }
    if (isBusy(there.properties)) return { kind: 'wait', says: `Azure is beginning the capture on ${name}.` };
    if (hasFailed(there.properties))
      throw new Refused(`Network Watcher could not begin the capture on ${name}.`);
    return {
      state: 'done',
      says: `Packets of ${name} are captured; the file is in ${lastSegment(storage)} once the capture is stopped.`,
      outputs: [{ label: 'File', text: there.properties.storageLocation.storagePath }],
    };
  };

  const back: Walk = async (order, { signal }) => {
    const { capture, name, storage } = memory.parse(order.memory);
    const there = await readIfThere(arm, capture, captureShape, signal);
    if (!there)
      return {
        state: 'done',
        says: `Nothing is captured on ${name} any more. The file stays in ${lastSegment(storage)}.`,
      };
    if (isBusy(there.properties)) return { kind: 'wait', says: 'Azure is at the capture.' };
    const { packetCaptureStatus } = read(
      statusShape,
      await arm.work(pathOf(capture, { of: '/queryStatus' }), undefined, { signal }),
    );
    // Of one that is deleted while it runs the packets may be lost.
    if (packetCaptureStatus === 'Running')
      return {
        kind: 'write',
        method: 'POST',
        path: pathOf(capture, { of: '/stop' }),
        says: `The capture on ${name} is stopped.`,
      };
    return {
      kind: 'write',
      method: 'DELETE',
      path: pathOf(capture),
      says: 'The capture is removed; its file is kept.',
    };
  };

  return {
    name: 'capture-packets',
    title: 'Capture packets',
    about: ['machine', 'resource'],
    concerns: (target) => isOf(target, 'machine'),
    tactics: ['CommandAndControl', 'Exfiltration', 'LateralMovement'],
    risk: 'medium',
    effect: (target, { storage = '' }) =>
      `What ${subjectName(target)} sends and receives is written to ${lastSegment(storage) || 'a storage account'}, a gigabyte at most.`,
    reverse: {
      title: 'Stop',
      effect: (target) => `The capture on ${subjectName(target)} is stopped; its file stays.`,
    },
    lasts: { minutes: usualMinutes, mostMinutes },
    parameters: [{ name: 'storage', label: 'Storage account', required: true, usual: '', like: nameOrId }],
    api: 'Microsoft.Network 2024-05-01: PUT networkWatchers/packetCaptures',
    permission,

    async look(order, { signal }) {
      const { minutes = usualMinutes } = order;
      const machine = await readMachine(arm, order.target, signal);
      if (machine.power !== 'running')
        throw new Refused(`${machine.name} is ${machine.power}: nothing can be captured.`);
      const storage = await findOne(resources, storageAccount, order.parameters.storage ?? '', signal);
      const watchers = await watcher.watchers(subscriptionOf(machine.id), signal);
      const watches = watchers.get(machine.location.toLowerCase());
      if (!watches)
        throw new Refused(`There is no Network Watcher in ${machine.location}. Enable it in Azure’s portal.`);
      if (!(await hasWatcherAgent(arm, machine.id, signal)))
        throw new Refused(
          `${machine.name} has no Network Watcher agent. Install the extension AzureNetworkWatcherExtension on it.`,
        );
      return {
        facts: [
          { label: 'Power', value: machine.power },
          { label: 'Network Watcher', value: lastSegment(watches) },
          { label: 'Storage account', value: lastSegment(storage) },
          { label: 'At most', value: `${minutes} minutes or 1 GB` },
        ],
        warning:
          'Packets hold what people typed and read: whoever may read the storage account may read them.',
        memory: {
          capture: `${watches}/packetCaptures/watchfloor-${order.name}`,
          machine: machine.id,
          name: machine.name,
          storage,
          minutes: Math.min(minutes, mostMinutes),
        } satisfies Memory,
      };
    },
    ...inWrites(arm, { forth, back, permission }),
  };
}

const captureShape = z.object({
  properties: z.object({
    provisioningState: text,
    storageLocation: z.object({ storagePath: text }).catch({ storagePath: '' }),
  }),
});
const statusShape = z.object({ packetCaptureStatus: text });
