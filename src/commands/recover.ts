import type { ReadCommand } from './command.ts';
import { readResource } from './read-subject.ts';

export const recover: ReadCommand = {
  kind: 'read',
  name: 'recover',
  aliases: ['recoverability', 'backup'],
  usage: 'recover <resource>',
  summary: 'Can we get it back? Last recovery point, soft delete, failover.',
  private: true,
  examples: ['recover vm-dc-01', 'recover stcontosobackup'],

  async answer({ args }, reader) {
    const subject = await readResource(args, 'recover vm-dc-01', reader);
    return reader.lookUp(subject, { only: ['recoverability'], anew: true });
  },
};
