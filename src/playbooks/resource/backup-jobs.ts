import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Writer } from '../../azure/writer.ts';
import { readAs } from './azure-resource.ts';
import { backupVersion } from './recovery.ts';

/** https://learn.microsoft.com/azure/backup/backup-azure-arm-userestapi-managejobs */
export interface Job {
  name: string;
  status: z.output<typeof status>;
  /** `Transfer data to vault`; empty where it does not tell. */
  doing: string;
  /** Why it failed, or went wrong in part; may be empty. */
  failure: string;
}

/** `name` of a job is of letters, digits and dashes. */
export async function readJob(arm: Writer, vault: string, name: string, signal: AbortSignal): Promise<Job> {
  const body = await arm.get(`${vault}/backupJobs/${name}?api-version=${backupVersion}`, { signal });
  return jobOf(readAs(jobShape, body));
}

/** Which backups are meant: those of a machine, by `item`, that began after a moment. */
interface Wanted {
  vault: string;
  item: string;
  /** The machine's own name. */
  machine: string;
  since: Date;
  now: Date;
}

/**
 * The newest that has begun since, or that goes on from before: while it does, Azure begins no other. It may be one of
 * the schedule; its copy is as new as was asked for.
 */
export async function findJob(arm: Writer, wanted: Wanted, signal: AbortSignal): Promise<Job | undefined> {
  const { vault, since, now } = wanted;
  const from = inFilter(since.getTime() - longestBackupMs);
  const to = inFilter(now.getTime() + 60_000);
  const filter = `startTime eq '${from}' and endTime eq '${to}' and operation eq 'Backup' and backupManagementType eq 'AzureIaasVM'`;
  const path = `${vault}/backupJobs?api-version=${backupVersion}&$filter=${encodeURIComponent(filter)}`;
  const { value } = readAs(z.object({ value: z.array(jobShape) }), await arm.get(path, { signal }));
  const [found] = value
    .filter(({ properties }) => isOfMachine(properties, wanted))
    .filter(({ properties: { status, startTime } }) => isRunning(status) || startTime >= since)
    .sort((a, b) => b.properties.startTime.getTime() - a.properties.startTime.getTime());
  return found && jobOf(found);
}

const longestBackupMs = 24 * 3_600_000;

const isRunning = (said: Job['status']): boolean => said === 'InProgress' || said === 'Cancelling';

/** Two machines of one name may be in one vault; their containers are named for their groups too. */
function isOfMachine(job: z.output<typeof jobShape>['properties'], { item, machine }: Wanted): boolean {
  const container = decodeURIComponent(
    /\/protectionContainers\/([^/]+)/i.exec(item)?.[1] ?? '',
  ).toLowerCase();
  if (job.containerName) return container.endsWith(job.containerName.toLowerCase());
  return job.entityFriendlyName.toLowerCase() === machine.toLowerCase();
}

/** `2026-11-21 09:05:00 AM`, in UTC, as https://learn.microsoft.com/rest/api/backup/backup-jobs/list takes it. */
function inFilter(at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const hour = Number(time.slice(0, 2));
  const onClock = String(hour % 12 || 12).padStart(2, '0');
  return `${day} ${onClock}${time.slice(2, 8)} ${hour < 12 ? 'AM' : 'PM'}`;
}

function jobOf({ name, properties }: z.output<typeof jobShape>): Job {
  const { status, errorDetails, extendedInfo } = properties;
  const task = extendedInfo.tasksList.find((each) => each.status === 'InProgress');
  const failure = errorDetails
    .slice(0, 2)
    .map(({ errorTitle, errorString }) => errorTitle || errorString)
    .join(' ');
  return { name: lastSegment(name), status, doing: task?.taskId ?? '', failure };
}

const text = z
  .string()
  .nullish()
  .transform((said) => said ?? '');
const status = z
  .enum(['InProgress', 'Cancelling', 'Completed', 'CompletedWithWarnings', 'Failed', 'Cancelled'])
  .catch('InProgress');
const jobShape = z.object({
  name: z.string().regex(/^[\w-]+$/),
  properties: z.object({
    status,
    startTime: z.coerce.date(),
    entityFriendlyName: text,
    containerName: text,
    errorDetails: z.array(z.object({ errorTitle: text, errorString: text })).catch([]),
    extendedInfo: z
      .object({ tasksList: z.array(z.object({ taskId: text, status: text })) })
      .catch({ tasksList: [] }),
  }),
});
