import type { ChatUser, Desk } from '../channels/channel.ts';
import { bound } from '../channels/clean.ts';
import type { Audience } from '../channels/clearance.ts';
import type { Command, DeskCommand } from '../commands/command.ts';
import { type Understood, understand } from '../commands/understand.ts';
import { Refused } from '../errors.ts';
import type { Caller, People } from '../people/people.ts';
import { admit } from '../people/permissions.ts';
import { readIncident } from '../store/incidents.ts';
import { audienceOfAnswer, audienceOfDialog } from './audience.ts';
import { concerning, isRestricted } from './concerning.ts';
import { openDesks } from './desks.ts';
import { openVisitor } from './visitor.ts';
import type { Watchfloor } from './watchfloor.ts';
import { createWordsOf } from './words-of.ts';

/** Forms that are opened by words: of whatever command the words begin with. */
export function formsOfWords(
  floor: Watchfloor,
  people: People,
  commands: Command[],
): Pick<Desk, 'openForm' | 'submitForm'> {
  const wordsOf = createWordsOf(floor, people);
  const approach = async (user: ChatUser, said: Understood, name: DeskCommand['name']) => {
    const person = await people.identify(user);
    admit(person, name);
    return { person, words: wordsOf(user, person, said.incident, said) };
  };

  return {
    async openForm(user, text, conversation) {
      const said = understand(text, commands, undefined);
      const { name, form } = formOf(said.command);
      return concerning(said.incident, async () => {
        const { person, words } = await approach(user, said, name);
        const audience = await whoReadsForm(floor, person, user, { conversation, incident: said.incident });
        const visitor = openVisitor({ person, people, user, conversation, audience });
        return { ...(await form.draw(words, openDesks(floor, visitor))), words: text };
      });
    },

    async submitForm(user, text, fields, conversation) {
      const said = understand(text, commands, undefined);
      const command = formOf(said.command);
      return concerning(said.incident, async () => {
        // Whoever submits is asked about anew: it need not be whoever opened.
        const { person, words } = await approach(user, said, command.name);
        const audience = audienceOfAnswer(floor, person, { channel: user.channel, conversation });
        const visitor = openVisitor({ person, people, user, conversation, audience });
        const read = await command.form.read(fields, words, openDesks(floor, visitor));
        if ('faults' in read) return read;
        const isAlone = said.options.private === true || command.private || visitor.isAlone();
        return { view: read, private: isAlone || (await isRestricted(floor, said.incident)) };
      });
    },
  };
}

function formOf(command: Command): DeskCommand & Required<Pick<DeskCommand, 'form'>> {
  if (command.kind === 'desk' && command.form) return { ...command, form: command.form };
  throw new Refused(`"${command.name}" has no form. Type it: ${bound(command.usage, 200)}`);
}

/** One person, who may stand in that room: they read what a dialog about the incident shows, or what the room is told. */
async function whoReadsForm(
  floor: Watchfloor,
  person: Caller,
  { channel }: ChatUser,
  { conversation, incident }: { conversation: string; incident: number | undefined },
): Promise<Audience> {
  const stored = incident === undefined ? undefined : await readIncident(floor.db, incident);
  return stored
    ? audienceOfDialog(floor, person, channel, stored.incident)
    : audienceOfAnswer(floor, person, { channel, conversation });
}
