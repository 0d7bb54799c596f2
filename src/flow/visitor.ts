import type { ChatUser, Spot } from '../channels/channel.ts';
import type { Audience } from '../channels/clearance.ts';
import type { Caller, People } from '../people/people.ts';

/** Whoever stands at a desk, and who hears what they are told. */
export interface Visitor {
  person: Caller;
  people: People;
  user: ChatUser;
  conversation: string;
  /** Where an answer goes that follows as a message of its own; `undefined` where nobody else heard what they said. */
  spot?: Spot | undefined;
  /** Who reads the answer. */
  audience: Audience;
  /** What is said is for them and nobody beside them. */
  alone(): void;
  isAlone(): boolean;
}

export function openVisitor(visitor: Omit<Visitor, 'alone' | 'isAlone'>): Visitor {
  let alone = visitor.audience.shows === 'existence';
  return {
    ...visitor,
    alone: () => {
      alone = true;
    },
    isAlone: () => alone,
  };
}
