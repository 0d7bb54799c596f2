import { Refused } from '../errors.ts';
import { isVirtualMachine, subjectsOf } from '../incident/subjects.ts';
import { readEntity } from '../kql/read-entity.ts';
import type { Words } from './command.ts';

/** A machine by its name or Resource Manager id, as it was typed. Throws `Refused`. */
export function readMachine(said: string): string {
  if (!said.startsWith('/')) return readEntity('host', said);
  const id = readEntity('resource', said);
  if (isVirtualMachine(id)) return id;
  throw new Refused('That is no id of a machine. It is like /subscriptions/…/virtualMachines/vm-web-01.');
}

/** The one that the incident of the thread is about: its id where the alerts give it, else its name. Throws `Refused`. */
export async function onlyMachine(words: Words, verb: string): Promise<string> {
  if (words.incident === undefined) throw new Refused(`Say which machine. Type "${verb} --help".`);
  const machines = subjectsOf(await words.read()).filter((subject) => subject.kind === 'machine');
  const names = [...new Set(machines.map(({ name }) => name.toLowerCase()))];
  const [only] = machines;
  if (!only) throw new Refused('The incident names no machine. Say which.');
  if (names.length > 1) throw new Refused(`The incident names ${names.slice(0, 5).join(', ')}. Say which.`);
  // One alert may know where it stands, another only what it is called.
  return machines.find(({ resourceId }) => resourceId !== '')?.resourceId ?? readEntity('host', only.name);
}
