import type { SelfCommand } from './command.ts';

export const unlink: SelfCommand = {
  kind: 'self',
  name: 'unlink',
  aliases: [],
  usage: 'unlink',
  summary: 'Take back the link of your Slack account, and that logs are asked in your name.',

  async answer({ user, unlink: takeBack, withdraw }) {
    const withdrew = await withdraw();
    const noMore = withdrew ? 'I ask the logs in your name no more. ' : '';
    // Teams signs people in itself: there is no other link to take back.
    if (withdrew && user.channel === 'teams') return { kind: 'text', text: noMore.trim() };
    const done = await takeBack();
    const text = done
      ? 'Unlinked. From now on I know you by your e-mail address alone.'
      : 'There is no link of yours. One that an admin set only an admin takes away.';
    return { kind: 'text', text: `${noMore}${text}` };
  },
};
