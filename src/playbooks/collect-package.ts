import { machinePageOf, readDefenderEndpoint } from '../azure/defender-endpoint.ts';
import type { Writer } from '../azure/writer.ts';
import { subjectName } from '../incident/enrichment.ts';
import { type Deed, refuseOpen } from './endpoint/deed.ts';
import { findMachine, hasHostName, machineFacts, machineWarnings } from './endpoint/machine.ts';
import { doOnce, remember, remembered } from './endpoint/machine-action.ts';
import type { Playbook } from './playbook.ts';

const what = (name: string) => `the collection from ${name}`;

export interface CollectPackageOptions {
  defender: Writer;
  /** `https://security.microsoft.com`, or that of a sovereign cloud. */
  defenderPortal: string;
}

/**
 * Has a machine hand over its traces: processes, connections, tasks, event logs. The link to the package is never asked for:
 * whoever has it has the package.
 * https://learn.microsoft.com/defender-endpoint/api/collect-investigation-package
 */
export function createCollectPackage({ defender, defenderPortal }: CollectPackageOptions): Playbook {
  const known = readDefenderEndpoint(defender);
  return {
    name: 'collect-package',
    title: 'Collect an investigation package',
    about: ['machine'],
    concerns: hasHostName,
    tactics: [],
    risk: 'low',
    effect: (target) => `${subjectName(target)} hands its processes, connections and logs over to Defender.`,
    parameters: [],
    api: 'Defender for Endpoint: POST /api/machines/{id}/collectInvestigationPackage; GET /api/machineactions',
    permission: 'Machine.CollectForensics; Machine.Read.All to find it (application, WindowsDefenderATP)',

    async look({ target }, { signal }) {
      const machine = await findMachine(known, target, signal);
      const earlier = await known.actionsOfType(machine.id, ['CollectInvestigationPackage'], signal);
      refuseOpen(what(subjectName(target)))(earlier);
      return {
        facts: machineFacts(machine),
        warning: machineWarnings(machine, target).join(' '),
        memory: remember(machine),
      };
    },

    act(order, { signal }) {
      const name = subjectName(order.target);
      const url = machinePageOf(defenderPortal, remembered(order));
      const collection: Deed = {
        type: 'CollectInvestigationPackage',
        verb: 'collectInvestigationPackage',
        what: what(name),
        done: `The package of ${name} is in Defender: on its page, Action center, Package collection.`,
        outputs: [{ label: 'Open the machine in Defender', url }],
      };
      return doOnce(defender, collection, order, signal);
    },
  };
}
