import type { ChatUser } from '../channels/channel.ts';
import type { Self } from '../commands/command.ts';
import type { People } from '../people/people.ts';
import { withdraw } from './delegation.ts';
import { beginLink, confirmLink, unlink } from './link.ts';
import type { Watchfloor } from './watchfloor.ts';

/** What somebody may ask about themselves. */
export function createSelf(floor: Watchfloor, people: People, user: ChatUser, args: string[]): Self {
  return {
    user,
    args,
    identify: () => people.identify(user),
    beginLink: () => beginLink(floor, people, user),
    confirmLink: (code) => confirmLink(floor, people, user, code),
    unlink: () => unlink(floor, user),
    withdraw: () => withdraw(floor, people, user),
  };
}
