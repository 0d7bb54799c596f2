import { type DefenderMachine, readDefenderEndpoint } from '../azure/defender-endpoint.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import { byWhom, type Deed } from './endpoint/deed.ts';
import { isolationTypes, lastIsolation, refuseIsolated } from './endpoint/isolation.ts';
import {
  findMachine,
  hasHostName,
  machineFacts,
  machineWarnings,
  worthWarnings,
} from './endpoint/machine.ts';
import { doOnce, remember } from './endpoint/machine-action.ts';
import { releaseMachine } from './endpoint/release.ts';
import type { Playbook } from './playbook.ts';

/**
 * Cuts a machine off from the network, but for Defender for Endpoint.
 * https://learn.microsoft.com/defender-endpoint/respond-machine-alerts#isolate-devices-from-the-network
 */
export function createIsolateMachine({ defender }: { defender: Writer }): Playbook {
  const known = readDefenderEndpoint(defender);
  return {
    name: 'isolate-machine',
    title: 'Isolate a machine',
    about: ['machine'],
    concerns: hasHostName,
    tactics: ['LateralMovement', 'CommandAndControl', 'Exfiltration', 'CredentialAccess', 'Impact'],
    risk: 'high',
    effect: (target, { type }) => `${subjectName(target)} reaches nothing but ${reachable(type)}.`,
    reverse: {
      title: 'Release from isolation',
      effect: (target) => `${subjectName(target)} reaches the network again.`,
    },
    lasts: { minutes: 4 * 60, mostMinutes: 7 * 24 * 60 },
    parameters: [
      {
        name: 'type',
        label: 'Isolation',
        required: true,
        usual: 'full',
        choices: [
          { value: 'full', label: 'Full: nothing but Defender' },
          { value: 'selective', label: 'Selective: Outlook and Teams go on' },
        ],
      },
    ],
    api: 'Defender for Endpoint: POST /api/machines/{id}/isolate, /unisolate; GET /api/machineactions',
    permission: 'Machine.Isolate; Machine.Read.All to find it (application, WindowsDefenderATP)',

    async look({ target, parameters }, { signal }) {
      const machine = await findMachine(known, target, signal);
      if (parameters.type === 'selective') refuseSelective(machine);
      const earlier = await known.actionsOfType(machine.id, isolationTypes, signal);
      refuseIsolated(earlier, subjectName(target));
      const released = lastIsolation(earlier);
      return {
        facts: [
          { label: 'Isolation', value: released ? `none, released ${byWhom(released)}` : 'none known' },
          ...machineFacts(machine),
        ],
        warning: [...worthWarnings(machine), ...machineWarnings(machine, target)].join(' '),
        memory: remember(machine),
      };
    },

    act(order, { signal }) {
      const name = subjectName(order.target);
      const { type } = order.parameters;
      const isolation: Deed = {
        type: 'Isolate',
        verb: 'isolate',
        body: { IsolationType: type === 'selective' ? 'Selective' : 'Full' },
        what: `the isolation of ${name}`,
        done: `${name} is isolated: it reaches nothing but ${reachable(type)}.`,
      };
      return doOnce(defender, isolation, order, signal, {
        types: isolationTypes,
        check: (earlier) => refuseIsolated(earlier, name),
      });
    },

    undo: (order, { signal }) => releaseMachine(defender, order, signal),
  };
}

function reachable(type: string | undefined): string {
  return type === 'selective'
    ? 'Defender for Endpoint and what is excepted, as Outlook and Teams are'
    : 'Defender for Endpoint';
}

function refuseSelective({ osPlatform }: DefenderMachine): void {
  if (osPlatform === '' || /^(windows|macos)/i.test(osPlatform)) return;
  throw new Refused(
    `Selective isolation is for Windows and macOS, and this is ${osPlatform}. Ask for a full one.`,
  );
}
