import type { DefenderMachine } from './defender-endpoint.ts';

/** The records of machines that are, the one that reported last before the others. */
export function currentMachines(machines: DefenderMachine[]): DefenderMachine[] {
  return machines
    .filter(({ mergedInto }) => mergedInto === '')
    .toSorted((a, b) => b.lastSeen.localeCompare(a.lastSeen));
}

/**
 * Which of the machines of one name is meant. One of the same name elsewhere in Azure is another one; where neither says
 * where it stands, it may be. `resourceId` is empty where it is not known to stand in Azure.
 */
export function machinesMeant(machines: DefenderMachine[], resourceId: string): DefenderMachine[] {
  const wanted = resourceId.toLowerCase();
  const isIt = (machine: DefenderMachine) => machine.resourceId.toLowerCase() === wanted;
  const candidates = currentMachines(machines);
  const proven = wanted ? candidates.filter(isIt) : [];
  if (proven.length > 0) return proven;
  return wanted ? candidates.filter((machine) => machine.resourceId === '') : candidates;
}
