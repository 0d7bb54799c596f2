import type { SelfCommand } from './command.ts';

export const unlink: SelfCommand = {
  kind: 'self',
  name: 'unlink',
  aliases: [],
  usage: 'unlink',
  summary: 'Take back the link of your Slack account.',

  async answer({ unlink: takeBack }) {
    const done = await takeBack();
    const text = done
      ? 'Unlinked. From now on I know you by your e-mail address alone.'
      : 'There is no link of yours. One that an admin set only an admin takes away.';
    return { kind: 'text', text };
  },
};
