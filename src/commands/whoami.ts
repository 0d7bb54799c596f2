import { Denied } from '../errors.ts';
import { type Deed, mayDo, permissions } from '../people/permissions.ts';
import type { SelfCommand } from './command.ts';

export const whoami: SelfCommand = {
  kind: 'self',
  name: 'whoami',
  aliases: ['me', 'id'],
  usage: 'whoami',
  summary: 'Who you are to me, how I know, and what you may do.',

  async answer({ user, identify }) {
    const account = `${user.channel === 'slack' ? 'Slack' : 'Teams'} ${user.id}`;
    try {
      const caller = await identify();
      const deeds = Object.keys(permissions) as Deed[];
      return {
        kind: 'lines',
        title: `You are ${caller.name}.`,
        rows: [
          { lead: 'account', text: `${account} is ${caller.upn}` },
          { lead: 'roles', text: caller.roles.join(', ') },
          { lead: 'how sure', text: caller.because || 'Entra ID vouches for you.' },
          { lead: 'you may', text: deeds.filter((deed) => mayDo(caller, deed)).join(', ') },
        ],
      };
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      return { kind: 'text', text: `${account}: ${error.message}` };
    }
  },
};
