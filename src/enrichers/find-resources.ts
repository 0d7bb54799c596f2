import type { ResourceGraph } from '../azure/resource-graph.ts';
import { lastSegment } from '../azure/resource-id.ts';
import { kqlString } from '../kql/escape.ts';

/** More of one name is no answer. */
const most = 5;
/** What people call by its name and mean no other: interfaces, disks and the like are called after their machine. */
const parts = [
  'networkinterfaces',
  'disks',
  'extensions',
  'networksecuritygroups',
  'publicipaddresses',
  'snapshots',
];

/**
 * Resources, and machines that Arc connects, of a name or an id. Azure's own ids may be typed in any case. Throws
 * `FarSideError`.
 */
export function createFindResources(
  graph: ResourceGraph,
): (said: string) => Promise<{ name: string; resourceId: string }[]> {
  return async (said) => {
    if (/^\/subscriptions\/[0-9a-f-]{36}$/i.test(said))
      return [{ name: said.split('/')[2] ?? said, resourceId: said }];
    const field = said.startsWith('/') ? 'id' : 'name';
    const query = [
      'resources',
      `| where ${field} =~ ${kqlString(said)}`,
      ...(field === 'name' ? [`| where not(type has_any (${parts.map(kqlString).join(', ')}))`] : []),
      '| project id',
      `| take ${most}`,
    ].join('\n');
    const rows = await graph.rows(query);
    return rows.flatMap(({ id }) =>
      typeof id === 'string' ? [{ name: lastSegment(id), resourceId: id }] : [],
    );
  };
}
