import type { ReadCommand } from './command.ts';
import { readResource } from './read-subject.ts';

export const posture: ReadCommand = {
  kind: 'read',
  name: 'posture',
  aliases: ['recommendations'],
  usage: 'posture <resource>',
  summary: 'Where guard rails failed: recommendations, attack paths, policy and score of a resource.',
  private: true,
  examples: ['posture vm-pay-web-01', 'posture stcontosobackup'],

  async answer({ args }, reader) {
    const subject = await readResource(args, 'posture vm-pay-web-01', reader);
    return reader.lookUp(subject, { only: ['posture', 'policy', 'diagnostics'] });
  },
};
