import type { LogCommand } from './command.ts';

export const cancel: LogCommand = {
  kind: 'logs',
  name: 'cancel',
  aliases: [],
  usage: 'cancel',
  summary: 'End what you have asked of the logs and wait for.',

  async ask(_words, desk) {
    const count = await desk.cancel();
    if (count === 0) return { kind: 'text', text: 'You wait for nothing.' };
    return { kind: 'text', text: `Cancelled: ${count} ${count === 1 ? 'query' : 'queries'}.` };
  },
};
