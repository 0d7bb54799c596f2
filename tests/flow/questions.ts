import type { Answer } from '../../src/incident/question.ts';
import { objectsIn, type Answer as Told } from '../support/hands.ts';
import type { House } from '../support/house.ts';
import { type Seen, slackMessages, teamsMessages } from '../support/rooms.ts';
import { type SandboxSettings, writeSettings } from '../support/settings.ts';

/** What people do with "was this you?" in their direct chats. */
type Talker = Pick<House, 'control' | 'until'>;

/** A settings file like the sandbox's own, with other words on questions. */
export function settingsWith(
  questions: object,
  change: (settings: SandboxSettings) => void = () => {},
): string {
  return writeSettings((settings) => {
    settings.questions = questions;
    change(settings);
  });
}

export const slackChat = (person: string) => `D0${person.toUpperCase()}`;
export const teamsChat = (person: string) => `a:1${person}`;

/** The newest question in somebody's direct chat, once `fits`. */
export function questionTo(
  house: Talker,
  person: string,
  channel: 'slack' | 'teams',
  fits: (text: string) => boolean = () => true,
): Promise<Seen> {
  return house.until(`a question to ${person} in ${channel}`, async () =>
    (await questionsTo(house, person, channel)).findLast(({ text }) => fits(text)),
  );
}

export async function questionsTo(
  house: Talker,
  person: string,
  channel: 'slack' | 'teams',
): Promise<Seen[]> {
  const all =
    channel === 'slack'
      ? await slackMessages(house, slackChat(person))
      : await teamsMessages(house, teamsChat(person));
  return all.filter(({ text }) => text.startsWith('Was this '));
}

export function isOpen(text: string): boolean {
  return /Not sure/.test(text);
}

export async function answerInSlack(
  house: Talker,
  as: string,
  message: Seen,
  answer: Answer,
  note = '',
): Promise<Told> {
  const { block_id } = objectsIn(message.raw).find(({ type }) => type === 'input') ?? {};
  return house.control('POST', '/slack/press', {
    as,
    channel: slackChat(as),
    ts: message.id,
    action_id: `question:${answer}`,
    ...(note && { values: { [String(block_id)]: { note } } }),
  });
}

export async function answerInTeams(
  house: Talker,
  as: string,
  message: Seen,
  answer: Answer,
  note = '',
): Promise<Told> {
  return house.control('POST', '/teams/press', {
    as,
    conversation: teamsChat(as),
    activity: message.id,
    verb: 'watchfloor/answer',
    data: { question: idOf(message), answer },
    inputs: { note },
  });
}

/** The id that a question's buttons carry. */
export function idOf(message: Seen): string {
  const [id] =
    JSON.stringify(message.raw).match(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/) ?? [];
  if (!id) throw new Error('The message carries no question.');
  return id;
}
