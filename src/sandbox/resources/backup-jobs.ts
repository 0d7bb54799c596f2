import { ArmError } from '../azure/arm-error.ts';

/** A backup that was begun, as the vault keeps it. */
export interface Job {
  id: string;
  name: string;
  item: string;
  friendlyName: string;
  startedAt: number;
  endedAt: number | undefined;
  status: 'InProgress' | 'Completed' | 'Failed';
  failure: string | undefined;
  expires: string;
}

/** `startTime eq '2016-01-01 00:00:00 AM' and operation eq 'Backup'`: joined by `and`, nothing else is understood. */
export function jobFilter(text: string | null): (job: Job) => boolean {
  const clauses = (text ?? '')
    .split(' and ')
    .filter(Boolean)
    .map((clause) => {
      const [, name, value = ''] = /^(\w+) eq '([^']*)'$/.exec(clause) ?? [];
      switch (name) {
        case 'startTime':
          return ({ startedAt }: Job) => Math.floor(startedAt / 1_000) * 1_000 >= timeOf(value);
        case 'endTime':
          return ({ startedAt }: Job) => startedAt <= timeOf(value) + 1_000;
        case 'operation':
          return () => value === 'Backup';
        case 'backupManagementType':
          return () => value === 'AzureIaasVM';
        case 'status':
          return ({ status }: Job) => status === value;
        default:
          throw new ArmError(
            400,
            'BMSUserErrorInvalidInput',
            `Input provided for the call is invalid: ${clause}`,
          );
      }
    });
  return (job) => clauses.every((fits) => fits(job));
}

function timeOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [AP]M$/.test(text) ? Date.parse(`${text} UTC`) : Number.NaN;
  if (Number.isNaN(at))
    throw new ArmError(
      400,
      'BMSUserErrorInvalidInput',
      `The time '${text}' is not of the form it has to be.`,
    );
  return at;
}

/** https://learn.microsoft.com/azure/backup/backup-azure-arm-userestapi-managejobs */
export const shownJob = ({ id, name, friendlyName, startedAt, endedAt, status, failure, expires }: Job) => ({
  id,
  name,
  type: 'Microsoft.RecoveryServices/vaults/backupJobs',
  properties: {
    jobType: 'AzureIaaSVMJob',
    operation: 'Backup',
    backupManagementType: 'AzureIaasVM',
    entityFriendlyName: friendlyName,
    status,
    startTime: new Date(startedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endTime: new Date(endedAt).toISOString() }),
    ...(failure ? { errorDetails: [{ errorCode: 400_001, errorTitle: failure, recommendations: [] }] } : {}),
    extendedInfo: {
      tasksList: [
        { taskId: 'Take Snapshot', status: status === 'InProgress' ? 'InProgress' : status },
        { taskId: 'Transfer data to vault', status: status === 'InProgress' ? 'NotStarted' : status },
      ],
      propertyBag: { 'VM Name': friendlyName, 'Recovery Point Expiry Time in UTC': expires },
    },
  },
});
