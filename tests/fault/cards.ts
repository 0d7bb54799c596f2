import { type Seen, slackMessages, teamsMessages } from '../support/rooms.ts';
import type { Stage } from './stage.ts';

export interface Shown extends Seen {
  conversation: string;
}

/** What stands in every room of both platforms. */
export async function readRooms(stage: Pick<Stage, 'control'>): Promise<{ slack: Shown[]; teams: Shown[] }> {
  return {
    slack: await readSide(stage, '/slack', slackMessages),
    teams: await readSide(stage, '/teams', teamsMessages),
  };
}

async function readSide(
  stage: Pick<Stage, 'control'>,
  path: '/slack' | '/teams',
  messagesIn: typeof slackMessages,
): Promise<Shown[]> {
  // Asked once for all rooms.
  const state = await stage.control<{ conversations: { id: string }[] }>('GET', path);
  const reader = { control: async <T>() => state as T };
  const shown: Shown[] = [];
  for (const { id } of state.conversations)
    for (const message of await messagesIn(reader, id)) shown.push({ ...message, conversation: id });
  return shown;
}

/** The cards of each story by its title; of a story that joined a summary, the summary. */
export type Cards = Map<string, Shown[]>;

export function cardsIn(messages: Shown[]): Cards {
  const cards: Cards = new Map();
  for (const message of messages) {
    if (message.thread) continue;
    for (const title of new Set(message.text.match(titles)))
      cards.set(title, [...(cards.get(title) ?? []), message]);
  }
  return cards;
}

const titles = /Story number \d+ (?:in room \d+|of many)\./g;

/** A summary names many; each name stands before its title. */
export function nameBefore(text: string, title: string): string | undefined {
  return text
    .slice(0, text.indexOf(title))
    .match(/INC-\d+/g)
    ?.at(-1);
}
