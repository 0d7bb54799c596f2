import { z } from 'zod';
import { lastSegment } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import type { Playbook, Step } from './playbook.ts';
import { isOf, look, readAs } from './resource/azure-resource.ts';
import { findJob, type Job, readJob } from './resource/backup-jobs.ts';
import { backupVersion, pointInWords, recoveryOf } from './resource/recovery.ts';
import { readMachine } from './resource/virtual-machine.ts';

/** A backup takes from minutes to hours. */
const lookAgainMs = 30_000;

/** Makes one more recovery point of a machine that is backed up: https://learn.microsoft.com/azure/backup/backup-azure-arm-userestapi-backupazurevms */
export function createBackUpNow({ arm }: { arm: Writer }): Playbook {
  return {
    name: 'back-up-now',
    title: 'Back up now',
    about: ['machine', 'resource'],
    concerns: (target) => isOf(target, 'machine'),
    tactics: ['Impact'],
    risk: 'low',
    effect: (target, { days }) =>
      `${subjectName(target)} gets one more recovery point, which is kept for ${days ?? usualDays} days.`,
    parameters: [
      {
        name: 'days',
        label: 'Keep for days',
        required: true,
        usual: usualDays,
        like: { pattern: /^[1-9]\d{0,3}$/, says: 'a number from 1 to 9999' },
      },
    ],
    api: 'Resource Manager, Microsoft.RecoveryServices 2024-04-01: POST vaults/{vault}/…/protectedItems/{name}/backup, GET backupJobs',
    permission:
      'Backup Operator on the vault; Microsoft.RecoveryServices/locations/backupStatus/action and Microsoft.Compute/virtualMachines/read on the machine',
    async look({ target }, { now, signal }) {
      const machine = await readMachine(arm, target, signal);
      const recovery = await recoveryOf(arm, machine, signal);
      if (!recovery)
        throw new Refused(
          `${machine.name} is not backed up. Enable its backup in a Recovery Services vault first.`,
        );
      const vault = lastSegment(recovery.vault);
      if (recovery.isDeleted || /stopped|paused/i.test(recovery.state))
        throw new Refused(`Backups of ${machine.name} are stopped. Resume them in the vault ${vault} first.`);
      return {
        facts: [
          { label: 'Last recovery point', value: pointInWords(recovery, now) },
          { label: 'Protection', value: recovery.state || 'not known' },
          { label: 'Vault', value: `${vault}: ${recovery.safety}` },
        ],
        warning: 'What an attacker changed is in the new recovery point too; older ones are kept beside it.',
        memory: {
          machine: lastSegment(machine.id),
          item: recovery.item,
          vault: recovery.vault,
          lookedAt: now.toISOString(),
        } satisfies Memory,
      };
    },
    async act(order, { now, signal }) {
      const memory = memoryShape.parse(order.memory);
      const handle = handleShape.parse(order.handle);
      const name = subjectName(order.target);
      if (handle.job) return stepOf(name, await readJob(arm, memory.vault, handle.job, signal));
      if (handle.operation) {
        const work = await look(arm, handle.operation, signal);
        switch (work?.state) {
          case 'under-way':
            return { state: 'under-way', says: `The backup of ${name} is beginning.`, handle };
          case 'failed':
            return { state: 'failed', says: `${name} could not be backed up: ${work.says}` };
          case 'done':
            return {
              state: 'under-way',
              says: `${name} is being backed up.`,
              handle: { job: readAs(begun, work.body).properties.jobId },
              againMs: lookAgainMs,
            };
        }
      }
      const found = await findJob(arm, { ...memory, since: new Date(memory.lookedAt), now }, signal);
      if (found) return stepOf(name, found);
      const days = Number(order.parameters.days ?? usualDays);
      const expires = new Date(now.getTime() + days * 86_400_000).toISOString();
      const body = {
        properties: { objectType: 'IaasVMBackupRequest', recoveryPointExpiryTimeInUTC: expires },
      };
      const path = `${memory.item}/backup?api-version=${backupVersion}`;
      const { operation } = await arm.write('POST', path, body, { signal });
      return {
        state: 'under-way',
        says: `The backup of ${name} is beginning.`,
        handle: { operation } satisfies z.input<typeof handleShape>,
      };
    },
  };
}

/** Azure's own, where nobody says how long. */
const usualDays = '30';

function stepOf(machine: string, { name, status, doing, failure }: Job): Step {
  switch (status) {
    case 'Completed':
      return { state: 'done', says: `${machine} has a new recovery point.` };
    case 'CompletedWithWarnings':
      return { state: 'done', says: `${machine} has a new recovery point, with warnings: ${failure}` };
    case 'Failed':
    case 'Cancelled':
      return { state: 'failed', says: `The backup of ${machine} ended as ${status}. ${failure}`.trim() };
    case 'InProgress':
    case 'Cancelling':
      return {
        state: 'under-way',
        says: `${machine} is being backed up${doing ? `: ${doing}` : ''}.`,
        handle: { job: name },
        againMs: lookAgainMs,
      };
  }
}

const memoryShape = z.object({
  machine: z.string(),
  item: z.string(),
  vault: z.string(),
  lookedAt: z.string(),
});
type Memory = z.output<typeof memoryShape>;

/** The operation ends when the job has begun; then the job is looked at. */
const handleShape = z.object({ operation: z.string().optional(), job: z.string().optional() }).default({});
const begun = z.object({ properties: z.object({ jobId: z.string().regex(/^[\w-]+$/) }) });
