import { Refused } from '../errors.ts';
import type { SelfCommand } from './command.ts';

export const link: SelfCommand = {
  kind: 'self',
  name: 'link',
  aliases: [],
  usage: 'link [code]',
  summary: 'Prove in Slack who you are, by signing in once.',

  async answer({ args, beginLink, confirmLink }) {
    const [code] = args;
    if (code === undefined) {
      return {
        kind: 'link',
        text: 'Sign in with your work account within ten minutes. The page then shows a code to type here. This link is for you alone: do not pass it on, and never open one that somebody else sent you.',
        label: 'Sign in',
        url: await beginLink(),
      };
    }
    if (!/^\d{6}$/.test(code)) throw new Refused('The code has six digits: link 123456.');
    return { kind: 'text', text: await confirmLink(code) };
  },
};
