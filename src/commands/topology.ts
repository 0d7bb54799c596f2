import { Refused } from '../errors.ts';
import type { ReadCommand } from './command.ts';
import { onlyMachine } from './machine.ts';
import { readResource } from './read-subject.ts';

export const topology: ReadCommand = {
  kind: 'read',
  name: 'topology',
  aliases: ['surroundings'],
  usage: 'topology <machine>',
  summary: 'What stands around a machine, as a picture: addresses, rules, neighbours, peers.',
  private: true,
  examples: ['topology vm-pay-web-01', 'topology /subscriptions/…/virtualMachines/vm-pay-web-01'],

  async answer(words, reader) {
    const said = words.args.length > 0 ? words.args : [await onlyMachine(words, 'topology')];
    const subject = await readResource(said, 'topology vm-pay-web-01', reader);
    if (subject.kind !== 'machine' || !subject.resourceId)
      throw new Refused('Only virtual machines of Azure have surroundings that can be drawn.');
    return reader.lookUp(subject, { only: ['topology'] });
  },
};
