import { type DefenderMachine, readDefenderEndpoint } from '../azure/defender-endpoint.ts';
import type { Writer } from '../azure/writer.ts';
import { subjectName } from '../incident/enrichment.ts';
import { type Deed, refuseOpen } from './endpoint/deed.ts';
import { findMachine, hasHostName, inUtc, machineFacts, machineWarnings } from './endpoint/machine.ts';
import { doOnce, remember } from './endpoint/machine-action.ts';
import type { Playbook } from './playbook.ts';

const what = (name: string) => `the scan of ${name}`;

/** Has the antivirus of a machine look for malware. https://learn.microsoft.com/defender-endpoint/api/run-av-scan */
export function createScanMachine({ defender }: { defender: Writer }): Playbook {
  const known = readDefenderEndpoint(defender);
  return {
    name: 'scan-machine',
    title: 'Scan a machine',
    about: ['machine'],
    concerns: hasHostName,
    tactics: ['Execution', 'Persistence', 'DefenseEvasion', 'Impact'],
    risk: 'low',
    effect: (target, { type }) =>
      `Microsoft Defender Antivirus scans ${type === 'full' ? 'every file' : 'the usual hiding places'} of ${subjectName(target)}.`,
    parameters: [
      {
        name: 'type',
        label: 'Scan',
        required: true,
        usual: 'quick',
        choices: [
          { value: 'quick', label: 'Quick: where malware usually hides' },
          { value: 'full', label: 'Full: every file, for hours' },
        ],
      },
    ],
    api: 'Defender for Endpoint: POST /api/machines/{id}/runAntiVirusScan; GET /api/machineactions',
    permission: 'Machine.Scan; Machine.Read.All to find it (application, WindowsDefenderATP)',

    async look({ target, parameters }, { signal }) {
      const machine = await findMachine(known, target, signal);
      const earlier = await known.actionsOfType(machine.id, ['RunAntiVirusScan'], signal);
      refuseOpen(what(subjectName(target)))(earlier);
      const last = earlier.find(({ status }) => status === 'Succeeded');
      return {
        facts: [
          { label: 'Last scan from Defender', value: last ? inUtc(last.creationDateTimeUtc) : 'none known' },
          ...machineFacts(machine),
        ],
        warning: [...scanWarnings(machine, parameters.type), ...machineWarnings(machine, target)].join(' '),
        memory: remember(machine),
      };
    },

    act(order, { signal }) {
      const name = subjectName(order.target);
      const scan: Deed = {
        type: 'RunAntiVirusScan',
        verb: 'runAntiVirusScan',
        body: { ScanType: order.parameters.type === 'full' ? 'Full' : 'Quick' },
        what: what(name),
        done: `${name} was scanned. What was found comes as alerts of Microsoft Defender Antivirus.`,
      };
      return doOnce(defender, scan, order, signal);
    },
  };
}

function scanWarnings({ defenderAvStatus }: DefenderMachine, type: string | undefined): string[] {
  const antivirus = defenderAvStatus.toLowerCase();
  return [
    antivirus === 'disabled' ? 'Its antivirus is switched off.' : '',
    antivirus === 'notupdated' ? 'Its antivirus is not up to date and may miss what is new.' : '',
    // Where ScanAvgCPULoadFactor is not set: https://learn.microsoft.com/defender-endpoint/respond-machine-alerts
    type === 'full' ? 'A full scan takes up to half of its processors while it lasts.' : '',
  ].filter(Boolean);
}
