import type { ChatUser } from '../channels/channel.ts';
import type { Words } from '../commands/command.ts';
import { Refused } from '../errors.ts';
import type { Caller, People } from '../people/people.ts';
import { prepareQuestion } from './ask.ts';
import { readFor } from './reader.ts';
import type { Watchfloor } from './watchfloor.ts';

export type Said = Pick<Words, 'args' | 'rest' | 'code' | 'options'>;

type WordsOf = (user: ChatUser, person: Caller, incident: number | undefined, said: Said) => Words;

/** What somebody said, with what a command may look up and ask about it in their name. */
export function createWordsOf(floor: Watchfloor, people: People): WordsOf {
  return ({ channel, zone }, person, incident, { args, rest, code, options }) => {
    const read = async () => {
      if (incident === undefined) throw new Refused('Say which incident.');
      return (await readFor(floor, person, incident)).incident;
    };
    const ask = async (wish: { whom: string; note: string }) =>
      prepareQuestion(floor, people, { ...person, channel }, await read(), wish);
    return { person, people, args, rest, code, options, incident, zone, read, ask };
  };
}
