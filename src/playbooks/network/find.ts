import type { ResourceGraph } from '../../azure/resource-graph.ts';
import { isPlainId } from '../../azure/resource-id.ts';
import { Refused } from '../../errors.ts';
import type { Parameter } from '../playbook.ts';

/** `Microsoft.Network/networkSecurityGroups` and what people call it. */
export interface Kind {
  type: string;
  called: string;
}

/** A name of Azure's, or an id of Resource Manager. Neither holds what could end a text of KQL. */
export const nameOrId = {
  pattern: /^([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,79}|\/subscriptions\/[\p{L}\p{N}_().\-/]{36,500})$/u,
  says: 'a name, or an id that begins with /subscriptions/',
} satisfies Parameter['like'];

/** The id of the one that is meant. Throws `Refused` where there is none or more than one. */
export async function findOne(
  resources: ResourceGraph,
  { type, called }: Kind,
  said: string,
  signal: AbortSignal,
): Promise<string> {
  if (!nameOrId.pattern.test(said))
    throw new Refused(`That is neither a name nor an id: say which ${called}.`);
  if (said.startsWith('/')) {
    const isOne = new RegExp(`/providers/${type.replaceAll('.', '\\.')}/[^/]+$`, 'i').test(said);
    if (isOne && isPlainId(said)) return said;
    throw new Refused(`That is not the id of a ${called}.`);
  }
  const rows = await resources.rows(
    `resources\n| where type =~ '${type}' and name =~ '${said}'\n| project id\n| take 5`,
    { signal },
  );
  const ids = rows.flatMap(({ id }) => (typeof id === 'string' && isPlainId(id) ? [id] : []));
  const [id] = ids;
  if (id === undefined)
    throw new Refused(`There is no ${called} ${said}, or it may not be read. Say its id.`);
  if (ids.length > 1) throw new Refused(`More than one ${called} is called ${said}. Say its id.`);
  return id;
}
