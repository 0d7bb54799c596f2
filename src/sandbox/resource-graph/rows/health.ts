import { azureMachines } from '../../azure/network-estate.ts';
import { things } from '../../logs/samples/estate.ts';
import { type GraphRow, rowOf } from '../row.ts';

type State = 'Available' | 'Unavailable' | 'Degraded' | 'Unknown';

/** How Azure's own platform finds machines and things: all are well but the file server and the cluster. */
export const healthRows = (now: Date): GraphRow[] => {
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const state = (id: string, availabilityState: State, before: State, minutes: number): GraphRow =>
    rowOf('healthresources', `${id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`, {
      properties: {
        targetResourceId: id.toLowerCase(),
        targetResourceType: (id.split('/providers/').at(-1) ?? '').split('/').slice(0, 2).join('/'),
        availabilityState,
        previousAvailabilityState: before,
        occurredTime: minutesAgo(minutes),
      },
    });
  return [
    ...azureMachines.map(({ id, name }) =>
      name === 'vm-file-01'
        ? state(id, 'Unavailable', 'Available', 12)
        : state(id, 'Available', 'Unavailable', 60 * 24 * 9),
    ),
    state(things.aks, 'Degraded', 'Available', 95),
    state(things.keyVault, 'Available', 'Unknown', 60 * 24 * 40),
    state(things.sql, 'Available', 'Unknown', 60 * 24 * 40),
    state(things.backupStorage, 'Available', 'Unknown', 60 * 24 * 40),
  ];
};
