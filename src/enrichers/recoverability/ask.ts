import type { Place } from '../azure/place.ts';
import { kqlList } from '../azure/place.ts';
import { backupColumns, backupTypes, isBackupOf, isJob } from './backups.ts';
import { isReplicaOf, replicaColumns, replicas } from './replicas.ts';
import { vaultsById } from './vaults.ts';

/** In one query the copies of a resource, the jobs that made them, its replicas, and the vaults of all of them. */
export const copiesOf = ({ id }: Place): string => `recoveryservicesresources
| where type in~ ${kqlList([...backupTypes, replicas])}
| where (${isBackupOf(id)})
    or (${isReplicaOf(id)})
| project type, id, vault = extract("^.*?/(backup)?vaults/[^/]+", 0, tolower(id)), ${backupColumns}, ${replicaColumns}
| order by iff(${isJob}, 1, 0) asc, started desc
| take ${mostRows}
| join kind=leftouter (
${vaultsById}
  ) on vault`;

/** Of these the newest jobs, which there are most of. */
const mostRows = 75;
