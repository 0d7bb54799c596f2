import { Refused } from '../errors.ts';
import type { Subject } from '../incident/enrichment.ts';
import { readEntity } from '../kql/read-entity.ts';
import type { ReadCommand, Words } from './command.ts';
import { onlyMachine, readMachine } from './machine.ts';
import { readPort } from './port.ts';

/** Asks Azure whether rules let an address in, and which of them decides: anew, for somebody may just have changed them. */
export const netcheck: ReadCommand = {
  kind: 'read',
  name: 'netcheck',
  aliases: ['reach'],
  usage: 'netcheck <address> to <machine>:<port> [--udp]',
  summary: 'Can an address reach a machine, and which rule decides?',
  private: true,
  options: [{ name: 'udp', value: undefined, summary: 'By UDP and not by TCP.' }],
  examples: [
    'netcheck 203.0.113.9 to vm-pay-web-01:3389',
    'netcheck 203.0.113.9 to vm-pay-web-01 ssh',
    'netcheck 198.51.100.23 rdp',
  ],

  answer: async (words, reader) => reader.lookUp(await readPath(words), { only: ['netcheck'], anew: true }),
};

/** In the thread of an incident with one machine, address and port are enough. */
async function readPath(words: Words): Promise<Subject> {
  const [from = '', ...rest] = words.args.filter((word) => !fillers.has(word.toLowerCase()));
  const address = readEntity('ip', from);
  const [first, second, ...others] = rest.flatMap(splitPort);
  if (others.length > 0) throw new Refused(`Too many words. ${say}`);
  const [machine, port] = second === undefined ? alone(first) : [first, second];
  if (port === undefined) throw new Refused(`At which port? ${say}`);
  const protocol = words.options.udp === true ? 'udp' : 'tcp';
  return {
    kind: 'path',
    from: address,
    port: readPort(port),
    protocol,
    to: machine === undefined ? await onlyMachine(words, 'netcheck') : readMachine(machine),
  };
}

const say = 'Say: netcheck 203.0.113.9 to vm-pay-web-01:3389.';
const fillers = new Set(['from', 'to', 'on', 'at', 'port']);

/** `vm-web-01:22` and `:22`; a port by itself has no colon before it. */
function splitPort(word: string): string[] {
  const [, machine = '', port = ''] = /^([^:]*):([^:]*)$/.exec(word) ?? [undefined, word];
  return [machine, port].filter(Boolean);
}

/** One word is the port where it can be one. */
function alone(word: string | undefined): [machine: string | undefined, port: string | undefined] {
  if (word === undefined) return [undefined, undefined];
  try {
    readPort(word);
    return [undefined, word];
  } catch (error) {
    if (error instanceof Refused) return [word, undefined];
    throw error;
  }
}
