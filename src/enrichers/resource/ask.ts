import { z } from 'zod';
import type { ResourceGraph } from '../../azure/resource-graph.ts';
import { kqlString } from '../../kql/escape.ts';
import { instant, readRows, text } from '../azure/rows.ts';
import { readThings, type Thing, thingsWhere } from '../azure/things.ts';

/** Machines of this name or whose system calls itself so, in Azure or connected by Arc. */
export async function machinesNamed(
  graph: ResourceGraph,
  name: string,
  signal: AbortSignal,
): Promise<Thing[]> {
  const filter =
    `type in~ ("microsoft.compute/virtualmachines", "microsoft.hybridcompute/machines")` +
    ` and (name =~ ${kqlString(name)} or tostring(properties.osProfile.computerName) =~ ${kqlString(name)})`;
  return readThings(await graph.rows(thingsWhere(filter), { signal }));
}

/** A subscription or a resource group itself. */
export async function containersById(
  graph: ResourceGraph,
  id: string,
  signal: AbortSignal,
): Promise<Thing[]> {
  const query = `resourcecontainers
| where id =~ ${kqlString(id)}
| project id, name, type, location, tags, properties
| take 1`;
  return readThings(await graph.rows(query, { signal }));
}

const wire = z.object({ privateAddress: text, subnet: text, publicAddress: text });
export type Wire = z.infer<typeof wire>;

const illness = z.object({ state: text, since: instant });
/** How Azure's own platform finds it, where that is not well. */
export type Illness = z.infer<typeof illness>;

/** What is asked about a thing once it is known to be there. */
export interface Condition {
  wires: Wire[];
  /** Absent where nothing is wrong or known. */
  illness: Illness | undefined;
}

/** Its health, and of a virtual machine the addresses that it has through its network interfaces. */
export async function conditionOf(
  graph: ResourceGraph,
  { id, type }: Thing,
  signal: AbortSignal,
): Promise<Condition> {
  if (type !== 'microsoft.compute/virtualmachines')
    return { wires: [], illness: illnessIn(await graph.rows(healthOf(id), { signal })) };
  const rows = await graph.rows(wiresAndHealthOf(id), { signal });
  return { wires: readRows(wire, rows, mostWires), illness: illnessIn(rows) };
}

const illnessIn = (rows: readonly unknown[]): Illness | undefined =>
  readRows(illness, rows, 1).find(({ state }) => /^(unavailable|degraded)$/i.test(state));

const healthOf = (id: string): string => `healthresources
| where type =~ "microsoft.resourcehealth/availabilitystatuses"
| where tostring(properties.targetResourceId) =~ ${kqlString(id)}
| project state = tostring(properties.availabilityState), since = tostring(properties.occurredTime)
| take 1`;

const mostWires = 8;

/** In one, for queries are few; a machine without an interface there is not. */
const wiresAndHealthOf = (id: string): string => `resources
| where type =~ "microsoft.network/networkinterfaces" and tostring(properties.virtualMachine.id) =~ ${kqlString(id)}
| mv-expand configuration = properties.ipConfigurations
| take ${mostWires}
| project privateAddress = tostring(configuration.properties.privateIPAddress),
    subnet = tostring(configuration.properties.subnet.id),
    publicId = tolower(tostring(configuration.properties.publicIPAddress.id)),
    machine = tolower(tostring(properties.virtualMachine.id))
| join kind=leftouter (
    resources
    | where type =~ "microsoft.network/publicipaddresses"
    | project publicId = tolower(id), publicAddress = tostring(properties.ipAddress)
  ) on publicId
| join kind=leftouter (
    ${healthOf(id)}
    | extend machine = tolower(${kqlString(id)})
  ) on machine
| project privateAddress, subnet, publicAddress, state, since`;
